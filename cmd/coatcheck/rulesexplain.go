package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/redact/schema"
	"coatcheck/rules"
	"coatcheck/rules/check"
)

func rulesExplainCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "say why text is found, or why it is not: evidence, score, and the nearest miss",
		UsageText: "coatcheck rules explain [options] TEXT|-",
		Description: "The text itself is not printed: places count in bytes, from 0. Prefer - (standard input) for real values, because other users can read a command line. " +
			"Of what is not found only the nearest miss is told, unless it is far from a finding; --all tells every one. With --output json each is an object a line, which says \"found\".\n\n" +
			"  coatcheck rules explain --rules acme.yaml --key caseNumber - <letter.txt",
		Flags: []cli.Flag{
			rulesFlag(), outputFlag(),
			&cli.StringFlag{Name: "key", Usage: "the `NAME` of the field that holds the text"},
			&cli.StringFlag{Name: "run", Usage: "only rules whose id fits the regular expression `RE`"},
			&cli.BoolFlag{Name: "all", Usage: "every match that is no finding, not the nearest miss alone"},
		},
		Action: func(c *cli.Context) error {
			asJSON := wantsJSON(c)
			keep, err := matcher(c.String("run"))
			if err != nil {
				return err
			}
			text, err := theText(c, std.in)
			if err != nil {
				return err
			}
			files, err := loadRuleFiles(c.StringSlice("rules"))
			if err != nil {
				return err
			}
			engine, err := files.engine()
			if err != nil {
				return err
			}
			told, err := engine.Explain(c.Context, redact.Field{Key: c.String("key"), Text: plain.New(text), Message: -1})
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(files.set.Rules, func(r rules.Rule) bool { return keep(r.ID) }) {
				return noRuleFits(c)
			}
			e := explainer{out: std.out, set: files.set, asJSON: asJSON, narrow: c.IsSet("run")}
			return e.print(told, keep, c.Bool("all"))
		},
	}
}

// theText is the one argument, or standard input.
func theText(c *cli.Context, stdin io.Reader) (string, error) {
	if c.NArg() != 1 {
		return "", usage("give one text, in quotes, or - for standard input")
	}
	if text := c.Args().First(); text != "-" {
		return text, nil
	}
	text, err := readText("standard input", stdin)
	return strings.TrimSuffix(string(text), "\n"), err
}

type explainer struct {
	out    io.Writer
	set    *rules.Set
	asJSON bool
	narrow bool // some rules alone are asked for
}

// print writes the findings, then the misses that are worth telling.
func (e *explainer) print(told []redact.Explanation, keep func(string) bool, all bool) error {
	var found, missed []redact.Explanation
	for _, x := range told {
		switch {
		case !keep(x.Rule):
		case x.Reason == redact.Held || x.Reason == redact.TimedOut:
			found = append(found, x)
		case all:
			missed = append(missed, x)
		case e.near(&x) && nearer(x, missed, found):
			missed = []redact.Explanation{x}
		}
	}
	for _, x := range append(found, missed...) {
		if err := e.one(&x); err != nil {
			return err
		}
	}
	if len(found)+len(missed) > 0 {
		return nil
	}
	none := "nothing is found, and no pattern matches anywhere"
	switch {
	case e.asJSON:
		none = `{"found":false}`
	case e.narrow:
		none = "nothing is found by the rules that fit --run, or nearly"
	case len(told) > 0:
		none = "nothing is found, or nearly; --all tells what matches"
	}
	_, err := fmt.Fprintln(e.out, none)
	return err
}

// near reports whether a miss is worth telling: a pattern that means little by
// itself, because it takes any word, misses everywhere.
func (e *explainer) near(x *redact.Explanation) bool {
	return len(x.Steps) > 0 && x.Steps[0].Score >= e.rule(x.Rule).MinConfidence/2
}

// nearer reports whether a miss is nearer to a finding than the one kept so
// far. What lies inside a finding is none.
func nearer(x redact.Explanation, kept, found []redact.Explanation) bool {
	for _, f := range found {
		if x.Start < f.End && f.Start < x.End {
			return false
		}
	}
	return len(kept) == 0 || x.Score > kept[0].Score
}

func (e *explainer) one(x *redact.Explanation) error {
	r := e.rule(x.Rule)
	if e.asJSON {
		return json.NewEncoder(e.out).Encode(explanationOf(x, r, e.set.Shapes[x.Entity]))
	}
	held := x.Reason == redact.Held || x.Reason == redact.TimedOut
	var b strings.Builder
	line := func(format string, a ...any) {
		b.WriteString("    ")
		paragraph(&b, 4, 6, fmt.Sprintf(format, a...))
	}
	if held {
		paragraph(&b, 0, 4, fmt.Sprintf("found: %s at bytes %d-%d: %s, score %.2f%s", x.Entity, x.Start, x.End, x.Action, x.Score, certain(x)))
	} else {
		paragraph(&b, 0, 4, fmt.Sprintf("missed: %s at bytes %d-%d: %s", x.Entity, x.Start, x.End, check.Why(x, r)))
	}
	line("rule %s (%s), of %s", x.Rule, r.Pos, plural(len(r.Patterns), "pattern"))
	line("%s", check.Evidence(x))
	if x.Reserved != "" {
		line("reserved (%s): nobody has it; allow: {reserved: [%s]} lets it pass", x.Reserved, x.Reserved)
	}
	if held && x.Action == rules.Tokenize {
		line("%s", e.written(x))
	}
	if held && len(x.Beats) > 0 {
		line("goes before %s", strings.Join(x.Beats, ", "))
	}
	if held && x.BeatBy != "" && x.BeatBy != x.Rule {
		line("gives a part of it to %s", x.BeatBy)
	}
	_, err := io.WriteString(e.out, b.String())
	return err
}

// written says how the token of a finding is written.
func (e *explainer) written(x *redact.Explanation) string {
	native := schema.Example(x.Entity)
	switch shape := e.set.Shapes[x.Entity]; {
	case shape == rules.ShapeBracket:
		return fmt.Sprintf("token in brackets, [%s_…], always (shape: {%s: bracket})", x.Label, x.Entity)
	case native == "":
		return fmt.Sprintf("token in brackets, [%s_…], also where a schema forbids them: no range is reserved for %s", x.Label, x.Entity)
	case shape == rules.ShapeNative:
		return fmt.Sprintf("token as in %s, always (shape: {%s: native})", native, x.Entity)
	}
	return fmt.Sprintf("token in brackets, [%s_…], or as in %s where a schema forbids them", x.Label, native)
}

func certain(x *redact.Explanation) string {
	if x.Reason == redact.TimedOut {
		return ", because it could not be decided in time"
	}
	if x.Certain {
		return ", certain"
	}
	return ""
}

func (e *explainer) rule(id string) *rules.Rule {
	for i := range e.set.Rules {
		if e.set.Rules[i].ID == id {
			return &e.set.Rules[i]
		}
	}
	return &rules.Rule{ID: id}
}

// explanation is a line of `rules explain --output json`.
type explanation struct {
	Found   bool         `json:"found"`
	Why     string       `json:"why,omitempty"`
	Start   int          `json:"start"`
	End     int          `json:"end"`
	Entity  string       `json:"entity"`
	Rule    string       `json:"rule"`
	Pattern int          `json:"pattern"` // counted from 1
	Action  rules.Action `json:"action"`
	Score   float64      `json:"score"`
	Certain bool         `json:"certain"`
	Steps   []stepLine   `json:"steps"`
	Beats   []string     `json:"beats,omitempty"`
	BeatBy  string       `json:"beat_by,omitempty"`
	Class   string       `json:"reserved,omitempty"`
	Shape   rules.Shape  `json:"shape,omitempty"`  // of a token
	Native  string       `json:"native,omitempty"` // an example of its native shape
}

type stepLine struct {
	Kind     redact.StepKind `json:"kind"`
	Name     string          `json:"name,omitempty"`
	Passed   *bool           `json:"passed,omitempty"`
	Where    redact.Where    `json:"where,omitempty"`
	Distance *int            `json:"distance,omitempty"`
	Score    float64         `json:"score"`
}

// rounded keeps what the arithmetic of scores means: 0.1, not 0.09999999999999998.
func rounded(score float64) float64 { return math.Round(score*1e4) / 1e4 }

func explanationOf(x *redact.Explanation, r *rules.Rule, shape rules.Shape) explanation {
	out := explanation{
		Found: x.Reason == redact.Held || x.Reason == redact.TimedOut,
		Start: x.Start, End: x.End, Entity: x.Entity, Rule: x.Rule, Pattern: x.Pattern + 1,
		Action: x.Action, Score: rounded(x.Score), Certain: x.Certain, Beats: x.Beats, BeatBy: x.BeatBy, Class: x.Reserved,
	}
	if !out.Found {
		out.Why = check.Why(x, r)
	} else if x.Action == rules.Tokenize {
		out.Shape, out.Native = cmp.Or(shape, rules.ShapeAuto), schema.Example(x.Entity)
	}
	for _, s := range x.Steps {
		line := stepLine{Kind: s.Kind, Name: s.Name, Where: s.Where, Score: rounded(s.Score)}
		if s.Kind == redact.Checked || s.Kind == redact.Needed {
			line.Passed = &s.Passed
		}
		if s.Where == redact.InBefore || s.Where == redact.InAfter || s.Kind == redact.Needed && s.Passed {
			line.Distance = &s.Distance
		}
		out.Steps = append(out.Steps, line)
	}
	return out
}
