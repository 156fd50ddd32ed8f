package importer

import (
	"fmt"
	"slices"
	"strings"

	"coatcheck/rules"
)

// secretRule is a rule of Nosey Parker or of Kingfisher, its descendant.
type secretRule struct {
	Name             string   `yaml:"name"`
	ID               string   `yaml:"id"`
	Pattern          string   `yaml:"pattern"`
	MinEntropy       float64  `yaml:"min_entropy"`
	Confidence       string   `yaml:"confidence"`
	Visible          *bool    `yaml:"visible"`
	Examples         []string `yaml:"examples"`
	NegativeExamples []string `yaml:"negative_examples"`
	Requirements     struct {
		Ignore []string `yaml:"ignore_if_contains"`
	} `yaml:"pattern_requirements"`
}

// What the keys of such a rule become: carried over, of no weight for what is
// found, or left out for a reason.
var (
	secretKeys = keyTable{
		carried:  []string{"name", "id", "pattern", "min_entropy", "confidence", "visible", "examples", "negative_examples", "pattern_requirements"},
		idle:     []string{"references", "categories", "description", "tags", "revocation"},
		dropping: "it is no key that we know",
		dropped: map[string]string{
			"validation":      "nobody is asked whether a key is live",
			"depends_on_rule": "it serves the validation alone",
		},
	}
	requirementKeys = keyTable{
		in:       "pattern_requirements.",
		carried:  []string{"ignore_if_contains"},
		dropping: "the rule finds without it",
	}
)

func noseyparker(r *Result, src []byte) error { return secretRules(r, src, "np") }

func kingfisher(r *Result, src []byte) error { return secretRules(r, src, "kingfisher") }

// confidences of Kingfisher; Nosey Parker has none.
var confidences = map[string]float64{"": 0.8, "low": 0.5, "medium": 0.7, "high": 0.9}

func secretRules(r *Result, src []byte, prefix string) error {
	var f struct {
		Rules []secretRule `yaml:"rules"`
	}
	var all struct {
		Rules []map[string]any `yaml:"rules"`
	}
	if err := readYAML(src, &f); err != nil || len(f.Rules) == 0 || readYAML(src, &all) != nil || len(all.Rules) != len(f.Rules) {
		return fmt.Errorf("not a rule file of that scanner: it needs a list of rules")
	}
	for i, s := range f.Rules {
		id := slug(prefix, s.ID)
		if s.Visible != nil && !*s.Visible {
			r.note(id, "left out: it is not reported there either (visible: false)")
			continue
		}
		r.keys(id, all.Rules[i], secretKeys)
		if m, ok := all.Rules[i]["pattern_requirements"].(map[string]any); ok {
			r.keys(id, m, requirementKeys)
		}
		r.secretRule(id, s)
	}
	return nil
}

func (r *Result) secretRule(id string, s secretRule) {
	confidence, ok := confidences[strings.ToLower(s.Confidence)]
	if !ok {
		r.note(id, "confidence %q is unknown: 0.8 stands for it", s.Confidence)
		confidence = confidences[""]
	}
	rule := newRule(id, s.Name)
	rule.Patterns = []rules.Pattern{{Regex: s.Pattern, Confidence: confidence}}
	rule.Entropy = s.MinEntropy
	rule.Allow.Words = s.Requirements.Ignore
	for _, text := range s.Examples {
		rule.Examples.Match = append(rule.Examples.Match, rules.Example{Text: text})
	}
	for _, text := range s.NegativeExamples {
		rule.Examples.Skip = append(rule.Examples.Skip, rules.Example{Text: text})
	}
	names := groups(tidy(s.Pattern))
	if slices.Contains(names, "TOKEN") {
		names = []string{"TOKEN"}
	}
	r.addGroups(rule, names)
}
