package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"coatcheck/rules"
	"coatcheck/rules/check"
)

func rulesLintCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "lint",
		Usage:     "name every fault as file:line:col; exits 3 if there is an error",
		UsageText: "coatcheck rules lint [options] PATH…",
		Description: "Every verdict is the same on every machine, but for patterns that run away, which a clock confirms. With --output json each fault is an object a line.\n\n" +
			"  coatcheck rules lint --strict rules/",
		Flags: []cli.Flag{
			outputFlag(),
			&cli.BoolFlag{Name: "builtin", Usage: "lint the built-in packs as well"},
			&cli.BoolFlag{Name: "strict", Usage: "exit 3 for warnings too"},
		},
		Action: func(c *cli.Context) error {
			asJSON := wantsJSON(c)
			if !c.Args().Present() && !c.Bool("builtin") {
				return usage("name rule files or folders to lint, or --builtin")
			}
			faults, n, err := lintFiles(c.Context, c.Args().Slice(), c.Bool("builtin"))
			if err != nil {
				return err
			}
			if err := printFaults(std.out, faults, asJSON); err != nil {
				return err
			}
			bad := count(faults, check.Err)
			warned := len(faults) - bad
			say(std.err, "%s: %s, %s", plural(n, "rule"), plural(bad, "error"), plural(warned, "warning"))
			if bad > 0 || warned > 0 && c.Bool("strict") {
				return exitCode(exitFound)
			}
			return nil
		},
	}
}

// lintFiles returns the faults of rule files and how many rules it looked at.
// What the loader refuses is a fault like any other.
func lintFiles(ctx context.Context, paths []string, all bool) ([]check.Fault, int, error) {
	files, err := loadRuleFiles(paths)
	if err != nil {
		faults := formatFaults(err)
		if faults == nil {
			return nil, 0, err
		}
		return faults, 0, nil
	}
	list := files.own
	if all {
		list = files.set.Rules
	}
	faults, err := check.Lint(ctx, files.set, list)
	return faults, len(list), err
}

// formatFaults turns what the loader says into faults; nil if anything in it is
// no fault of a rule file.
func formatFaults(err error) (out []check.Fault) {
	if u, ok := errors.AsType[*usageError](err); ok {
		err = u.err
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, e := range list {
		f, ok := e.(*rules.Error)
		if !ok {
			return nil
		}
		out = append(out, check.Fault{Pos: f.Pos, Level: check.Err, Lint: "format", Rule: f.Rule, Msg: f.Msg})
	}
	return out
}

// faultLine is a line of `rules lint --output json`.
type faultLine struct {
	File  string      `json:"file"`
	Line  int         `json:"line"`
	Col   int         `json:"col"`
	Level check.Level `json:"level"`
	Lint  string      `json:"lint"`
	Rule  string      `json:"rule,omitempty"`
	Msg   string      `json:"message"`
	Hint  string      `json:"hint,omitempty"`
}

func printFaults(w io.Writer, faults []check.Fault, asJSON bool) error {
	lines := json.NewEncoder(w)
	for _, f := range faults {
		var err error
		if asJSON {
			err = lines.Encode(faultLine{f.Pos.File, f.Pos.Line, f.Pos.Col, f.Level, f.Lint, f.Rule, f.Msg, f.Hint})
		} else {
			_, err = fmt.Fprintln(w, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func count(faults []check.Fault, level check.Level) (n int) {
	for _, f := range faults {
		if f.Level == level {
			n++
		}
	}
	return n
}
