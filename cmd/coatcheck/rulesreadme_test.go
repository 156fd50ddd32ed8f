package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coatcheck/rules"
	"coatcheck/rules/check"
)

// TestReadmeRuleIsSound: the rule in the README has no fault, is as fmt writes it,
// and its examples hold beside the built-in packs.
func TestReadmeRuleIsSound(t *testing.T) {
	_, section, _ := strings.Cut(readme(t), "\n## Rules\n")
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(section)
	if block == nil {
		t.Fatal("README shows no rule file")
	}
	name := filepath.Join(t.TempDir(), "acme.yaml")
	if err := os.WriteFile(name, []byte(block[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := rules.Format(name, []byte(block[1])); err != nil || string(out) != block[1] {
		t.Errorf("the rule is not as fmt writes it: %v", err)
	}
	faults, n, err := lintFiles(t.Context(), []string{name}, false)
	if err != nil || n != 1 {
		t.Fatalf("%d rules, %v", n, err)
	}
	for _, f := range faults {
		t.Error(f)
	}
	files, err := loadRuleFiles([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := files.engine()
	if err != nil {
		t.Fatal(err)
	}
	results, err := check.Test(t.Context(), engine, files.own)
	if err != nil || len(results) != 4 {
		t.Fatalf("%d results, %v", len(results), err)
	}
	for _, r := range results {
		if !r.Passed() {
			t.Errorf("%s: %s", r.Name, r.Why)
		}
	}
}

// TestReadmeNamesEveryRulesCommand: the README lists what `rules` can do.
func TestReadmeNamesEveryRulesCommand(t *testing.T) {
	var want []string
	for _, c := range rulesCommand(stdio{}).Subcommands {
		want = append(want, c.Name)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^coatcheck rules (\w+)`).FindAllStringSubmatch(strings.Join(readmeCommands(t, "Rules"), "\n"), -1) {
		got = append(got, m[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("README has %v, the program %v", got, want)
	}
}
