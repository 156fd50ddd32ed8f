package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/redact/score"
	"coatcheck/rules"
)

func evalCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "eval",
		Usage:     "measure the rules on labelled text; exits 3 when a figure is worse than its floor",
		UsageText: "coatcheck eval [options] LABELLED.jsonl|DIR…",
		Description: "A record is a {\"id\", \"source\", \"text\", \"scope\", \"spans\": [{\"start\", \"end\", \"type\"}]} a line; offsets are bytes of UTF-8, end exclusive. scope names the types that are labelled without a gap. " +
			"P is precision, R recall; a finding is right when its type is and it shares half of the union with the label. leak is the share of labelled characters that would have left.\n\n" +
			"  coatcheck eval --floor floors.yaml --output junit labelled/ > report.xml",
		Flags: []cli.Flag{
			rulesFlag(),
			&cli.StringFlag{Name: "types", Usage: "score these `TYPES` alone, such as EMAIL,PHONE"},
			&cli.StringFlag{Name: "floor", Usage: "hold the figures against those in `FILE`"},
			choose(&cli.StringFlag{Name: "output", Usage: "`FORMAT`: text, json, markdown, or junit, which lists the floors", Value: "text"}, "text", "json", "markdown", "junit"),
		},
		Action: func(c *cli.Context) error {
			return eval(c.Context, evalOptions{
				files: c.Args().Slice(), rules: c.StringSlice("rules"), types: splitList(c.String("types")),
				floor: c.String("floor"), output: c.String("output"),
			}, std)
		},
	}
}

type evalOptions struct {
	files, rules, types []string
	floor, output       string
}

// evalOutputs writes a report in one form; the bounds are those of the floors.
var evalOutputs = map[string]func(io.Writer, *score.Report, []score.Bound) error{
	"text": evalText, "json": evalJSON, "markdown": evalMarkdown, "junit": evalJUnit,
}

func eval(ctx context.Context, o evalOptions, std stdio) error {
	switch {
	case len(o.files) == 0:
		return usage("no labelled text: name .jsonl files or a folder of them")
	case o.output == "junit" && o.floor == "":
		return usage("output junit lists the floors: name them with --floor")
	}
	for _, t := range o.types {
		if err := knownType(t); err != nil {
			return err
		}
	}
	var floors []score.Floor
	if o.floor != "" {
		var err error
		if floors, err = readFloors(o.floor); err != nil {
			return err
		}
	}
	engine, err := newEngine(o.rules)
	if err != nil {
		return err
	}
	report, err := evaluate(ctx, engine, o.files, score.Options{Types: o.types})
	if err != nil {
		return err
	}
	if report.Total.Records == 0 {
		if len(o.types) > 0 {
			return usage("no record in %s has %s in its scope", strings.Join(o.files, ", "), strings.Join(o.types, " or "))
		}
		return usage("no record in %s", strings.Join(o.files, ", "))
	}
	bounds := report.Check(floors)
	out := bufio.NewWriter(std.out)
	if err := evalOutputs[o.output](out, report, bounds); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	worse := slices.DeleteFunc(bounds, score.Bound.OK)
	for _, b := range worse {
		say(std.err, "worse than its floor: %s", b)
	}
	if len(worse) > 0 {
		return exitCode(exitFound)
	}
	return nil
}

// knownType refuses a type that no record is labelled with: it would be scored
// as nothing to find.
func knownType(name string) error {
	if slices.Contains(score.Types(), name) {
		return nil
	}
	hint := "labels are of the types " + strings.Join(score.Types(), ", ")
	if near, ok := rules.Nearest(name, score.Types()); ok {
		hint = "did you mean " + near + "?"
	}
	return &usageError{err: fmt.Errorf("--types: %s is unknown", name), hint: hint}
}

// evaluate scores an engine on labelled files, and on every .jsonl file of
// those that are folders, as `scan --jsonl` would read them.
func evaluate(ctx context.Context, engine *redact.Engine, files []string, o score.Options) (*score.Report, error) {
	e := score.New(o)
	for _, name := range files {
		list := []string{name}
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			if list, err = filepath.Glob(filepath.Join(name, "*.jsonl")); err != nil || len(list) == 0 {
				return nil, usage("%s: holds no .jsonl file", name)
			}
		}
		for _, name := range list {
			if err := evaluateFile(ctx, engine, name, e); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return e.Report(), nil
}

func evaluateFile(ctx context.Context, engine *redact.Engine, name string, e *score.Evaluation) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return score.Read(f, func(r score.Record) error {
		found, err := engine.Scan(ctx, []redact.Field{{Text: plain.New(r.Text), Message: -1}})
		if err != nil {
			return err
		}
		list := make([]score.Span, 0, len(found))
		for _, f := range found {
			list = append(list, score.Span{Start: f.Start, End: f.End, Type: f.Entity})
		}
		e.Add(r, list)
		return nil
	})
}

func evalJSON(w io.Writer, r *score.Report, bounds []score.Bound) error {
	type bound struct {
		Figure string   `json:"figure"`
		Got    *float64 `json:"got"`
		Want   float64  `json:"want"`
		AtMost bool     `json:"at_most,omitempty"`
		OK     bool     `json:"ok"`
	}
	out := struct {
		*score.Report
		Floors []bound `json:"floors,omitempty"`
	}{Report: r}
	for _, b := range bounds {
		out.Floors = append(out.Floors, bound{b.Name, b.Got, b.Want, b.AtMax, b.OK()})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(out)
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
