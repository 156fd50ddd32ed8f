package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchemaKnowsTheLoadersKeys: at every place of a rule file, the loader lists
// the keys that it knows when it meets one that it does not; the schema has
// those, and no others.
func TestSchemaKnowsTheLoadersKeys(t *testing.T) {
	const unknownKey = "zzzzzzzzzzzz"
	const head = "apiVersion: coatcheck/rules/v1\npack: {id: a}\n"
	for _, c := range []struct {
		name, file string
		keys       []keyword
	}{
		{"file", head + "{K}: 1", fileSchema.keys},
		{"pack", "apiVersion: coatcheck/rules/v1\npack: {id: a, {K}: 1}", packSchema.keys},
		{"rule", head + "rules: [{{K}: 1}]", ruleSchema.keys},
		{"override", "apiVersion: coatcheck/rules/v1\npack: {id: a, override: {x: {{K}: 1}}}", packSchema.child("override").others.keys},
		{"pattern", head + "rules: [{patterns: [{{K}: 1}]}]", patternSchema.keys},
		{"validator", head + "rules: [{validators: [{{K}: 1}]}]", validatorSchema.keys},
		{"context", head + "rules: [{context: {{K}: 1}}]", contextSchema.keys},
		{"keywords", head + "rules: [{keywords: {{K}: 1}}]", ruleSchema.child("keywords").keys},
		{"requirement", head + "rules: [{require: [{{K}: 1}]}]", ruleSchema.child("require").items.keys},
		{"test", head + "tests: [{{K}: 1}]", testSchema.keys},
		{"allow", head + "rules: [{allow: {{K}: 1}}]", ruleSchema.child("allow").keys},
		{"examples", head + "rules: [{examples: {{K}: 1}}]", ruleSchema.child("examples").keys},
		{"match", head + "rules: [{examples: {match: [{{K}: 1}]}}]", example(true).keys},
		{"skip", head + "rules: [{examples: {skip: [{{K}: 1}]}}]", example(false).keys},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{"r.yaml": {Data: []byte(strings.ReplaceAll(c.file, "{K}", unknownKey))}}, "r.yaml")
			_, known, ok := strings.Cut(fmt.Sprint(err), fmt.Sprintf("key %q is unknown; known: ", unknownKey))
			if !ok {
				t.Fatalf("the loader does not complain: %v", err)
			}
			known, _, _ = strings.Cut(known, "\n")
			var names []string
			for _, k := range c.keys {
				names = append(names, k.name)
				if k.doc == "" {
					t.Errorf("key %s has no description", k.name)
				}
			}
			slices.Sort(names)
			if got := strings.Join(names, ", "); got != known {
				t.Errorf("the schema has %s, the loader %s", got, known)
			}
		})
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("rules.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("rules.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// verdicts returns what the loader and the schema say about a file.
func verdicts(t *testing.T, s *jsonschema.Schema, src string) (loader, schema error) {
	t.Helper()
	_, loader = Load(fstest.MapFS{"r.yaml": {Data: []byte(src)}}, "r.yaml")
	j, err := yaml.YAMLToJSON([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(j))
	if err != nil {
		t.Fatal(err)
	}
	return loader, s.Validate(v)
}

func TestSchemaAcceptsWhatTheLoaderAccepts(t *testing.T) {
	s := compiled(t)
	files, err := filepath.Glob("builtin/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, "../testdata/rules/acme.good.yaml") {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := verdicts(t, s, string(src)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaAndLoaderAgree: each line is a change to a good rule; both accept
// it, or both refuse it.
func TestSchemaAndLoaderAgree(t *testing.T) {
	s := compiled(t)
	for _, c := range []struct {
		change string
		good   bool
	}{
		{"description: x", true},
		{"description: 5", false},
		{"certain: true", true},
		{"certain: 'yes'", false},
		{"min_confidence: 1", true},
		{"min_confidence: 0.25", true},
		{"min_confidence: 1.5", false},
		{"min_confidence: -0.1", false},
		{"min_confidence: '1'", false},
		{"max_match: 16384", true},
		{"max_match: 16385", false},
		{"max_match: 0", false},
		{"max_match: 1.5", false},
		{"action: block", true},
		{"action: redact", false},
		{"on_timeout: tokenize", true},
		{"on_timeout: allow", false},
		{"label: CASE", true},
		{"label: Case", false},
		{"entity: Case", false},
		{"id: Case", false},
		{"validators: [card]", true},
		{"validators: [{name: card, on_fail: keep, on_pass: 1}]", true},
		{"validators: [nothing]", false},
		{"validators: [{name: card, on_fail: stop}]", false},
		{"validators: card", false},
		{"entropy: 3.5", true},
		{"entropy: 9", false},
		{"allow: {values: [a], regexes: ['^a$'], words: [b]}", true},
		{"allow: {reserved: [test-card]}", true},
		{"allow: {reserved: [cards]}", false},
		{"allow: {values: a}", false},
		{"allow: {regexes: ['']}", false},
		{"context: {words: [a], after: 1000}", true},
		{"context: {words: ['']}", false},
		{"context: {words: a}", false},
		{"context: {window: 1001}", false},
		{"context: {boost: 2}", false},
		{"keywords: {any: [a, B], within: 1000, where: before}", true},
		{"keywords: {any: [a], where: key}", true},
		{"keywords: {any: [a]}", true},
		{"keywords: {any: []}", false},
		{"keywords: {any: ['']}", false},
		{"keywords: {within: 4}", false},
		{"keywords: {any: [a], within: 0}", false},
		{"keywords: {any: [a], within: 1001}", false},
		{"keywords: {any: [a], within: 9, where: near}", false},
		{"keywords: [a]", false},
		{"require: [{rule: b, within: 10000}, {rule: c}]", true},
		{"require: [{within: 4}]", false},
		{"require: [{rule: b, within: 0}]", false},
		{"require: [{rule: b, within: 10001}]", false},
		{"require: [b]", false},
		{"patterns: [{regex: x, flags: imsx}]", true},
		{"patterns: [{regex: x, flags: g}]", false},
		{"patterns: [{confidence: 0.5}]", false},
		{"patterns: x", false},
		{"examples: {match: [x, {text: x, key: y, span: x}], skip: [x, {text: x}]}", true},
		{"examples: {skip: [{text: x, span: x}]}", false},
		{"examples: {match: [{key: x}]}", false},
		{"examples: {match: x}", false},
	} {
		rule := map[string]string{"id": "a", "entity": "US_SSN", "patterns": "[{regex: x}]"}
		key, value, _ := strings.Cut(c.change, ": ")
		rule[key] = value
		src := "apiVersion: coatcheck/rules/v1\npack: {id: a}\nrules:\n- {"
		for k, v := range rule {
			src += k + ": " + v + ", "
		}
		loader, schema := verdicts(t, s, src+"}\n")
		if (loader == nil) != c.good || (schema == nil) != c.good {
			t.Errorf("%s: the loader says %v, the schema %v", c.change, loader, schema)
		}
	}
}

func TestSchemaRefusesWhatHasNoHead(t *testing.T) {
	s := compiled(t)
	for _, src := range []string{
		"pack: {id: a}", "apiVersion: coatcheck/rules/v1", "apiVersion: v1\npack: {id: a}",
		"apiVersion: coatcheck/rules/v1\npack: {id: A}", "apiVersion: coatcheck/rules/v1\npack: {id: a, override: {x: {id: y}}}",
	} {
		if loader, schema := verdicts(t, s, src); loader == nil || schema == nil {
			t.Errorf("%s: the loader says %v, the schema %v", src, loader, schema)
		}
	}
}

func TestSchemaIsJSON(t *testing.T) {
	if !json.Valid(JSONSchema()) {
		t.Error("it is not")
	}
}
