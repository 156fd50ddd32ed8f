package redact_test

import (
	"sync"
	"testing"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

type loaded struct {
	engine *redact.Engine
	set    *rules.Set
}

// loadBuiltin compiles the base packs once for all tests.
var loadBuiltin = sync.OnceValues(func() (loaded, error) {
	set, err := builtin.Load()
	if err != nil {
		return loaded{}, err
	}
	e, err := redact.New(set, redact.Options{Timeout: 10 * time.Second, Cache: -1})
	return loaded{e, set}, err
})

func builtinEngine(t testing.TB) (*redact.Engine, *rules.Set) {
	t.Helper()
	l, err := loadBuiltin()
	if err != nil {
		t.Fatal(err)
	}
	return l.engine, l.set
}

func scan(t testing.TB, e *redact.Engine, text string) []redact.Finding {
	t.Helper()
	found, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func scanExample(t testing.TB, e *redact.Engine, ex rules.Example) []redact.Finding {
	t.Helper()
	found, err := e.Scan(t.Context(), []redact.Field{{Key: ex.Key, Text: plain.New(ex.Text)}})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestBuiltinExamples runs every rule's own examples: a match example yields a
// finding of that rule (over exactly its span, where it names one), a skip
// example yields none.
func TestBuiltinExamples(t *testing.T) {
	e, set := builtinEngine(t)
	for _, r := range set.Rules {
		t.Run(r.ID, func(t *testing.T) {
			if len(r.Examples.Match) == 0 || len(r.Examples.Skip) == 0 {
				t.Error("a built-in rule needs examples that match and examples to skip")
			}
			for _, ex := range r.Examples.Match {
				if !matches(scanExample(t, e, ex), ex, r.ID) {
					t.Errorf("%s: no finding %q in %q", ex.Pos, ex.Span, ex.Text)
				}
			}
			for _, ex := range r.Examples.Skip {
				for _, f := range scanExample(t, e, ex) {
					if f.Rule == r.ID {
						t.Errorf("%s: finds %q in %q", ex.Pos, ex.Text[f.Start:f.End], ex.Text)
					}
				}
			}
		})
	}
}

func matches(found []redact.Finding, ex rules.Example, id string) bool {
	for _, f := range found {
		if f.Rule == id && (ex.Span == "" || ex.Text[f.Start:f.End] == ex.Span) {
			return true
		}
	}
	return false
}
