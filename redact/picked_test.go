package redact_test

import (
	"slices"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// FuzzPickedFindsAll: a scan leaves out the patterns that no word speaks for,
// and loses nothing by it.
func FuzzPickedFindsAll(f *testing.F) {
	e, set := builtinEngine(f)
	for _, r := range set.Rules {
		for _, ex := range append(r.Examples.Match, r.Examples.Skip...) {
			f.Add(ex.Key, ex.Text)
		}
	}
	f.Add("", "ЕДБMK0000000000000") // the word for the number goes on into it
	f.Fuzz(func(t *testing.T, key, text string) {
		field := redact.Field{Key: key, Text: plain.New(text)}
		all, err := redact.ScanAll(t.Context(), e, field)
		if err != nil {
			t.Fatal(err)
		}
		if got := scanAll(t, e, []redact.Field{field}); !slices.Equal(got, all) {
			t.Fatalf("%q: found %v, with all patterns %v", text, got, all)
		}
	})
}
