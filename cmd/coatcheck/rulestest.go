package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"coatcheck/rules/check"
	"coatcheck/rules/live"
)

func rulesTestCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "test",
		Usage:     "run the examples of rules, exact spans included, and the tests of whole texts; exits 3 if one fails",
		UsageText: "coatcheck rules test [options] [PATH…]",
		Description: "Without a path it runs those of the built-in packs. With --output json each test is an object a line, with \"passed\", and the sum goes to standard error. " +
			"--junit writes the same for build servers.\n\n" +
			"  coatcheck rules test -v --run '^acme' --junit report.xml acme.yaml",
		Flags: []cli.Flag{
			outputFlag(),
			&cli.BoolFlag{Name: "v", Usage: "print those that pass, too"},
			&cli.StringFlag{Name: "run", Usage: "only rules whose id fits the regular expression `RE`"},
			&cli.StringFlag{Name: "junit", Usage: "write a JUnit report to `FILE`"},
		},
		Action: func(c *cli.Context) error {
			files, err := loadRuleFiles(c.Args().Slice())
			if err != nil {
				return err
			}
			if err := files.pick(c); err != nil {
				return err
			}
			engine, err := files.engine()
			if err != nil {
				return err
			}
			written, err := live.AsWritten(files.set, engine)
			if err != nil {
				return err
			}
			results, err := check.Test(c.Context, written, files.own)
			if err != nil {
				return err
			}
			if c.String("run") == "" {
				texts, err := check.TestTexts(c.Context, engine, files.set.Tests)
				if err != nil {
					return err
				}
				results = append(results, texts...)
			}
			if len(results) == 0 {
				return usage("no example to run: give the rules some")
			}
			if name := c.String("junit"); name != "" {
				if err := writeJUnit(name, results); err != nil {
					return err
				}
			}
			sum := std.out
			if wantsJSON(c) {
				sum = std.err
				err = printLines(std.out, results)
			} else {
				err = printResults(std.out, results, c.Bool("v"))
			}
			if err != nil {
				return err
			}
			failed := slices.ContainsFunc(results, func(r check.Result) bool { return !r.Passed() })
			if err := printSum(sum, results); err != nil || !failed {
				return err
			}
			return exitCode(exitFound)
		},
	}
}

// printResults prints a line a failure, and on demand a line a pass.
func printResults(w io.Writer, results []check.Result, verbose bool) error {
	for _, r := range results {
		line := fmt.Sprintf("PASS %s: %s", r.Pos, r.Title())
		switch {
		case !r.Passed():
			line = fmt.Sprintf("FAIL %s: %s: %s", r.Pos, r.Title(), r.Why)
		case !verbose:
			continue
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// printSum says how many passed.
func printSum(w io.Writer, results []check.Result) error {
	word, passed := "PASS", 0
	for _, r := range results {
		if r.Passed() {
			passed++
		} else {
			word = "FAIL"
		}
	}
	_, err := fmt.Fprintf(w, "%s: %d/%d\n", word, passed, len(results))
	return err
}

// testLine is a line of `rules test --output json`.
type testLine struct {
	Rule   string `json:"rule,omitempty"` // a whole text belongs to none
	Test   string `json:"test"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Col    int    `json:"col"`
	Passed bool   `json:"passed"`
	Why    string `json:"why,omitempty"`
}

// printLines prints every result for a program.
func printLines(w io.Writer, results []check.Result) error {
	lines := json.NewEncoder(w)
	for _, r := range results {
		if err := lines.Encode(testLine{r.Rule, r.Name, r.Pos.File, r.Pos.Line, r.Pos.Col, r.Passed(), r.Why}); err != nil {
			return err
		}
	}
	return nil
}

func writeJUnit(name string, results []check.Result) error {
	suite := junit{Name: "rules"}
	for _, r := range results {
		suite.add(junitCase{
			Class: cmp.Or(r.Rule, suite.Name), Name: r.Name, File: r.Pos.File, Line: r.Pos.Line, Time: fmt.Sprintf("%.6f", r.Took.Seconds()),
		}, r.Passed(), r.Why)
	}
	var out bytes.Buffer
	return errors.Join(suite.write(&out), os.WriteFile(name, out.Bytes(), 0o644))
}
