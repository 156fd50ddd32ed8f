package main

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"coatcheck/rules/check"
)

func rulesTestCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "test",
		Usage:     "run the examples of rules, exact spans included, and the tests of whole texts; exits 3 if one fails",
		UsageText: "coatcheck rules test [options] [PATH…]\n\nWithout a path it runs those of the built-in packs.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "v", Usage: "print those that pass, too"},
			&cli.StringFlag{Name: "run", Usage: "only rules whose id fits the regular expression `RE`"},
			&cli.StringFlag{Name: "junit", Usage: "write a JUnit report to `FILE`"},
		},
		Action: func(c *cli.Context) error {
			files, err := loadRuleFiles(c.Args().Slice())
			if err != nil {
				return err
			}
			if err := files.pick(c.String("run")); err != nil {
				return err
			}
			engine, err := files.engine()
			if err != nil {
				return err
			}
			written, err := files.untuned(engine)
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
			switch {
			case len(results) > 0:
			case len(files.own) == 0 && c.String("run") != "":
				return usage("no rule of these files fits --run %q", c.String("run"))
			default:
				return usage("no example to run: give the rules some")
			}
			passed := printResults(std.out, results, c.Bool("v"))
			if name := c.String("junit"); name != "" {
				if err := writeJUnit(name, "rules", results); err != nil {
					return err
				}
			}
			if passed < len(results) {
				return exitCode(exitFound)
			}
			return nil
		},
	}
}

// printResults prints a line a failure and the sum, and returns how many passed.
func printResults(w io.Writer, results []check.Result, verbose bool) (passed int) {
	for _, r := range results {
		switch {
		case !r.Passed():
			fmt.Fprintf(w, "FAIL %s: %s: %s\n", r.Pos, title(r), r.Why)
			continue
		case verbose:
			fmt.Fprintf(w, "PASS %s: %s\n", r.Pos, title(r))
		}
		passed++
	}
	word := "PASS"
	if passed < len(results) {
		word = "FAIL"
	}
	fmt.Fprintf(w, "%s: %d/%d\n", word, passed, len(results))
	return passed
}

// title names a result; a whole text belongs to no rule.
func title(r check.Result) string {
	if r.Rule == "" {
		return r.Name
	}
	return r.Rule + ", " + r.Name
}

// junit is the report format that build servers read.
type junit struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Time    string        `xml:"time,attr"` // seconds
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
}

func writeJUnit(name, suite string, results []check.Result) error {
	doc := junit{Name: suite, Tests: len(results)}
	for _, r := range results {
		c := junitCase{Class: cmp.Or(r.Rule, suite), Name: r.Name, File: r.Pos.File, Line: r.Pos.Line, Time: fmt.Sprintf("%.6f", r.Took.Seconds())}
		if !r.Passed() {
			doc.Failures++
			c.Failure = &junitFailure{r.Why}
		}
		doc.Cases = append(doc.Cases, c)
	}
	out, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append([]byte(xml.Header), append(out, '\n')...), 0o644)
}
