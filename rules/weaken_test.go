package rules_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"coatcheck/rules"
)

const weakenBase = `
apiVersion: coatcheck/rules/v1
pack: {id: own}
rules:
  - id: own.staff
    entity: STAFF_ID
    label: STAFF
    patterns: [{regex: 'S-\d{6}'}, {regex: 'staff \d{6}', confidence: 0.4}]
    context: {words: [staff, badge]}
    action: mask
    examples: {match: ['S-123456'], skip: ['S-12']}
  - id: own.key
    entity: API_KEY
    patterns: [{regex: 'k_\d{6}'}]
    keywords: {any: [acme], within: 40}
    require: [{rule: own.desk, within: 40}]
  - {id: own.desk, entity: DESK, label: DESK, patterns: [{regex: 'K-\d{6}'}]}
`

func TestWeakened(t *testing.T) {
	base := loadRules(t, weakenBase)
	for _, tc := range []struct {
		name, extra string
		want        []string
	}{
		{"nothing", "", nil},
		{"a new rule", `
rules:
  - {id: two.desk, entity: DESK, label: DESK, patterns: [{regex: 'D-\d{6}'}]}`, nil},
		{
			"a new rule that allows", `
rules:
  - {id: two.desk, entity: DESK, label: DESK, patterns: [{regex: 'D-\d{6}'}], action: allow}`,
			[]string{`rule "two.desk" is new and allows what it finds`},
		},
		{"a rule disabled", "  disable: [own.staff]", []string{`rule "own.staff" is gone`}},
		{"a stricter action", "  override: {own.staff: {action: block}}", nil},
		{"a milder action", "  override: {own.staff: {action: observe}}", []string{`rule "own.staff": action mask becomes observe`}},
		{"a milder time-out", "  override: {own.staff: {on_timeout: tokenize}}", []string{`rule "own.staff": on_timeout block becomes tokenize`}},
		{"a lower threshold", "  override: {own.staff: {min_confidence: 0.3}}", nil},
		{"a higher threshold", "  override: {own.staff: {min_confidence: 0.7}}", []string{`rule "own.staff": min_confidence is higher`}},
		{"a further pattern", `  override: {own.staff: {patterns: [{regex: 'staff \d{6}', confidence: 0.5}, {regex: 'S-\d{6}'}, {regex: 'T-\d{6}'}]}}`, nil},
		{"a pattern less", `  override: {own.staff: {patterns: [{regex: 'S-\d{6}'}]}}`, []string{`rule "own.staff": pattern 2 is gone or changed`}},
		{"a pattern that says less", `  override: {own.staff: {patterns: [{regex: 'S-\d{6}'}, {regex: 'staff \d{6}', confidence: 0.3}]}}`, []string{`rule "own.staff": pattern 2 is gone or changed`}},
		{"a word more", "  override: {own.staff: {context: {words: [badge, staff, pass]}}}", nil},
		{"a word less", "  override: {own.staff: {context: {words: [badge]}}}", []string{`rule "own.staff": context word "staff" is gone`}},
		{"negative context", "  override: {own.staff: {context: {negative: [order]}}}", []string{`rule "own.staff": it is changed beyond its action, patterns, context words and examples`}},
		{"a check more", "  override: {own.staff: {validators: [card]}}", []string{`rule "own.staff": it is changed beyond its action, patterns, context words and examples`}},
		{"an allow list", "  override: {own.staff: {allow: {values: [S-000000]}}}", []string{`rule "own.staff": it is changed beyond its action, patterns, context words and examples`}},
		{"keywords", "  override: {own.staff: {keywords: {any: [badge]}}}", []string{`rule "own.staff": keywords ask for more`}},
		{"a keyword more", "  override: {own.key: {keywords: {any: [acme, key], within: 40}}}", nil},
		{"a keyword less", "  override: {own.key: {keywords: {any: [ac], within: 40}}}", []string{`rule "own.key": keywords ask for more`}},
		{"a keyword farther off", "  override: {own.key: {keywords: {any: [acme]}}}", nil},
		{"a keyword nearer", "  override: {own.key: {keywords: {any: [acme], within: 39}}}", []string{`rule "own.key": keywords ask for more`}},
		{"a keyword on one side", "  override: {own.key: {keywords: {any: [acme], within: 40, where: before}}}", []string{`rule "own.key": keywords ask for more`}},
		{"a requirement", "  override: {own.staff: {require: [{rule: own.key}]}}", []string{`rule "own.staff": it requires rule "own.key", or requires it nearer`}},
		{"a requirement farther off", "  override: {own.key: {require: [{rule: own.desk, within: 50}]}}", nil},
		{"a requirement nearer", "  override: {own.key: {require: [{rule: own.desk, within: 30}]}}", []string{`rule "own.key": it requires rule "own.desk", or requires it nearer`}},
		{"no requirement", "  override: {own.key: {require: []}}", nil},
		{"other examples", "  override: {own.staff: {description: Badge numbers, examples: {match: ['S-654321'], skip: ['S-1']}}}", nil},
	} {
		to, err := rules.Merge(base, loadRules(t, "apiVersion: coatcheck/rules/v1\npack:\n  id: two\n"+tc.extra))
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if got := rules.Weakened(base, to); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// A folder that Kubernetes mounts holds each file twice: in a hidden folder,
// and as a link into it.
func TestLoadSkipsHiddenNames(t *testing.T) {
	file := &fstest.MapFile{Data: []byte(weakenBase)}
	set, err := rules.Load(fstest.MapFS{"own.yaml": file, "..2026_11_24/own.yaml": file, ".own.yaml": file}, ".")
	if err != nil || len(set.Rules) != 3 {
		t.Fatalf("%v, want each rule once", err)
	}
}

func loadRules(t *testing.T, text string) *rules.Set {
	t.Helper()
	set, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, "r.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return set
}
