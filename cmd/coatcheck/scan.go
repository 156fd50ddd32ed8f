package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

func scanCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "scan",
		Usage:     "find private data in files, folders or standard input; exits 3 when something is found",
		UsageText: "coatcheck scan [options] [FILE|DIR…]",
		Flags: []cli.Flag{
			rulesFlag(),
			&cli.BoolFlag{Name: "jsonl", Usage: `read {"id","text"} lines and write {"id","spans"} lines, offsets in bytes of UTF-8; exits 0`},
			&cli.StringFlag{Name: "baseline", Usage: "leave out the findings that `FILE` accepts (see rules baseline)"},
			baselineKeyFlag(),
		},
		Action: func(c *cli.Context) error {
			s := scanner{out: bufio.NewWriter(std.out)}
			var err error
			if name := c.String("baseline"); name != "" {
				if c.Bool("jsonl") {
					return usage("--baseline is for files, not for --jsonl")
				}
				if s.known, err = readBaseline(name, c.String("baseline-key")); err != nil {
					return err
				}
			}
			if s.engine, err = newEngine(c.StringSlice("rules")); err != nil {
				return err
			}
			files, err := filesOf(c.Args().Slice(), std)
			if err != nil {
				return err
			}
			if !c.Args().Present() {
				files = []string{"-"}
			}
			each := s.lines
			if c.Bool("jsonl") {
				each = s.records
			}
			var errs []error
			for _, name := range files {
				errs = append(errs, withInput(name, std.in, func(r io.Reader) error { return each(c.Context, name, r) }))
			}
			if err := errors.Join(append(errs, s.out.Flush())...); err != nil {
				return err
			}
			if s.found > 0 && !c.Bool("jsonl") {
				return exitCode(exitFound)
			}
			return nil
		},
	}
}

func withInput(name string, stdin io.Reader, do func(io.Reader) error) error {
	if name == "-" {
		return do(stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return do(f)
}

type scanner struct {
	engine *redact.Engine
	out    *bufio.Writer
	known  *baseline // nil: nothing is accepted
	found  int
}

// scanWhole scans what a file holds as one text.
func scanWhole(ctx context.Context, engine *redact.Engine, name string, r io.Reader) (text []byte, found []redact.Finding, err error) {
	if text, err = io.ReadAll(r); err != nil {
		return nil, nil, err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, nil, noText(name)
	}
	if found, err = engine.Scan(ctx, []redact.Field{{Text: plain.New(string(text)), Message: -1}}); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, found, nil
}

func noText(name string) error {
	return fmt.Errorf("%s: not scanned: UTF-16 or no text at all; convert it to UTF-8", name)
}

// lines prints a finding a line, as place, type and rule: never the text.
func (s *scanner) lines(ctx context.Context, name string, r io.Reader) error {
	text, found, err := scanWhole(ctx, s.engine, name, r)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(f redact.Finding) bool { return s.known.has(name, text, &f) })
	at, line, start := 0, 1, 0
	for _, f := range found {
		for ; at < f.Start; at++ {
			if text[at] == '\n' {
				line, start = line+1, at+1
			}
		}
		fmt.Fprintf(s.out, "%s:%d:%d: %s (%d bytes, rule %s, %s)\n", name, line, f.Start-start+1, f.Entity, f.End-f.Start, f.Rule, f.Action)
	}
	s.found += len(found)
	return nil
}

// record and span are the lines of --jsonl; offsets are UTF-8 bytes, half-open.
type record struct {
	ID    string `json:"id"`
	Spans []span `json:"spans"`
}

type span struct {
	Start  int     `json:"start"`
	End    int     `json:"end"`
	Type   string  `json:"type"`
	Score  float64 `json:"score"`
	Rule   string  `json:"rule"`
	Action string  `json:"action"`
}

func (s *scanner) records(ctx context.Context, name string, r io.Reader) error {
	in := bufio.NewReader(r)
	out := json.NewEncoder(s.out)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))); len(line) > 0 {
			var q struct {
				ID   string  `json:"id"`
				Text *string `json:"text"`
			}
			if json.Unmarshal(line, &q) != nil || q.Text == nil {
				return usage(`%s:%d: want a JSON object with "id" and "text"`, name, n)
			}
			found, err := s.engine.Scan(ctx, []redact.Field{{Text: plain.New(*q.Text), Message: -1}})
			if err != nil {
				return fmt.Errorf("%s:%d: %w", name, n, err)
			}
			if err := out.Encode(record{q.ID, spans(found)}); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

func spans(found []redact.Finding) []span {
	list := make([]span, 0, len(found))
	for _, f := range found {
		list = append(list, span{f.Start, f.End, f.Entity, f.Score, f.Rule, string(f.Action)})
	}
	return list
}
