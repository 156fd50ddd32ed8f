package redact_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestKeywordsMustStandNear: a match is a finding only beside one of its rule's
// keywords, on the side and in the distance that the rule says.
func TestKeywordsMustStandNear(t *testing.T) {
	for _, c := range []struct{ keywords, key, text, want string }{
		{"{any: [acme]}", "", "AC-1 " + strings.Repeat("x", 5000) + " at ACME", "AC-1"},
		{"{any: [acme]}", "", "AC-1", ""},
		{"{any: [acme, ac-]}", "", "AC-1", "AC-1"}, // in the match itself
		{"{any: [acme]}", "acmeCase", "AC-1", "AC-1"},
		{"{any: [straße]}", "", "STRAßE AC-1", "AC-1"},
		{"{any: [acme], within: 6}", "", "acme: AC-1, AC-2, AC-3 acme", "AC-1 AC-3"},
		{"{any: [acme], within: 6, where: before}", "", "acme: AC-1, AC-3 acme", "AC-1"},
		{"{any: [acme], within: 6, where: after}", "", "acme: AC-1, AC-3 acme", "AC-3"},
		{"{any: [acme], within: 6, where: after}", "acme", "AC-3", ""},
		{"{any: [acme], within: 6, where: before}", "acme", "AC-3", "AC-3"},
		{"{any: [acme], within: 5}", "", "acme: AC-1", ""},
		{"{any: [äcme], within: 6}", "", "äcme: AC-1", "AC-1"}, // characters, not bytes
		{"{any: [acme], where: key}", "acme_case", "AC-1", "AC-1"},
		{"{any: [acme], where: key}", "case", "acme AC-1", ""},
		{"{any: [acme]}", "", "acme QUMtMSBhbmQgc28gb24gYW5kIG9uIEFDLTE=", "QUMtMSBhbmQgc28gb24gYW5kIG9uIEFDLTE="}, // beside what encodes it
	} {
		e := engine(t, "- {id: a, entity: ID_NUMBER, patterns: [{regex: '\\bAC-\\d'}], keywords: "+c.keywords+"}", redact.Options{})
		f := redact.Field{Key: c.key, Text: plain.New(c.text)}
		found, err := e.Scan(t.Context(), []redact.Field{f})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(strings.ReplaceAll(marks(c.text, found), "a=", ""), " | ", " "); got != c.want {
			t.Errorf("%s, %q: found %q, want %q", c.keywords, c.text[:min(40, len(c.text))], got, c.want)
		}
	}
}

// TestKeywordsAreLookedForOnce: a text of many readings is not read through for
// each of them, which would take minutes, nor its key for each match.
func TestKeywordsAreLookedForOnce(t *testing.T) {
	const size = 1 << 20
	for name, f := range map[string]redact.Field{
		"readings": {Text: plain.New(strings.Repeat("123456\n", size/7))},
		"key":      {Key: strings.Repeat("x", size), Text: plain.New(strings.Repeat("123456789012 ", size/13))},
	} {
		e := engine(t, `- {id: a, entity: ID_NUMBER, patterns: [{regex: '\b\d{12}\b'}], keywords: {any: [acme, amce]}}`, redact.Options{Timeout: time.Minute})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if found, err := e.Scan(ctx, []redact.Field{f}); err != nil || len(found) != 0 {
			t.Errorf("%s: %d findings, error %v", name, len(found), err)
		}
	}
}

const requiring = `
- {id: c, entity: ID_NUMBER, patterns: [{regex: 'C\d'}], require: [{rule: b}]}
- {id: b, entity: ID_NUMBER, patterns: [{regex: 'B\d'}], require: [{rule: a, within: 7}, {rule: word}]}
- {id: a, entity: ID_NUMBER, patterns: [{regex: 'A[0-8]|A9{1,3}'}]}
- {id: word, entity: PHONE, action: allow, patterns: [{regex: '\d', confidence: 0.3}], context: {words: [yes], window: 1000}}
`

// TestRequiredRulesMustFindSomething: whatever the order of the rules, a match
// waits for what its rule requires, and that for what it requires itself.
func TestRequiredRulesMustFindSomething(t *testing.T) {
	e := engine(t, requiring, redact.Options{})
	for _, c := range []struct{ text, want string }{
		{"yes A1 B1 C1", "a=A1 | b=B1 | c=C1"},
		{"yes C1 B1 A1", "c=C1 | b=B1 | a=A1"},
		{"yes B1 A1 " + strings.Repeat("x", 500) + " C1", "b=B1 | a=A1 | c=C1"},
		{"A1 B1 C1", "a=A1"},               // no word, so no b, so no c
		{"yes A1 12345678 B1 C1", "a=A1"},  // too far off
		{"yes A1 ééééé B1", "a=A1 | b=B1"}, // in characters
		{"yes A1 éééééé B1", "a=A1"},       // one too many
		{"yes A999 B1 and then, farther, B2", "a=A999 | b=B1"},
		{"yes B1 C1", ""},
	} {
		found := scan(t, e, c.text)
		var kept []redact.Finding
		for _, f := range found {
			if f.Rule != "word" {
				kept = append(kept, f)
			}
		}
		if got := marks(c.text, kept); got != c.want {
			t.Errorf("%q: found %q, want %q", c.text, got, c.want)
		}
	}
}

// TestRequirementsHoldWhateverTheRest: a rule that others outdo is evidence all
// the same, one that a field does not take too; and what could not be decided in
// time is found, whatever else is missing.
func TestRequirementsHoldWhateverTheRest(t *testing.T) {
	const rules = `
- {id: a, entity: ID_NUMBER, certain: true, patterns: [{regex: 'A\d'}], require: [{rule: b}]}
- {id: b, entity: ID_NUMBER, action: allow, patterns: [{regex: 'B\d'}]}
- {id: over, entity: ID_NUMBER, action: block, patterns: [{regex: 'B\d!'}]}
`
	e := engine(t, rules, redact.Options{})
	if got := marks("A1 B1!", scan(t, e, "A1 B1!")); got != "a=A1 | over=B1!" {
		t.Errorf("found %q", got)
	}
	found, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New("A1 B1"), Certain: true}})
	if got := marks("A1 B1", found); err != nil || got != "a=A1" {
		t.Errorf("a certain field: found %q, error %v", got, err)
	}
	slow := strings.Replace(slow, "entity: ID_NUMBER", "entity: ID_NUMBER\n    require: [{rule: b}]", 1)
	e = engine(t, strings.Replace(slow, "%s", "block", 1)+"  - {id: b, entity: IP, patterns: [{regex: 'never'}]}\n", redact.Options{Timeout: 1})
	text := "see " + strings.Repeat("ab", 60) + "? yes"
	if found := scan(t, e, text); len(found) != 1 || found[0].Rule != "slow" {
		t.Errorf("undecided text goes: %+v", found)
	}
}

// TestRequirementsEqualPlainLoops holds the decision to its definition: of all
// matches, those stay that have a staying match of the required rule near.
func TestRequirementsEqualPlainLoops(t *testing.T) {
	e := engine(t, `
- {id: b, entity: ID_NUMBER, patterns: [{regex: '[bB]{1,3}'}], require: [{rule: a, within: 4}]}
- {id: c, entity: PHONE, patterns: [{regex: 'c'}], require: [{rule: b, within: 2}, {rule: a, within: 9}]}
- {id: a, entity: IP, patterns: [{regex: 'a{1,2}'}]}
`, redact.Options{})
	bare := engine(t, `
- {id: b, entity: ID_NUMBER, patterns: [{regex: '[bB]{1,3}'}]}
- {id: c, entity: PHONE, patterns: [{regex: 'c'}]}
- {id: a, entity: IP, patterns: [{regex: 'a{1,2}'}]}
`, redact.Options{})
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		var text strings.Builder
		for range r.IntN(40) {
			text.WriteString([]string{"a", "b", "B", "c", ".", "é", " ", "🙂"}[r.IntN(8)])
		}
		want := plainLoop(text.String(), scan(t, bare, text.String()))
		if got := marks(text.String(), scan(t, e, text.String())); got != want {
			t.Fatalf("%q: found %q, plain loops find %q", text.String(), got, want)
		}
	}
}

func plainLoop(text string, all []redact.Finding) string {
	near := func(f redact.Finding, list []redact.Finding, rule string, within int) bool {
		for _, o := range list {
			gap := text[min(f.End, o.End):max(min(f.End, o.End), max(f.Start, o.Start))]
			if o.Rule == rule && utf8.RuneCountInString(gap) <= within {
				return true
			}
		}
		return false
	}
	keep := func(list []redact.Finding, rule string, ok func(redact.Finding) bool) (out []redact.Finding) {
		for _, f := range list {
			if f.Rule != rule || ok(f) {
				out = append(out, f)
			}
		}
		return out
	}
	bs := keep(all, "b", func(f redact.Finding) bool { return near(f, all, "a", 4) })
	return marks(text, keep(bs, "c", func(f redact.Finding) bool { return near(f, bs, "b", 2) && near(f, bs, "a", 9) }))
}

// TestExplainNamesWhatIsMissing: the nearest miss says which keyword or rule a
// match would have needed.
func TestExplainNamesWhatIsMissing(t *testing.T) {
	e := engine(t, `
- {id: a, entity: ID_NUMBER, patterns: [{regex: 'A\d', confidence: 0.7}], keywords: {any: [acme]}, require: [{rule: b, within: 5}]}
- {id: b, entity: IP, patterns: [{regex: 'B\d'}]}
`, redact.Options{})
	for text, want := range map[string]string{
		"acme A1 B1":            `a/0 pattern 0.70 keyword "acme" 0.70 require "b" true 1 0.70: held`,
		"A1 B1":                 `a/0 pattern 0.70: keywords`,
		"acme A1":               `a/0 pattern 0.70 keyword "acme" 0.70 require "b" false 0 0.70: require`,
		"acme A1 and so on, B1": `a/0 pattern 0.70 keyword "acme" 0.70 require "b" false 12 0.70: require`,
	} {
		for _, x := range explain(t, e, redact.Field{Text: plain.New(text)}) {
			if x.Rule == "a" && tell(x) != want {
				t.Errorf("%q: got %s, want %s", text, tell(x), want)
			}
		}
	}
}
