package redact_test

import (
	"testing"
	"unicode"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestOneWinnerPerByte walks the documented order, one step a line.
func TestOneWinnerPerByte(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{
			"the stricter action, even inside a longer finding",
			"  - {id: org, entity: ORG, action: observe, patterns: [{regex: 'abcdefgh'}]}\n" +
				"  - {id: mail, entity: EMAIL, patterns: [{regex: 'cde'}]}",
			"org=ab | mail=cde | org=fgh",
		},
		{
			"an allow rule never covers another finding",
			"  - {id: ok, entity: ORG, action: allow, certain: true, patterns: [{regex: 'abcdefgh', confidence: 1}]}\n" +
				"  - {id: seen, entity: EMAIL, action: observe, patterns: [{regex: 'efgh', confidence: 0.5}]}",
			"ok=abcd | seen=efgh",
		},
		{
			"then the certain one",
			"  - {id: weak, entity: PHONE, patterns: [{regex: 'abcdefgh', confidence: 1}]}\n" +
				"  - {id: sure, entity: IBAN, certain: true, patterns: [{regex: 'bcd', confidence: 0.6}]}",
			"weak=a | sure=bcd | weak=efgh",
		},
		{
			"then the higher score",
			"  - {id: low, entity: PHONE, patterns: [{regex: 'abcd', confidence: 0.6}]}\n" +
				"  - {id: high, entity: IP, patterns: [{regex: 'cdef', confidence: 0.7}]}",
			"low=ab | high=cdef",
		},
		{
			"then the longer",
			"  - {id: short, entity: PHONE, patterns: [{regex: 'bcd'}]}\n" +
				"  - {id: long, entity: IP, patterns: [{regex: 'abcdef'}]}",
			"long=abcdef",
		},
		{
			"then the rule that comes first",
			"  - {id: one, entity: PHONE, patterns: [{regex: 'abc'}]}\n" +
				"  - {id: two, entity: IP, patterns: [{regex: 'abc'}]}",
			"one=abc",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := engine(t, c.body, redact.Options{})
			const text = "- abcdefgh -"
			if got := marks(text, scan(t, e, text)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPunctuationLeftOverIsNoFinding(t *testing.T) {
	e := engine(t, "  - {id: wide, entity: PHONE, patterns: [{regex: '[(]abc[)]'}]}\n"+
		"  - {id: core, entity: EMAIL, certain: true, patterns: [{regex: 'abc'}]}", redact.Options{})
	if got := marks("(abc)", scan(t, e, "(abc)")); got != "core=abc" {
		t.Errorf("got %q", got)
	}
}

// FuzzFindings: whatever the text, findings are sorted, disjoint, inside the
// text, and every letter or digit is found of what any rule stands by, whatever
// others make of it: Explain tells of each match before rules compete.
func FuzzFindings(f *testing.F) {
	e, set := builtinEngine(f)
	for _, r := range set.Rules {
		for _, ex := range append(r.Examples.Match, r.Examples.Skip...) {
			f.Add(ex.Key, ex.Text)
		}
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		field := redact.Field{Key: key, Text: plain.New(text)}
		covered, last := make([]bool, len(text)), 0
		for _, x := range scanAll(t, e, []redact.Field{field}) {
			if x.Start < last || x.Start >= x.End || x.End > len(text) {
				t.Fatalf("%q: finding %d..%d after one that ends at %d", text, x.Start, x.End, last)
			}
			for last = x.Start; last < x.End; last++ {
				covered[last] = true
			}
		}
		for _, x := range explain(t, e, field) {
			if x.Reason != redact.Held && x.Reason != redact.Beaten && x.Reason != redact.TimedOut {
				continue
			}
			for i, r := range text[x.Start:x.End] {
				if !covered[x.Start+i] && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
					t.Fatalf("%q: %s stands by %q, of which %q is not found", text, x.Rule, text[x.Start:x.End], r)
				}
			}
		}
	})
}
