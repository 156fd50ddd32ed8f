package redact_test

import (
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

func builtinEngine(t testing.TB) (*redact.Engine, *rules.Set) {
	t.Helper()
	set, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, err := redact.New(set, redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e, set
}

func scan(t testing.TB, e *redact.Engine, text string) []redact.Finding {
	t.Helper()
	found, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New(text)}})
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
				if !matches(scan(t, e, ex.Text), ex, r.ID) {
					t.Errorf("%s: no finding %q in %q", ex.Pos, ex.Span, ex.Text)
				}
			}
			for _, ex := range r.Examples.Skip {
				for _, f := range scan(t, e, ex.Text) {
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
