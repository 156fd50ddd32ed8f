package check

import (
	"context"
	"fmt"
	"strings"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
)

// Result is the outcome of one example.
type Result struct {
	Rule string
	Name string // such as "match 1" or "skip 3", counted from 1
	Pos  rules.Pos
	Why  string // of a failure; empty means that it passed
	Took time.Duration
}

// Passed reports whether the example came out as its rule says.
func (r Result) Passed() bool { return r.Why == "" }

// Title names what was tested; a whole text belongs to no rule.
func (r Result) Title() string {
	if r.Rule == "" {
		return r.Name
	}
	return r.Rule + ", " + r.Name
}

// Test runs the examples of rules against the engine that will run them, beside
// all other rules of it: an example that matches must yield a finding of its
// rule over exactly its span, an example to skip must yield none of that rule.
// The error is the context's.
func Test(ctx context.Context, e *redact.Engine, list []rules.Rule) ([]Result, error) {
	var out []Result
	for i := range list {
		r := &list[i]
		for n, ex := range r.Examples.Match {
			res, err := run(ctx, e, r, ex, matchExample)
			if err != nil {
				return nil, err
			}
			res.Name = fmt.Sprintf("match %d", n+1)
			out = append(out, res)
		}
		for n, ex := range r.Examples.Skip {
			res, err := run(ctx, e, r, ex, skipExample)
			if err != nil {
				return nil, err
			}
			res.Name = fmt.Sprintf("skip %d", n+1)
			out = append(out, res)
		}
	}
	return out, nil
}

// TestTexts runs whole texts: what comes out must be what the test wants, letter
// by letter. The error is the context's.
func TestTexts(ctx context.Context, e *redact.Engine, tests []rules.Test) ([]Result, error) {
	out := make([]Result, 0, len(tests))
	for i, t := range tests {
		start := time.Now()
		found, err := e.Scan(ctx, []redact.Field{{Key: t.Key, Text: plain.New(t.Text), Message: -1}})
		if err != nil {
			return nil, err
		}
		r := Result{Name: fmt.Sprintf("test %d", i+1), Pos: t.Pos, Took: time.Since(start)}
		if got := redacted(t.Text, found); got != t.Want {
			r.Why = fmt.Sprintf("differs from byte %d of want on: %s", differ(got, t.Want), places(found))
		}
		out = append(out, r)
	}
	return out, nil
}

// redacted replaces each finding by its label in brackets.
func redacted(text string, found []redact.Finding) string {
	var b strings.Builder
	at := 0
	for _, f := range found {
		if f.Action != rules.Observe && f.Action != rules.Allow {
			b.WriteString(text[at:f.Start] + "[" + f.Label + "]")
			at = f.End
		}
	}
	return b.String() + text[at:]
}

// differ returns how many bytes two strings have in common at the beginning.
func differ(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func places(found []redact.Finding) string {
	if len(found) == 0 {
		return "nothing is found"
	}
	list := make([]string, len(found))
	for i, f := range found {
		list[i] = fmt.Sprintf("%s at bytes %d-%d by rule %s (%s)", f.Entity, f.Start, f.End, f.Rule, f.Action)
	}
	return strings.Join(list, ", ")
}

type verdict func(r *rules.Rule, ex rules.Example, found []redact.Finding, told []redact.Explanation) string

func run(ctx context.Context, e *redact.Engine, r *rules.Rule, ex rules.Example, judge verdict) (Result, error) {
	start := time.Now()
	f := field(ex)
	found, err := e.Scan(ctx, []redact.Field{f})
	if err != nil {
		return Result{}, err
	}
	took := time.Since(start)
	told, err := e.Explain(ctx, f)
	if err != nil {
		return Result{}, err
	}
	return Result{Rule: r.ID, Pos: r.Place(ex.Pos), Why: judge(r, ex, found, told), Took: took}, nil
}

func matchExample(r *rules.Rule, ex rules.Example, found []redact.Finding, told []redact.Explanation) string {
	var places []string
	for _, f := range found {
		if f.Rule != r.ID {
			continue
		}
		if ex.Span == "" || ex.Text[f.Start:f.End] == ex.Span {
			return ""
		}
		places = append(places, fmt.Sprintf("%d-%d", f.Start, f.End))
	}
	if len(places) > 0 {
		at := strings.Index(ex.Text, ex.Span)
		return fmt.Sprintf("finds bytes %s, the span is %d-%d", strings.Join(places, ", "), at, at+len(ex.Span))
	}
	return "finds nothing: " + Why(nearest(told, r.ID), r)
}

func skipExample(r *rules.Rule, _ rules.Example, found []redact.Finding, told []redact.Explanation) string {
	for _, f := range found {
		if f.Rule != r.ID {
			continue
		}
		why := fmt.Sprintf("finds bytes %d-%d with score %.2f", f.Start, f.End, f.Score)
		for _, x := range told {
			if x.Rule == r.ID && x.Start <= f.Start && f.End <= x.End && x.Score == f.Score {
				return why + ": " + Evidence(&x)
			}
		}
		return why
	}
	return ""
}

// nearest returns a rule's best match that is no finding.
func nearest(told []redact.Explanation, id string) (best *redact.Explanation) {
	for i := range told {
		if x := &told[i]; x.Rule == id && (best == nil || x.Score > best.Score) {
			best = x
		}
	}
	return best
}

// Evidence says in words what made a score.
func Evidence(x *redact.Explanation) string {
	var parts []string
	for _, s := range x.Steps {
		switch s.Kind {
		case redact.Tier:
			parts = append(parts, fmt.Sprintf("pattern %d gives %.2f", x.Pattern+1, s.Score))
		case redact.Checked:
			outcome := "fails"
			if s.Passed {
				outcome = "passes"
			}
			parts = append(parts, fmt.Sprintf("validator %q %s: %.2f", s.Name, outcome, s.Score))
		case redact.Alone:
			parts = append(parts, fmt.Sprintf("there is nothing else in the text: %.2f", s.Score))
		case redact.Keyword:
			parts = append(parts, fmt.Sprintf("keyword %q is there: %.2f", s.Name, s.Score))
		case redact.Needed:
			outcome := "finds nothing near enough"
			if s.Passed {
				outcome = "finds something " + characters(s.Distance) + " off"
			}
			parts = append(parts, fmt.Sprintf("rule %q %s: %.2f", s.Name, outcome, s.Score))
		case redact.For, redact.Against:
			what := "word"
			if s.Kind == redact.Against {
				what = "negative word"
			}
			if s.Name != "" {
				what = fmt.Sprintf("%s %q", what, s.Name)
			}
			parts = append(parts, fmt.Sprintf("%s %s: %.2f", what, place(s), s.Score))
		}
	}
	return strings.Join(parts, ", ")
}

// place says in words where a word stood.
func place(s redact.Step) string {
	switch s.Where {
	case redact.InKey:
		return "in the field's name"
	case redact.InBefore:
		return characters(s.Distance) + " before it"
	case redact.InAfter:
		return characters(s.Distance) + " behind it"
	}
	if s.Name == "" {
		return "in what the text encodes"
	}
	return "in the name that the text's structure gives it"
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return fmt.Sprintf("%d characters", n)
}
