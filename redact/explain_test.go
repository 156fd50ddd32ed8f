package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

func explain(t testing.TB, e *redact.Engine, f redact.Field) []redact.Explanation {
	t.Helper()
	told, err := e.Explain(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

const explained = `
- id: card
  entity: CREDIT_CARD
  patterns: [{regex: '(?<!\d)\d{16}(?!\d)', confidence: 0.4}, {regex: '(?<!\d)(?:\d{4} ){3}\d{4}(?!\d)', confidence: 0.5}]
  validators: [{name: card, on_pass: 0.9}]
- id: ref
  entity: ID_NUMBER
  patterns: [{regex: '(?<!\d)\d{6}(?!\d)', confidence: 0.3}]
  context: {words: [case, file number], negative: [order], window: 20, after: 12, boost: 0.4, penalty: 0.2}
- id: four
  entity: ID_NUMBER
  patterns: [{regex: '\d{4}', confidence: 0.6}]
`

// tell writes an explanation on one line.
func tell(x redact.Explanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s/%d", x.Rule, x.Pattern)
	for _, s := range x.Steps {
		fmt.Fprintf(&b, " %s", s.Kind)
		switch s.Kind {
		case redact.Checked:
			fmt.Fprintf(&b, " %s %t", s.Name, s.Passed)
		case redact.Keyword:
			fmt.Fprintf(&b, " %q", s.Name)
		case redact.Needed:
			fmt.Fprintf(&b, " %q %t %d", s.Name, s.Passed, s.Distance)
		case redact.For, redact.Against:
			fmt.Fprintf(&b, " %q %s %d", s.Name, s.Where, s.Distance)
		}
		fmt.Fprintf(&b, " %.2f", s.Score)
	}
	fmt.Fprintf(&b, ": %s", x.Reason)
	if len(x.Beats) > 0 || x.BeatBy != "" {
		fmt.Fprintf(&b, " beats %v by %q", x.Beats, x.BeatBy)
	}
	return b.String()
}

func TestExplainTellsTheEvidence(t *testing.T) {
	e := engine(t, explained, redact.Options{})
	for _, c := range []struct{ name, key, text, want string }{
		{"validator", "", "4111 1111 1111 1111", `card/1 pattern 0.50 validator card true 0.90: held beats [four] by ""`},
		{"failed validator", "", "4111 1111 1111 1112", `card/1 pattern 0.50 validator card false 0.50: validator`},
		{"word before", "", "the case is no 104233", `ref/0 pattern 0.30 context "case" before 7 0.70: held beats [four] by ""`},
		{"word after", "", "104233 is the file number", `ref/0 pattern 0.30: score`},
		{"word just after", "", "104233 case", `ref/0 pattern 0.30 context "case" after 1 0.70: held beats [four] by ""`},
		{"nearest word", "", "case, file number 104233", `ref/0 pattern 0.30 context "file number" before 1 0.70: held beats [four] by ""`},
		{"key", "caseNumber", "104233", `ref/0 pattern 0.30 context "case" key 0 0.70: held beats [four] by ""`},
		{"column", "", "a,case\n1,104233", `ref/0 pattern 0.30 context "case" structure 0 0.70: held beats [four] by ""`},
		{"reading", "", "Y2FzZSAxMDQyMzMgYW5kIG5vdGhpbmcgZWxzZQ==", `ref/0 pattern 0.30 context "" structure 0 0.70: held beats [four] by ""`},
		{"negative", "", "order in case 104233", `ref/0 pattern 0.30 negative "order" before 9 0.10 context "case" before 1 0.50: held beats [] by "four"`},
		{"too low", "", "104233", `ref/0 pattern 0.30: score`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, x := range explain(t, e, redact.Field{Key: c.key, Text: plain.New(c.text)}) {
				if x.Rule != "four" {
					got = append(got, tell(x))
				}
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), c.want)
			}
		})
	}
}

func TestExplainKnowsFieldsThatTakeCertainFindingsAlone(t *testing.T) {
	e := engine(t, explained, redact.Options{})
	for _, x := range explain(t, e, redact.Field{Text: plain.New("case 104233, 4111111111111111"), Certain: true}) {
		if want := map[string]redact.Reason{"card": redact.Held}[x.Rule]; x.Rule == "card" && x.Reason != want || x.Rule == "ref" && x.Reason != redact.NotCertain {
			t.Errorf("%s", tell(x))
		}
	}
}

// TestExplainAgreesWithScan: over all examples of the base packs, the rules
// that Explain calls held are those of the findings, and every finding's score
// is that of its last step.
func TestExplainAgreesWithScan(t *testing.T) {
	e, set := builtinEngine(t)
	for _, r := range set.Rules {
		for _, ex := range append(r.Examples.Match, r.Examples.Skip...) {
			found := map[string]bool{}
			for _, f := range scanExample(t, e, ex) {
				found[f.Rule] = true
			}
			held := map[string]bool{}
			for _, x := range explain(t, e, redact.Field{Key: ex.Key, Text: plain.New(ex.Text)}) {
				held[x.Rule] = held[x.Rule] || x.Reason == redact.Held
				if last := x.Steps[len(x.Steps)-1]; last.Score != x.Score {
					t.Errorf("%s: the steps lead to %.2f, not %.2f", ex.Pos, last.Score, x.Score)
				}
			}
			for id := range held {
				if held[id] != found[id] {
					t.Errorf("%s: rule %s is held %t, found %t", ex.Pos, id, held[id], found[id])
				}
				delete(found, id)
			}
			for id := range found {
				t.Errorf("%s: rule %s has a finding that Explain leaves out", ex.Pos, id)
			}
		}
	}
}
