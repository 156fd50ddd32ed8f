package rules_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

const base = `
apiVersion: coatcheck/rules/v1
pack: {id: base, version: 1.0.0}
rules:
  - {id: a, entity: EMAIL, patterns: [{regex: 'a'}]}
  - {id: b, entity: PHONE, patterns: [{regex: 'b'}]}
`

func merge(t *testing.T, files ...string) (*rules.Set, error) {
	t.Helper()
	var sets []*rules.Set
	for i, src := range files {
		name := string(rune('0'+i)) + ".yaml"
		set, err := rules.Load(fstest.MapFS{name: {Data: []byte(src)}}, name)
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, set)
	}
	return rules.Merge(sets...)
}

func TestMergeEditsWhatCameBefore(t *testing.T) {
	set, err := merge(t, base, `
apiVersion: coatcheck/rules/v1
pack: {id: own, extends: [base], disable: [b], override: {a: {action: block, patterns: [{regex: 'aa'}]}}}
rules:
  - {id: c, entity: IP, patterns: [{regex: 'c'}]}
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Rules) != 2 || set.Rules[0].ID != "a" || set.Rules[1].ID != "c" {
		t.Fatalf("rules %+v", set.Rules)
	}
	a := set.Rules[0]
	if a.Action != rules.Block || a.Patterns[0].Regex != "aa" || a.Entity != "EMAIL" || a.Label != "EMAIL" {
		t.Errorf("override reads %+v", a)
	}
	if got := strings.Join(set.Packs, " "); got != "base@1.0.0 own" {
		t.Errorf("packs %s", got)
	}
}

func TestMergeOfMergedSetsKeepsEdits(t *testing.T) {
	first, err := merge(t, base, "apiVersion: coatcheck/rules/v1\npack: {id: own, disable: [b]}\n")
	if err != nil {
		t.Fatal(err)
	}
	again, err := rules.Merge(first)
	if err != nil || len(again.Rules) != 1 || again.Digest != first.Digest {
		t.Errorf("%d rules, digests equal %t, error %v", len(again.Rules), again.Digest == first.Digest, err)
	}
}

func TestMergeReportsNamesThatNothingCarries(t *testing.T) {
	_, err := merge(t, base, `
apiVersion: coatcheck/rules/v1
pack:
  id: own
  extends: [bose]
  disable: [z]
  override:
    aa: {action: block}
rules:
  - {id: b, entity: IP, patterns: [{regex: 'c'}]}
`)
	want := []string{
		`1.yaml:5:13: pack "bose" is unknown; did you mean "base"?`,
		`1.yaml:8:5: rule "aa" is unknown; did you mean "a"?`,
		`1.yaml:6:13: rule "z" is unknown; did you mean "a"?`,
		`1.yaml:10:5: rule "b": id is taken by the rule at 0.yaml:6:5; to change that one, use override`,
	}
	if err == nil || strings.Join(faults(err), "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

func TestOverrideThatBreaksItsRuleIsAFault(t *testing.T) {
	_, err := merge(t, base, `
apiVersion: coatcheck/rules/v1
pack: {id: own, override: {a: {capture: gone}}}
`)
	if err == nil || !strings.Contains(err.Error(), `rule "a": regex has no group "gone"`) {
		t.Errorf("got %v", err)
	}
	_, err = rules.Load(fstest.MapFS{"r.yaml": {Data: []byte("apiVersion: coatcheck/rules/v1\npack: {id: own, override: {a: {id: b}}}\n")}}, "r.yaml")
	if err == nil || !strings.Contains(err.Error(), `key "id" is unknown`) {
		t.Errorf("a rule's id can be overridden: %v", err)
	}
}

// TestRequirementsThatCannotBeAreFaults: a rule that requires what is not there,
// or itself, would find nothing, and nobody would see it.
func TestRequirementsThatCannotBeAreFaults(t *testing.T) {
	const own = "apiVersion: coatcheck/rules/v1\npack: {id: own}\nrules:\n"
	for name, c := range map[string]struct{ own, want string }{
		"of an earlier pack": {"- {id: c, entity: IP, patterns: [{regex: 'c'}], require: [{rule: a}]}", ""},
		"of a later rule":    {"- {id: c, entity: IP, patterns: [{regex: 'c'}], require: [{rule: d}]}\n- {id: d, entity: IP, patterns: [{regex: 'd'}]}", ""},
		"unknown":            {"- {id: c, entity: IP, patterns: [{regex: 'c'}], require: [{rule: aa}]}", `1.yaml:4:59: rule "c": require: rule "aa" is unknown; did you mean "a"?`},
		"itself":             {"- {id: c, entity: IP, patterns: [{regex: 'c'}], require: [{rule: c}]}", `1.yaml:4:59: rule "c": require: a rule cannot wait for itself: c requires c`},
		"in a circle": {
			"- {id: c, entity: IP, patterns: [{regex: 'c'}], require: [{rule: d}]}\n- {id: d, entity: IP, patterns: [{regex: 'd'}], require: [{rule: c}]}\n- {id: e, entity: IP, patterns: [{regex: 'e'}], require: [{rule: c}]}",
			`1.yaml:4:59: rule "c": require: a rule cannot wait for itself: c requires d requires c` + "\n" +
				`1.yaml:5:59: rule "d": require: a rule cannot wait for itself: d requires c requires d`,
		},
	} {
		_, err := merge(t, base, own+c.own+"\n")
		if got := fmt.Sprint(err); got != cmp.Or(c.want, "<nil>") {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
	_, err := merge(t, base, own+"- {id: c, entity: IP, patterns: [{regex: 'c'}], require: [{rule: a}]}\n",
		"apiVersion: coatcheck/rules/v1\npack: {id: off, disable: [a]}\n")
	if err == nil || !strings.Contains(err.Error(), `rule "c": require: rule "a" is unknown`) {
		t.Errorf("a pack takes away what a rule requires: %v", err)
	}
}

// TestWithoutTakesDependants: what requires a rule goes with it.
func TestWithoutTakesDependants(t *testing.T) {
	set, err := merge(t, base, "apiVersion: coatcheck/rules/v1\npack: {id: own}\nrules:\n"+
		"- {id: d, entity: IP, patterns: [{regex: 'd'}], require: [{rule: c}]}\n- {id: c, entity: IP, patterns: [{regex: 'c'}], require: [{rule: a}]}\n")
	if err != nil {
		t.Fatal(err)
	}
	left, err := set.Without("a")
	if err != nil || len(left.Rules) != 1 || left.Rules[0].ID != "b" {
		t.Errorf("%+v, error %v", left, err)
	}
}

func TestSetsMadeByHandAreRefused(t *testing.T) {
	if _, err := rules.Merge(&rules.Set{Rules: []rules.Rule{{ID: "a"}}}); err == nil {
		t.Error("rules that no file holds would vanish without a word")
	}
}

func TestDigestFollowsWhatRulesDo(t *testing.T) {
	plain, err := merge(t, base)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := merge(t, "\n# a comment\n"+base)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := merge(t, strings.Replace(base, "regex: 'b'", "regex: 'b+'", 1))
	if err != nil {
		t.Fatal(err)
	}
	if plain.Digest != moved.Digest || plain.Digest == changed.Digest || len(plain.Digest) != 64 {
		t.Errorf("digests: %s, moved %s, changed %s", plain.Digest, moved.Digest, changed.Digest)
	}
}

func TestBuiltinPacksLoad(t *testing.T) {
	set, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.Rules {
		if canonical, ok := rules.Label(r.Entity); !ok || r.Label != canonical || r.Description == "" {
			t.Errorf("%s: entity %s, label %s, description %q", r.ID, r.Entity, r.Label, r.Description)
		}
	}
}

func TestPackTellsWhereARuleComesFrom(t *testing.T) {
	base, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	own := load(t, `rules: [{id: a, entity: US_SSN, patterns: [{regex: x}]}]`)
	set, err := rules.Merge(base, own)
	if err != nil {
		t.Fatal(err)
	}
	if pack, ok := set.Pack("a"); pack != "acme" || !ok {
		t.Errorf("a comes from %q, %t", pack, ok)
	}
	if pack, _ := set.Pack("email"); !strings.HasPrefix(pack, "builtin/contact@") {
		t.Errorf("email comes from %q", pack)
	}
	if _, ok := set.Pack("gone"); ok {
		t.Error("a rule that is not there has a pack")
	}
}

func TestWithoutTakesRulesOut(t *testing.T) {
	set := load(t, `rules: [{id: a, entity: US_SSN, patterns: [{regex: x}]}, {id: b, entity: US_SSN, patterns: [{regex: y}]}]`)
	less, err := set.Without("a")
	if err != nil || len(less.Rules) != 1 || less.Rules[0].ID != "b" || less.Digest == set.Digest {
		t.Errorf("without a: %+v, %v", less, err)
	}
	again, err := rules.Merge(less)
	if err != nil || again.Digest != less.Digest {
		t.Errorf("merged again it is another set: %v", err)
	}
	if _, err := set.Without("c"); err == nil {
		t.Error("an unknown rule is taken out")
	}
}
