package check_test

import (
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/check"
)

func compile(t testing.TB, set *rules.Set) *redact.Engine {
	t.Helper()
	e, err := redact.New(set, redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestExamplesAreTests: each line is a rule with one example, and what is said
// about it; nothing means that it passes.
func TestExamplesAreTests(t *testing.T) {
	const head = `- {id: a, entity: ID_NUMBER, context: {words: [case], negative: [order], penalty: 0.2}, ` +
		`patterns: [{regex: '\bAC\d{6}\b', confidence: 0.9}, {regex: '\b\d{6}\b', confidence: 0.3}], examples: `
	for _, c := range []struct{ name, examples, want string }{
		{"whole span", `{match: [{text: 'see AC104233.', span: AC104233}]}`, ""},
		{"any span", `{match: ['see AC104233.']}`, ""},
		{"a field's name", `{match: [{key: caseNo, text: '104233'}]}`, ""},
		{"other span", `{match: [{text: 'see AC104233', span: '104233'}]}`, `finds bytes 4-12, the span is 6-12`},
		{"no match", `{match: ['see BC1']}`, "finds nothing: no pattern matches"},
		{"too low", `{match: ['see 104233']}`, "finds nothing: pattern 2 scores 0.30, below 0.50, and no word of its context is near"},
		{"negative", `{match: ['order 104233']}`, "finds nothing: pattern 2 scores 0.10, below 0.50, and no word of its context is near, and a negative word is near"},
		{"skipped", `{skip: ['see BC1', '104233']}`, ""},
		{"not skipped", `{skip: ['case 104233']}`, `finds bytes 5-11 with score 0.70: pattern 2 gives 0.30, word "case" 1 character before it: 0.70`},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := load(t, head+c.examples+"}")
			results, err := check.Test(t.Context(), compile(t, set), set.Rules)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range results {
				if !r.Passed() {
					got = append(got, r.Why)
				}
			}
			if s := strings.Join(got, "\n"); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

func TestWholeTexts(t *testing.T) {
	set := load(t, `
- {id: case, entity: CASE, label: CASE, patterns: [{regex: 'AC-\d{6}'}]}
- {id: file, entity: FILE, label: FILE, action: observe, patterns: [{regex: 'F\d{4}'}]}
- {id: pin, entity: PIN, label: PIN, context: {words: [pin]}, patterns: [{regex: '\d{4}', confidence: 0.3}]}
tests:
- {text: 'AC-104233 and AC-104234.', want: '[CASE] and [CASE].'}
- {text: 'F1042 passes', want: 'F1042 passes'}
- {key: user_pin, text: '1042', want: '[PIN]'}
- {text: 'see AC-104233', want: 'see AC-[CASE]'}
- {text: 'see 1042', want: 'see [PIN]'}
`)
	results, err := check.TestTexts(t.Context(), compile(t, set), set.Tests)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range results {
		got = append(got, r.Name+": "+r.Why)
	}
	want := []string{
		"test 1: ", "test 2: ", "test 3: ",
		"test 4: differs from byte 4 of want on: CASE at bytes 4-13 by rule case (tokenize)",
		"test 5: differs from byte 4 of want on: nothing is found",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBenchPutsTheSlowestFirst(t *testing.T) {
	set := load(t, `
- {id: rare, entity: ID_NUMBER, patterns: [{regex: 'AC-\d{6}-ZZ'}]}
- {id: common, entity: ID_NUMBER, patterns: [{regex: '[a-z]{2,12} [a-z]{2,12}'}]}
`)
	costs, err := check.Bench(t.Context(), set.Rules)
	if err != nil {
		t.Fatal(err)
	}
	if len(costs) != 2 || costs[0].Rule != "common" || costs[0].MatchesPerKB < 10 || costs[1].MatchesPerKB != 0 {
		t.Errorf("got %+v", costs)
	}
}
