package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"coatcheck/redact/score"
)

// evalText writes the tables that a person reads while working on rules.
func evalText(w io.Writer, r *score.Report, bounds []score.Bound) error {
	fmt.Fprintf(w, "%-26s %7s %7s   %5s %5s %5s   %5s %5s\n", "source", "records", "labels", "P", "R", "F1", "any R", "leak")
	for _, name := range slices.Sorted(maps.Keys(r.BySource)) {
		f := r.BySource[name]
		m := f.Overlap
		fmt.Fprintf(w, "%-26s %7d %7d   %s %s %s   %s %s\n", name, f.Records, m.Hit+m.NotFound, share(m.Precision), share(m.Recall), share(m.F1), share(f.Any.Recall), share(f.Leak))
	}
	textFigures(w, "all types", r.Total)
	textFigures(w, "structured types alone", r.Structured)
	if len(bounds) > 0 {
		fmt.Fprintln(w, "\nfloors")
	}
	for _, b := range bounds {
		verdict := "ok"
		if !b.OK() {
			verdict = "WORSE"
		}
		fmt.Fprintf(w, "%-5s %s\n", verdict, b)
	}
	return nil
}

func textFigures(w io.Writer, title string, f *score.Figures) {
	fmt.Fprintf(w, "\n%s: %d records, %.2f MB\n", title, f.Records, float64(f.Bytes)/1e6)
	row := func(name, labels string, e, o score.Match, leak, miss *float64) {
		fmt.Fprintf(w, "%-14s %6s  %s  %s %s  %s %s\n", name, labels, matchText(e), matchText(o), share(o.F2), share(leak), share(miss))
	}
	fmt.Fprintf(w, "%-14s %6s  %-17s  %s\n", "", "", "exact", "overlap")
	fmt.Fprintf(w, "%-14s %6s  %5s %5s %5s  %5s %5s %5s %5s  %5s %5s\n", "type", "labels", "P", "R", "F1", "P", "R", "F1", "F2", "leak", "miss")
	for _, name := range byLabels(f) {
		t := f.Types[name]
		row(name, fmt.Sprint(t.Labels), t.Exact, t.Overlap, t.Leak, t.Missed)
	}
	row("together", fmt.Sprint(f.Overlap.Hit+f.Overlap.NotFound), f.Exact, f.Overlap, f.Leak, f.Missed)
	for _, x := range []struct {
		name string
		m    score.Match
	}{{"as a group", f.Grouped}, {"whatever type", f.Any}} {
		fmt.Fprintf(w, "%-14s %6s  %-17s  %s %s\n", x.name, "", "", matchText(x.m), share(x.m.F2))
	}
	fmt.Fprintf(w, "mean F1 of the types: %s\n", strings.TrimSpace(share(f.MacroF1)))
	if n := f.Negatives; n != nil {
		fmt.Fprintf(w, "negatives: %d records, %d words\n", n.Records, n.Words)
		fmt.Fprintf(w, "false hits per 1,000 words: structured %.3f, all %.3f\n", n.Structured, n.All)
	}
	if n := f.HardNegatives; n != nil {
		fmt.Fprintf(w, "look-alikes: %d of %d records flagged (%.3f)\n", n.Flagged, n.Records, n.Rate)
	}
}

// evalMarkdown writes the table of the README: the structured types, by overlap.
func evalMarkdown(w io.Writer, r *score.Report, _ []score.Bound) error {
	fmt.Fprintf(w, "| type | labels | precision | recall | F1 | leak |\n|---|---|---|---|---|---|\n")
	row := func(name string, labels int, m score.Match, leak *float64) {
		cells := []string{name, fmt.Sprint(labels)}
		for _, x := range []*float64{m.Precision, m.Recall, m.F1, leak} {
			cells = append(cells, strings.TrimSpace(share(x)))
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	s := r.Structured
	for _, name := range byLabels(s) {
		if t := s.Types[name]; t.Labels > 0 {
			row(name, t.Labels, t.Overlap, t.Leak)
		}
	}
	row("**together**", s.Overlap.Hit+s.Overlap.NotFound, s.Overlap, s.Leak)
	if n := r.Total.Negatives; n != nil {
		fmt.Fprintf(w, "\nFalse hits in %d words of text with nothing to find: %.3f per 1,000 words.\n", n.Words, n.Structured)
	}
	return nil
}

// evalJUnit writes a test case for each floor, for the CI systems that show them.
func evalJUnit(w io.Writer, _ *score.Report, bounds []score.Bound) error {
	suite := junit{Name: "coatcheck eval"}
	for _, b := range bounds {
		suite.add(junitCase{Class: "eval", Name: b.Name}, b.OK(), b.String())
	}
	return suite.write(w)
}

// byLabels lists the types of some figures, the most frequent first.
func byLabels(f *score.Figures) []string {
	return slices.SortedFunc(maps.Keys(f.Types), func(a, b string) int {
		return cmp.Or(cmp.Compare(f.Types[b].Labels, f.Types[a].Labels), cmp.Compare(a, b))
	})
}

func matchText(m score.Match) string {
	return strings.Join([]string{share(m.Precision), share(m.Recall), share(m.F1)}, " ")
}

func share(x *float64) string {
	if x == nil {
		return "    -"
	}
	return fmt.Sprintf("%5.3f", *x)
}
