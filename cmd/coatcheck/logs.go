package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
)

func logsCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "logs",
		Usage: "read the sealed log with the auditor's key",
		Subcommands: []*cli.Command{{
			Name:      "show",
			Usage:     "print the exchanges of a log folder, by default the state folder's",
			UsageText: "coatcheck logs show [options] [DIR]",
			Flags: []cli.Flag{
				stateFlag,
				outputFlag(),
				&cli.StringFlag{Name: "sent", Usage: "print what the provider saw of the exchange `ID`"},
			},
			Action: func(c *cli.Context) error {
				if c.NArg() > 1 {
					return usage("logs show takes one folder")
				}
				state, err := stateFolder(c.String("state"))
				if err != nil {
					return &usageError{err: err}
				}
				dir := cmp.Or(c.Args().First(), filepath.Join(state, "log"))
				if _, err := os.Stat(dir); err != nil {
					return noLogIn(dir, err)
				}
				key, err := auditorKey(state)
				if err != nil {
					return err
				}
				if id := c.String("sent"); id != "" {
					return showSent(forReader(std.out), dir, key, id)
				}
				show := showText
				if wantsJSON(c) {
					show = showJSON
				}
				say(std.err, "this user can read the log: the auditor's key lies under %s", filepath.Join(state, "keys"))
				return eachEntry(dir, key, func(e journal.Entry) error { return show(forReader(std.out), e) })
			},
		}},
	}
}

// noLogIn says that a folder is missing before anybody looks for keys.
func noLogIn(dir string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("no log in %s: serve and run write one under --state; name another folder if it was moved", dir)
}

// eachEntry hands over every entry that can be read, and then fails if any
// file could not be.
func eachEntry(dir string, key *keys.AuditorPrivate, do func(journal.Entry) error) error {
	var faults []error
	for e, err := range journal.Read(dir, key) {
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if err := do(e); err != nil {
			return err
		}
	}
	return errors.Join(faults...)
}

// entryLine is one line of --output json.
type entryLine struct {
	Time      time.Time            `json:"time"`
	Kind      string               `json:"kind"` // exchange, event or gap
	ID        string               `json:"id,omitempty"`
	Provider  string               `json:"provider,omitempty"`
	Route     string               `json:"route,omitempty"`
	Mode      string               `json:"mode,omitempty"`
	Host      string               `json:"host,omitempty"`
	Method    string               `json:"method,omitempty"`
	Path      string               `json:"path,omitempty"`
	Spans     []journal.Span       `json:"spans,omitempty"`
	Unlisted  int                  `json:"unlisted,omitempty"` // further places, too many to list
	Rules     []string             `json:"rules,omitempty"`
	Digest    string               `json:"digest,omitempty"` // of the rule set
	Entities  map[string]int       `json:"entities,omitempty"`
	Tokens    int                  `json:"tokens,omitempty"`
	Unscanned int                  `json:"unscanned,omitempty"` // parts that nobody could read, as images
	Unshaped  []string             `json:"unshaped,omitempty"`  // schemas whose strings no token fits
	Result    *journal.CloseClear  `json:"result,omitempty"`    // missing: the exchange was not closed
	Unsure    bool                 `json:"unsure,omitempty"`    // the log failed while it was opened
	Event     *journal.EventClear  `json:"event,omitempty"`
	About     *journal.EventSecret `json:"about,omitempty"`
	Gap       *journal.Gap         `json:"gap,omitempty"`
}

func showJSON(w io.Writer, e journal.Entry) error {
	l, ok := lineOf(e)
	if !ok {
		return nil
	}
	return json.NewEncoder(w).Encode(l)
}

func lineOf(e journal.Entry) (entryLine, bool) {
	l := entryLine{Time: e.Time}
	switch {
	case e.Event != nil:
		l.Kind, l.Event, l.About = "event", &e.Event.Clear, &e.Event.Secret
	case e.Gap != nil:
		l.Kind, l.Gap = "gap", e.Gap
	case e.Exchange != nil:
		x := e.Exchange
		l.Kind, l.ID, l.Unsure = "exchange", x.ID, x.Unsure
		if x.Open != nil {
			c, s := x.Open.Clear, x.Open.Secret
			l.Provider, l.Route, l.Mode, l.Digest, l.Entities, l.Tokens = c.Provider, c.Route, c.Mode, c.Digest, c.Entities, c.Tokens
			l.Unscanned = c.Unscanned
			l.Host, l.Method, l.Path, l.Spans, l.Unlisted, l.Unshaped = s.Host, s.Method, s.Path, s.Spans, s.Unlisted, s.Unshaped
			ids := map[string]bool{}
			for _, span := range s.Spans {
				ids[span.Rule] = true
			}
			l.Rules = slices.Sorted(maps.Keys(ids))
		}
		if x.Close != nil {
			l.Result = &x.Close.Clear
		}
	default:
		return l, false
	}
	return l, true
}

func showText(w io.Writer, e journal.Entry) error {
	l, ok := lineOf(e)
	if !ok {
		return nil
	}
	at := l.Time.UTC().Format(time.RFC3339)
	if l.Kind == "event" {
		return writeLine(w, "%s  %-26s  %s %s %s %s", at, "-", l.Event.Name, l.About.Host, l.Event.Reason, l.About.Detail)
	}
	if l.Kind == "gap" {
		return writeLine(w, "%s  %-26s  %s", at, "-", gapText(l.Gap))
	}
	found := "nothing"
	if _, kinds := tally(l.Entities); len(kinds) > 0 {
		found = strings.Join(kinds, ", ")
	}
	ending := "not closed"
	if l.Unsure {
		ending = "refused: the log failed"
	}
	if r := l.Result; r != nil {
		words := strings.Join(strings.Fields(r.Outcome+" "+r.Stage+" "+r.Reason), " ")
		stayed := ""
		if r.Guarded > 0 {
			stayed = fmt.Sprintf(", left %d guarded", r.Guarded)
		}
		ending = fmt.Sprintf("%s, restored %d%s, %d ms", words, r.Restored, stayed, r.Duration)
		if r.Status != 0 {
			ending = fmt.Sprintf("%d %s", r.Status, ending)
		}
	}
	if l.Unscanned > 0 {
		found += fmt.Sprintf(", %s not scanned", plural(l.Unscanned, "part"))
	}
	if len(l.Unshaped) > 0 {
		found += ", no token for " + strings.Join(l.Unshaped, " ")
	}
	return writeLine(w, "%s  %s  %s %s%s  found %s  %s", at, l.ID, l.Method, l.Host, l.Path, found, ending)
}

func writeLine(w io.Writer, format string, a ...any) error {
	_, err := io.WriteString(w, printable(fmt.Sprintf(format, a...), "")+"\n")
	return err
}

// gapText says what happened to the log itself. What is missing is counted;
// what is torn is no damage.
func gapText(g *journal.Gap) string {
	why, ok := map[string]string{
		"full": "no room", "gone": "its file was removed", "denied": "writing was not allowed", "io": "input/output error",
	}[g.Reason]
	if !ok {
		why = "unknown reason"
	}
	text := fmt.Sprintf("log interrupted: %s; refused %d, endings lost %d, events lost %d", why, g.Openings, g.Closings, g.Notes)
	switch {
	case g.Missing:
		text += "; missing: " + g.File
	case g.TornBytes > 0:
		text += fmt.Sprintf("; torn: the last %d bytes of %s", g.TornBytes, g.File)
	}
	return text
}

// showSent prints the body that left, in which every detected value is a token.
func showSent(w io.Writer, dir string, key *keys.AuditorPrivate, id string) error {
	found := false
	err := eachEntry(dir, key, func(e journal.Entry) error {
		if e.Exchange == nil || e.Exchange.ID != id || e.Exchange.Open == nil {
			return nil
		}
		found = true
		body := e.Exchange.Open.Secret.Sent
		if body == nil {
			return nil
		}
		_, err := w.Write(append(body.Bytes, '\n'))
		return err
	})
	if err == nil && !found {
		return fmt.Errorf("no exchange %s in %s", id, dir)
	}
	return err
}
