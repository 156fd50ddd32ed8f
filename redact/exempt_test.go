package redact_test

import (
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/detect/validate"
	"coatcheck/redact/plain"
)

func TestExemptValuesAreNoFindings(t *testing.T) {
	e := engine(t, `
- id: key
  entity: API_KEY
  capture: value
  entropy: 3
  patterns: [{regex: 'key=(?<value>\w{8,40})'}]
  allow: {values: [k9Q2mZ7x], regexes: ['^test_', '0000$'], words: [Example]}
`, redact.Options{})
	for _, c := range []struct {
		name, text string
		reason     redact.Reason
	}{
		{"random", "key=k9Q2mZ7y", redact.Held},
		{"a value", "key=k9Q2mZ7x", redact.Allowed},
		{"not a part of a value", "key=k9Q2mZ7xR", redact.Held},
		{"a regex", "key=test_k9Q2mZ7y", redact.Allowed},
		{"another regex", "key=k9Q2mZ7y0000", redact.Allowed},
		{"a word in any letters", "key=k9EXAMPLE2mZ7", redact.Allowed},
		{"letters that repeat", "key=aaaabbbbcccc", redact.LowEntropy},
		{"three bits exactly", "key=abcdefgh", redact.Held},
	} {
		told, err := e.Explain(t.Context(), redact.Field{Text: plain.New(c.text)})
		if err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || told[0].Reason != c.reason {
			t.Errorf("%s: %+v, want %s", c.name, told, c.reason)
		}
		if found := scan(t, e, c.text); (len(found) == 1) != (c.reason == redact.Held) {
			t.Errorf("%s: found %v", c.name, found)
		}
	}
}

// TestExemptionIsTheRulesOwn: what one rule allows another still finds.
func TestExemptionIsTheRulesOwn(t *testing.T) {
	e := engine(t, `
- {id: a, entity: API_KEY, patterns: [{regex: 'K\d{8}'}], allow: {values: [K12345678]}}
- {id: b, entity: API_KEY, patterns: [{regex: 'K\d{8}', confidence: 0.6}]}
`, redact.Options{})
	if got := marks("K12345678", scan(t, e, "K12345678")); got != "b=K12345678" {
		t.Errorf("got %s", got)
	}
}

func TestReservedValuesAreFoundUnlessARuleAllowsThem(t *testing.T) {
	const rule = `
- id: card
  entity: CREDIT_CARD
  validators: [card]
  patterns: [{regex: '\d{4}(?: \d{4}){3}'}]
`
	const text = "4111 1111 1111 1111 4111 1111 1111 1129"
	told := explain(t, engine(t, rule, redact.Options{}), redact.Field{Text: plain.New(text)})
	if len(told) != 2 || told[0].Reason != redact.Held || told[0].Reserved != validate.TestCard || told[1].Reason != redact.Held || told[1].Reserved != "" {
		t.Errorf("got %+v", told)
	}
	if got := marks(text, scan(t, engine(t, rule+"  allow: {reserved: [test-card]}\n", redact.Options{}), text)); got != "card=4111 1111 1111 1129" {
		t.Errorf("with test cards allowed: %s", got)
	}
}
