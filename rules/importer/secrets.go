package importer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"coatcheck/rules"
	"github.com/BurntSushi/toml"
)

// gitleaksFile is a configuration of gitleaks 8.
type gitleaksFile struct {
	Rules []struct {
		ID          string
		Description string
		Regex       string
		SecretGroup int
		Entropy     float64
		Keywords    []string
		Path        string
		Allowlist   *gitleaksAllow
		Allowlists  []gitleaksAllow
		Required    []any
	}
	Allowlist  *gitleaksAllow
	Allowlists []gitleaksAllow
}

type gitleaksAllow struct {
	Condition   string
	Paths       []string
	Commits     []string
	Regexes     []string
	RegexTarget string
	StopWords   []string
}

func gitleaks(r *Result, src []byte) error {
	var f gitleaksFile
	if err := toml.Unmarshal(src, &f); err != nil {
		return fmt.Errorf("not a gitleaks configuration: %w", err)
	}
	if len(f.Rules) == 0 {
		return fmt.Errorf("not a gitleaks configuration: it has no rules")
	}
	common := allowlists(f.Allowlist, f.Allowlists)
	for _, g := range f.Rules {
		id := slug("gitleaks", g.ID)
		if g.Regex == "" {
			r.note(id, "left out: it looks at paths alone")
			continue
		}
		rule := newRule(id, g.Description)
		expr := lead.ReplaceAllString(g.Regex, "$1")
		if expr != g.Regex {
			r.note(id, `the lead [\w.-]{0,50}? is gone: the finding begins behind it`)
		}
		rule.Patterns = []rules.Pattern{{Regex: expr, Confidence: 0.9}}
		switch names := groups(expr); {
		case g.SecretGroup > 0:
			rule.Capture = strconv.Itoa(g.SecretGroup)
		case len(names) > 0:
			rule.Capture = names[0]
			if len(names) > 1 {
				r.note(id, "the finding is group %s; gitleaks takes the first one that is not empty", names[0])
			}
		}
		rule.Entropy = g.Entropy
		if g.Path != "" {
			r.note(id, "path is left out: requests have none")
		}
		if len(g.Required) > 0 {
			r.note(id, "required is left out: the rule finds by itself")
		}
		if !mentions(expr, g.Keywords) {
			r.note(id, "keywords are left out: the pattern finds without them")
		}
		for _, a := range append(allowlists(g.Allowlist, g.Allowlists), common...) {
			r.allow(&rule, a)
		}
		r.add(rule)
	}
	return nil
}

func allowlists(one *gitleaksAllow, more []gitleaksAllow) []gitleaksAllow {
	if one != nil {
		return append([]gitleaksAllow{*one}, more...)
	}
	return more
}

// mentions reports whether one of the keywords stands in the expression, or
// none is asked for.
func mentions(expr string, keywords []string) bool {
	for _, k := range keywords {
		if strings.Contains(strings.ToLower(expr), strings.ToLower(k)) {
			return true
		}
	}
	return len(keywords) == 0
}

// allow carries over an allow list that speaks about the value alone. A list
// that asks for more than one thing at once would allow too much without the rest.
func (r *Result) allow(rule *rules.Rule, a gitleaksAllow) {
	kinds := 0
	for _, n := range []int{len(a.Paths), len(a.Commits), len(a.Regexes), len(a.StopWords)} {
		if n > 0 {
			kinds++
		}
	}
	switch {
	case strings.EqualFold(a.Condition, "AND") && kinds > 1:
		r.note(rule.ID, "an allow list with condition AND is left out")
		return
	case a.RegexTarget == "match" || a.RegexTarget == "line":
		if len(a.Regexes) > 0 {
			r.note(rule.ID, "allowed regexes for the %s are left out: ours look at the value", a.RegexTarget)
		}
	default:
		for _, expr := range a.Regexes {
			if _, err := regexp.Compile(expr); err != nil {
				r.note(rule.ID, "an allowed regex is left out: it does not compile")
				continue
			}
			rule.Allow.Regexes = append(rule.Allow.Regexes, expr)
		}
	}
	rule.Allow.Words = append(rule.Allow.Words, a.StopWords...)
}

// secretFile is a rule file of Nosey Parker or of Kingfisher, its descendant.
type secretFile struct {
	Rules []struct {
		Name             string   `yaml:"name"`
		ID               string   `yaml:"id"`
		Pattern          string   `yaml:"pattern"`
		MinEntropy       float64  `yaml:"min_entropy"`
		Confidence       string   `yaml:"confidence"`
		Visible          *bool    `yaml:"visible"`
		Examples         []string `yaml:"examples"`
		NegativeExamples []string `yaml:"negative_examples"`
		DependsOn        []any    `yaml:"depends_on_rule"`
	} `yaml:"rules"`
}

func noseyparker(r *Result, src []byte) error { return secretRules(r, src, "np") }

func kingfisher(r *Result, src []byte) error { return secretRules(r, src, "kingfisher") }

// confidences of Kingfisher; Nosey Parker has none.
var confidences = map[string]float64{"": 0.8, "low": 0.5, "medium": 0.7, "high": 0.9}

func secretRules(r *Result, src []byte, prefix string) error {
	var f secretFile
	if err := readYAML(src, &f); err != nil || len(f.Rules) == 0 {
		return fmt.Errorf("not a rule file of that scanner: it needs a list of rules")
	}
	for _, s := range f.Rules {
		id := slug(prefix, s.ID)
		if s.Visible != nil && !*s.Visible {
			r.note(id, "left out: it is a part of another rule")
			continue
		}
		if len(s.DependsOn) > 0 {
			r.note(id, "depends_on_rule is left out: the rule finds by itself")
		}
		confidence, ok := confidences[strings.ToLower(s.Confidence)]
		if !ok {
			r.note(id, "confidence %q is unknown: 0.8 stands for it", s.Confidence)
			confidence = confidences[""]
		}
		rule := newRule(id, s.Name)
		rule.Patterns = []rules.Pattern{{Regex: s.Pattern, Confidence: confidence}}
		if names := groups(tidy(s.Pattern)); len(names) > 0 {
			rule.Capture = names[0]
			for _, n := range names {
				if n == "TOKEN" {
					rule.Capture = n
				}
			}
		}
		rule.Entropy = s.MinEntropy
		for _, text := range s.Examples {
			rule.Examples.Match = append(rule.Examples.Match, rules.Example{Text: text})
		}
		for _, text := range s.NegativeExamples {
			rule.Examples.Skip = append(rule.Examples.Skip, rules.Example{Text: text})
		}
		r.add(rule)
	}
	return nil
}
