package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
	"coatcheck/rules/check"
)

func rulesDiffCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "show what changes in texts from one rule file to another; exits 3 if a finding is lost",
		UsageText: "coatcheck rules diff [options] OLD NEW -- FILE…",
		Description: "OLD and NEW are rule files or folders, on top of the built-in packs; builtin stands for those alone. A .jsonl file holds a {\"text\"} a line; any other is one text; a folder stands for its files. " +
			"What NEW protects less by its wording is said first. With --output json each change is an object a line, with \"now\" and \"was\" as far as there is one, and the sum is the last.\n\n" +
			"  coatcheck rules diff builtin acme.yaml -- texts/",
		Flags: []cli.Flag{outputFlag()},
		Action: func(c *cli.Context) error {
			args := c.Args().Slice()
			if len(args) < 4 || args[2] != "--" {
				return usage("want OLD NEW -- FILE…")
			}
			before, after, err := enginesOf(args[0], args[1])
			if err != nil {
				return err
			}
			d := differ{out: bufio.NewWriter(std.out), asJSON: wantsJSON(c), before: before.engine, after: after.engine}
			d.sum.Weaker = append([]string{}, rules.Weakened(before.set, after.set)...)
			if !d.asJSON {
				for _, line := range d.sum.Weaker {
					fmt.Fprintf(d.out, "weaker: %s\n", line)
				}
			}
			err = eachText(args[3:], func(from textFrom, text []byte) error { return d.text(c.Context, from, text) })
			if err == nil {
				err = d.end()
			}
			if err := errors.Join(err, d.out.Flush()); err != nil {
				return err
			}
			if d.sum.Lost > 0 {
				return exitCode(exitFound)
			}
			return nil
		},
	}
}

type ruleSide struct {
	set    *rules.Set
	engine *redact.Engine
}

// enginesOf compiles both sides of a diff.
func enginesOf(before, after string) (a, b ruleSide, err error) {
	for _, side := range []struct {
		name string
		to   *ruleSide
	}{{before, &a}, {after, &b}} {
		var paths []string
		if side.name != "builtin" {
			paths = []string{side.name}
		}
		files, err := loadRuleFiles(paths)
		if err != nil {
			return a, b, err
		}
		if side.to.engine, err = files.engine(); err != nil {
			return a, b, err
		}
		side.to.set = files.set
	}
	return a, b, nil
}

// differ counts and prints the changes of many texts: places and types, never
// text.
type differ struct {
	out           *bufio.Writer
	asJSON        bool
	before, after *redact.Engine
	sum           diffSum
}

// diffSum is the last line of `rules diff --output json`.
type diffSum struct {
	Weaker  []string `json:"weaker"` // what the new rules protect less by their wording
	Texts   int      `json:"texts"`
	Before  int      `json:"before"`
	After   int      `json:"after"`
	Gained  int      `json:"gained"`
	Lost    int      `json:"lost"`
	Changed int      `json:"changed"`
}

// diffLine is one of the others.
type diffLine struct {
	Change string `json:"change"` // gained, lost or changed
	File   string `json:"file"`
	Record int    `json:"record,omitempty"` // the line of a .jsonl file
	Line   int    `json:"line"`             // of the text
	Col    int    `json:"col"`
	Now    *span  `json:"now,omitempty"`
	Was    *span  `json:"was,omitempty"`
}

func (d *differ) text(ctx context.Context, from textFrom, text []byte) error {
	changes, was, is, err := check.Diff(ctx, d.before, d.after, plain.New(string(text)))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	d.sum.Texts, d.sum.Before, d.sum.After = d.sum.Texts+1, d.sum.Before+was, d.sum.After+is
	for _, c := range changes {
		word, mark := "changed", '~'
		switch {
		case c.Old == nil:
			word, mark = "gained", '+'
			d.sum.Gained++
		case c.New == nil:
			word, mark = "lost", '-'
			d.sum.Lost++
		default:
			d.sum.Changed++
		}
		at := at(text, cmp.Or(c.New, c.Old))
		if d.asJSON {
			err = json.NewEncoder(d.out).Encode(diffLine{word, from.file, from.record, at.Line, at.Col, spanOrNone(c.New), spanOrNone(c.Old)})
		} else {
			_, err = fmt.Fprintf(d.out, "%c %s:%d:%d: %s\n", mark, from, at.Line, at.Col, told(c))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *differ) end() error {
	s := &d.sum
	if d.asJSON {
		return json.NewEncoder(d.out).Encode(s)
	}
	_, err := fmt.Fprintf(d.out, "%s: %s before, %d after: %d gained, %d lost, %d changed\n",
		plural(s.Texts, "text"), plural(s.Before, "finding"), s.After, s.Gained, s.Lost, s.Changed)
	return err
}

// at is the place where a finding begins.
func at(text []byte, f *redact.Finding) place {
	before := text[:f.Start]
	return place{bytes.Count(before, []byte("\n")) + 1, f.Start - bytes.LastIndexByte(before, '\n')}
}

func spanOrNone(f *redact.Finding) *span {
	if f == nil {
		return nil
	}
	s := spanOf(f)
	return &s
}

// told says what is found now, and what was if it is found otherwise.
func told(c check.Change) string {
	switch {
	case c.Old == nil:
		return said(c.New)
	case c.New == nil:
		return said(c.Old)
	}
	return said(c.New) + ", was " + said(c.Old)
}

func said(f *redact.Finding) string {
	return fmt.Sprintf("%s (%d bytes, rule %s, %s)", f.Entity, f.End-f.Start, f.Rule, f.Action)
}

// textFrom is where a text of a corpus stands.
type textFrom struct {
	file   string
	record int // line of a .jsonl file; 0: the file is the text
}

func (f textFrom) String() string {
	if f.record == 0 {
		return f.file
	}
	return fmt.Sprintf("%s:%d", f.file, f.record)
}

// eachText reads the texts of a corpus one after the other, in order of names.
func eachText(paths []string, do func(from textFrom, text []byte) error) error {
	for _, path := range paths {
		var names []string
		err := filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
			if err == nil && (e.Type().IsRegular() || p == path && !e.IsDir()) {
				names = append(names, p)
			}
			return err
		})
		if err != nil {
			return err
		}
		slices.Sort(names)
		for _, name := range names {
			if err := withInput(name, nil, func(r io.Reader) error { return textsOf(name, r, do) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func textsOf(name string, r io.Reader, do func(from textFrom, text []byte) error) error {
	if !strings.HasSuffix(name, ".jsonl") {
		text, err := readText(name, r)
		if err != nil {
			return err
		}
		return do(textFrom{file: name}, text)
	}
	return eachLine(name, r, func(n int, line []byte) error {
		var q struct {
			Text *string `json:"text"`
		}
		if json.Unmarshal(line, &q) != nil || q.Text == nil {
			return usage(`%s:%d: want a JSON object with "text"`, name, n)
		}
		return do(textFrom{name, n}, []byte(*q.Text))
	})
}
