package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
		Description: "A finding is file:line:col, type, length and rule, never the text; columns count bytes, from 1. With --output json each is an object a line. " +
			"Below a folder, .git and files that hold no text are passed over. Without a file, and for -, it reads standard input.\n\n" +
			"  git diff --cached | coatcheck scan",
		Flags: []cli.Flag{
			rulesFlag(), outputFlag(),
			&cli.BoolFlag{Name: "jsonl", Usage: `read {"id","text"} lines and write {"id","spans"} lines, offsets in bytes of UTF-8; exits 0`},
			&cli.StringFlag{Name: "baseline", Usage: "leave out the findings that `FILE` accepts (see rules baseline)"},
			baselineKeyFlag(),
		},
		Action: func(c *cli.Context) error {
			s := scanner{out: bufio.NewWriter(std.out), each: findingText}
			if wantsJSON(c) {
				s.each = findingJSON
			}
			if c.Bool("jsonl") && (c.IsSet("baseline") || c.IsSet("output")) {
				return usage("--jsonl has an output of its own and takes no baseline: take --baseline and --output away")
			}
			var err error
			if s.known, err = baselineOf(c); err != nil {
				return err
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
			read := s.file
			if c.Bool("jsonl") {
				read = s.records
			}
			var errs []error
			for _, name := range files {
				errs = append(errs, withInput(name, std.in, func(r io.Reader) error { return read(c.Context, name, r) }))
			}
			if err := errors.Join(append(errs, s.out.Flush())...); err != nil {
				return err
			}
			s.known.sayStale(std.err, files)
			if s.found > 0 && !c.Bool("jsonl") {
				return exitCode(exitFound)
			}
			return nil
		},
	}
}

type scanner struct {
	engine *redact.Engine
	out    *bufio.Writer
	each   func(w io.Writer, file string, at place, f *redact.Finding) error
	known  *knownFindings // nil: nothing is accepted
	found  int
}

// file prints the findings of a file that are not accepted.
func (s *scanner) file(ctx context.Context, name string, r io.Reader) error {
	text, list, err := scanText(ctx, s.engine, name, r)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(f redact.Finding) bool { return s.known.has(name, text, &f) })
	s.found += len(list)
	at := places{text: text}
	for i := range list {
		if err := s.each(s.out, name, at.of(list[i].Start), &list[i]); err != nil {
			return err
		}
	}
	return nil
}

func findingText(w io.Writer, file string, at place, f *redact.Finding) error {
	_, err := fmt.Fprintf(w, "%s:%d:%d: %s (%d bytes, rule %s, %s)\n", file, at.Line, at.Col, f.Entity, f.End-f.Start, f.Rule, f.Action)
	return err
}

// fileSpan is a line of --output json.
type fileSpan struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	span
}

func findingJSON(w io.Writer, file string, at place, f *redact.Finding) error {
	return json.NewEncoder(w).Encode(fileSpan{file, at.Line, at.Col, spanOf(f)})
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

func spanOf(f *redact.Finding) span {
	return span{f.Start, f.End, f.Entity, rounded(f.Score), f.Rule, string(f.Action)}
}

func (s *scanner) records(ctx context.Context, name string, r io.Reader) error {
	out := json.NewEncoder(s.out)
	return eachLine(name, r, func(n int, line []byte) error {
		var q struct {
			ID   string  `json:"id"`
			Text *string `json:"text"`
		}
		if json.Unmarshal(line, &q) != nil || q.Text == nil {
			return usage(`%s:%d: want a JSON object with "id" and "text"`, name, n)
		}
		list, err := s.engine.Scan(ctx, []redact.Field{{Text: plain.New(*q.Text), Message: -1}})
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		spans := make([]span, len(list))
		for i := range list {
			spans[i] = spanOf(&list[i])
		}
		return out.Encode(record{q.ID, spans})
	})
}
