package check_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"coatcheck/rules"
	"coatcheck/rules/builtin"
	"coatcheck/rules/check"
)

// load reads a rule file that consists of the given rules.
func load(t testing.TB, body string) *rules.Set {
	t.Helper()
	src := "apiVersion: coatcheck/rules/v1\npack: {id: test}\nrules:\n" + body
	set, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(src)}}, "r.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func lint(t testing.TB, set *rules.Set) []check.Fault {
	t.Helper()
	faults, err := check.Lint(t.Context(), set, set.Rules)
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

const sound = `examples: {match: ['case AC-104233'], skip: ['AC-1']}}`

// TestLint: each line is a rule and the lints that it must set off, no others.
func TestLint(t *testing.T) {
	for _, c := range []struct{ name, rule, want string }{
		{"sound", `- {id: a, entity: ID_NUMBER, patterns: [{regex: '\bAC-\d{6}\b'}], ` + sound, ""},
		{"endless", `- {id: a, entity: ID_NUMBER, patterns: [{regex: 'AC-\d+'}], ` + sound, "pattern"},
		{"longer than max_match", `- {id: a, entity: ID_NUMBER, max_match: 5, patterns: [{regex: 'AC-\d{6}'}], ` + sound, "pattern"},
		{"nothing", `- {id: a, entity: ID_NUMBER, patterns: [{regex: '(?:AC-\d{6})?'}], ` + sound, "pattern"},
		{"endless look-behind", `- {id: a, entity: ID_NUMBER, patterns: [{regex: '(?<=case.*)AC-\d{6}'}], ` + sound, "pattern"},
		{"endless look-ahead", `- {id: a, entity: ID_NUMBER, patterns: [{regex: 'AC-(?=\d*)\d{6}'}], ` + sound, "pattern"},
		{"no examples", `- {id: a, entity: ID_NUMBER, patterns: [{regex: 'AC-\d{6}'}]}`, "examples"},
		{"nothing to skip", `- {id: a, entity: ID_NUMBER, patterns: [{regex: 'AC-\d{6}'}], examples: {match: ['AC-104233']}}`, "examples"},
		{"too low", `- {id: a, entity: ID_NUMBER, patterns: [{regex: 'AC-\d{6}', confidence: 0.3}], ` + sound, "silent unreachable"},
		{"boost without words", `- {id: a, entity: ID_NUMBER, context: {boost: 0.5}, patterns: [{regex: 'AC-\d{6}', confidence: 0.3}], ` + sound, "silent unreachable"},
		{"no example matches", `- {id: a, entity: ID_NUMBER, patterns: [{regex: 'BC-\d{6}'}], ` + sound, "silent"},
		{"contradicting validator", `- {id: a, entity: ID_NUMBER, validators: [card], patterns: [{regex: 'AC-\d{6}'}], ` + sound, "silent"},
		{"covered by another", "- {id: a, entity: ID_NUMBER, patterns: [{regex: 'AC-\\d{6}'}], " + sound + "\n" +
			"- {id: b, entity: ID_NUMBER, action: block, patterns: [{regex: 'AC-\\d{6}'}], " + sound, "silent"},
		{"beside one that is refused", "- {id: a, entity: ID_NUMBER, patterns: [{regex: 'BC-\\d{6}'}], " + sound + "\n" +
			"- {id: b, entity: ID_NUMBER, patterns: [{regex: 'AC-\\d+'}], " + sound, "silent pattern"},
		{"allowed altogether", `- {id: a, entity: ID_NUMBER, allow: {regexes: ['^AC']}, patterns: [{regex: 'AC-\d{6}'}], ` + sound, "silent"},
		{"too much entropy", `- {id: a, entity: ID_NUMBER, entropy: 4, patterns: [{regex: 'AC-\d{6}'}], ` + sound, "silent"},
		{"keywords that do not fit", `- {id: a, entity: ID_NUMBER, keywords: {any: [complaint], within: 4, where: before}, patterns: [{regex: 'AC-\d{6}'}], ` + sound, "require silent"},
		{"a keyword in the match", `- {id: a, entity: ID_NUMBER, keywords: {any: ['ac-1'], within: 1}, patterns: [{regex: 'AC-\d{6}'}], ` + sound, ""},
		{"a keyword that is not there", `- {id: a, entity: ID_NUMBER, keywords: {any: [desk]}, patterns: [{regex: 'AC-\d{6}'}], ` + sound, "silent"},
		{"requires what never fires", "- {id: a, entity: ID_NUMBER, require: [{rule: b}], patterns: [{regex: 'AC-\\d{6}'}], " + sound + "\n" +
			"- {id: b, entity: ID_NUMBER, patterns: [{regex: 'case', confidence: 0.1}], " + sound, "silent require silent unreachable"},
		{"requires what is refused", "- {id: a, entity: ID_NUMBER, require: [{rule: b}], patterns: [{regex: 'AC-\\d{6}'}], " + sound + "\n" +
			"- {id: b, entity: ID_NUMBER, patterns: [{regex: 'ca+se'}], " + sound, "silent require pattern"},
		{"a requirement that is met", "- {id: a, entity: ID_NUMBER, require: [{rule: b}], patterns: [{regex: 'AC-\\d{6}'}], " + sound + "\n" +
			"- {id: b, entity: CASE, label: CASE, action: allow, patterns: [{regex: 'case'}], " + sound, ""},
		{"a number with a keyword", `- {id: a, entity: ID_NUMBER, keywords: {any: [case]}, patterns: [{regex: '\b\d{6}\b'}], examples: {match: ['case 104233'], skip: ['104233']}}`, ""},
		{"any number", `- {id: a, entity: ID_NUMBER, patterns: [{regex: '\b\d{6}\b'}], examples: {match: ['104233'], skip: ['1']}}`, "digits"},
		{"a number with evidence", `- {id: a, entity: CREDIT_CARD, validators: [card], patterns: [{regex: '(?<!\d)\d{16}(?!\d)'}], examples: {match: ['4111111111111111'], skip: ['1']}}`, ""},
		{"a number of a written form", `- {id: a, entity: US_SSN, patterns: [{regex: '\b\d{3}-\d{2}-\d{4}\b'}], examples: {match: ['219-09-9999'], skip: ['1']}}`, ""},
		{"digits or letters", `- {id: a, entity: ID_NUMBER, patterns: [{regex: '\bAC\w{6}\b'}], examples: {match: ['AC104233'], skip: ['1']}}`, ""},
		{"a borrowed label", `- {id: a, entity: CASE_NUMBER, label: EMAIL, patterns: [{regex: '\bAC-\d{6}\b'}], ` + sound, "label"},
		{"two labels", "- {id: a, entity: CASE, label: CASE, patterns: [{regex: '\\bAC-\\d{6}\\b'}], " + sound + "\n" +
			"- {id: b, entity: CASE, label: FILE, patterns: [{regex: '\\bBC-\\d{6}\\b'}], examples: {match: ['BC-104233'], skip: ['1']}}", "label label"},
		{"every word", `- {id: a, entity: ID_NUMBER, patterns: [{regex: '[a-z]{3,12} [a-z]{3,12}'}], examples: {match: ['one two'], skip: ['1']}}`, "cost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range lint(t, load(t, c.rule)) {
				got = append(got, f.Lint)
				if f.Pos.File != "r.yaml" || f.Pos.Line < 4 || f.Pos.Col < 1 {
					t.Errorf("a fault without a place: %s", f)
				}
				if strings.Contains(f.String(), "104233") {
					t.Errorf("a fault quotes an example: %s", f)
				}
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
				for _, f := range lint(t, load(t, c.rule)) {
					t.Log(f)
				}
			}
		})
	}
}

// TestRunawayPatterns: patterns that are known to run away, and cousins of
// them that do not.
func TestRunawayPatterns(t *testing.T) {
	for _, c := range []struct{ regex, want string }{
		{`x(?:a|aa){1,128}!`, "runaway"},
		{`(?:\w{1,64}\s?){1,64}:`, "runaway"},
		{`x(?:.|[\n\r]){0,64}?y{2}`, "runaway"},
		{`(?:(?:[a-z]){1,20}.){1,20}[A-Z](?:[a-z]){1,20}\d`, "runaway"},
		{`x(?=(?:a|aa){1,128}!)\w{1,64}`, "runaway"},
		{`x(?:[a-z]{1,20}|[0-9a-f]{1,20}){1,20}!`, "runaway"},
		{`x[a-z]{0,250}[a-y]{0,250}[b-z]{0,250}[a-x]{0,250}\d`, "loops"},
		{`(?:a{1,64}){1,64}!`, ""}, // the library joins these loops
		{`x.{0,256}.{0,256}.{0,256}.{0,256}y`, ""},
		{`(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}`, ""},
		{`(?:[^,]{0,32},){1,32}x`, ""},
		{`(?>(?:a{1,64}){1,64})!`, ""},
		{`\b(?:[0-9a-f]{2}:){5,15}[0-9a-f]{2}\b`, ""},
		{`"[^"]{0,64}"|'[^']{0,64}'`, ""},
		{`x[a-z]{0,64}=[a-z]{0,64};`, ""},
	} {
		t.Run(c.regex, func(t *testing.T) {
			set := load(t, fmt.Sprintf("- {id: a, entity: ID_NUMBER, max_match: 16000, patterns: [{regex: '%s'}]}", strings.ReplaceAll(c.regex, "'", "''")))
			var got []string
			for _, f := range lint(t, set) {
				if f.Lint == "runaway" || f.Lint == "loops" {
					got = append(got, f.Lint)
				}
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

// TestBuiltinRulesAreSound: the packs that we ship give no cause to complain, be
// it for a warning.
func TestBuiltinRulesAreSound(t *testing.T) {
	set, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range lint(t, set) {
		t.Error(f)
	}
}
