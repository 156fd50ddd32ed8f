package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
		Name:  "diff",
		Usage: "show what changes in texts from one rule file to another; exits 3 if a finding is lost",
		UsageText: "coatcheck rules diff OLD NEW -- FILE…\n\nOLD and NEW are rule files or folders, on top of the built-in packs; builtin stands\n" +
			"for those alone. A .jsonl file holds a {\"text\"} a line; any other is one text; a\nfolder stands for its files.",
		Action: func(c *cli.Context) error {
			args := c.Args().Slice()
			if len(args) < 4 || args[2] != "--" {
				return usage("want OLD NEW -- FILE…")
			}
			before, after, err := enginesOf(args[0], args[1])
			if err != nil {
				return err
			}
			d := differ{out: bufio.NewWriter(std.out), before: before.engine, after: after.engine}
			for _, line := range rules.Weakened(before.set, after.set) {
				fmt.Fprintf(d.out, "weaker: %s\n", line)
			}
			err = errors.Join(eachText(args[3:], func(place string, text []byte) error { return d.text(c.Context, place, text) }), d.out.Flush())
			if err != nil {
				return err
			}
			fmt.Fprintf(std.out, "%s: %s before, %d after: %d gained, %d lost, %d changed\n",
				plural(d.texts, "text"), plural(d.was, "finding"), d.is, d.gained, d.lost, d.changed)
			if d.lost > 0 {
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
	out                   *bufio.Writer
	before, after         *redact.Engine
	texts, was, is        int
	gained, lost, changed int
}

func (d *differ) text(ctx context.Context, place string, text []byte) error {
	changes, was, is, err := check.Diff(ctx, d.before, d.after, plain.New(string(text)))
	if err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	d.texts, d.was, d.is = d.texts+1, d.was+was, d.is+is
	for _, c := range changes {
		switch {
		case c.Old == nil:
			d.gained++
			fmt.Fprintf(d.out, "+ %s: %s\n", at(place, text, c.New), said(c.New))
		case c.New == nil:
			d.lost++
			fmt.Fprintf(d.out, "- %s: %s\n", at(place, text, c.Old), said(c.Old))
		default:
			d.changed++
			fmt.Fprintf(d.out, "~ %s: %s, was %s\n", at(place, text, c.New), said(c.New), said(c.Old))
		}
	}
	return nil
}

// at names the place of a finding as line and column, both from 1.
func at(place string, text []byte, f *redact.Finding) string {
	before := text[:f.Start]
	return fmt.Sprintf("%s:%d:%d", place, bytes.Count(before, []byte("\n"))+1, f.Start-bytes.LastIndexByte(before, '\n'))
}

func said(f *redact.Finding) string {
	return fmt.Sprintf("%s (%d bytes, rule %s, %s)", f.Entity, f.End-f.Start, f.Rule, f.Action)
}

// eachText reads the texts of a corpus one after the other, in order of names.
func eachText(paths []string, do func(place string, text []byte) error) error {
	for _, path := range paths {
		var names []string
		err := filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				names = append(names, p)
			}
			return err
		})
		if err != nil {
			return err
		}
		slices.Sort(names)
		for _, name := range names {
			if err := textsOf(name, do); err != nil {
				return err
			}
		}
	}
	return nil
}

func textsOf(name string, do func(place string, text []byte) error) error {
	if !strings.HasSuffix(name, ".jsonl") {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(text, 0) >= 0 {
			return noText(name)
		}
		return do(name, text)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			var q struct {
				Text *string `json:"text"`
			}
			if json.Unmarshal(line, &q) != nil || q.Text == nil {
				return usage(`%s:%d: want a JSON object with "text"`, name, n)
			}
			if err := do(fmt.Sprintf("%s:%d", name, n), []byte(*q.Text)); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}
