package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"coatcheck/rules"
)

// gitleaksFile is a configuration of gitleaks 8.
type gitleaksFile struct {
	Title, Description, MinVersion string
	Extend                         map[string]any
	Rules                          []gitleaksRule
	Allowlist                      *gitleaksAllow
	Allowlists                     []gitleaksAllow
}

type gitleaksRule struct {
	ID          string
	Description string
	Regex       string
	SecretGroup int
	Entropy     float64
	Keywords    []string
	Path        string
	Allowlist   *gitleaksAllow
	Allowlists  []gitleaksAllow
	Required    []gitleaksRequired
	SkipReport  bool
}

type gitleaksAllow struct {
	Description string
	TargetRules []string
	Condition   string
	Paths       []string
	Commits     []string
	Regexes     []string
	RegexTarget string
	StopWords   []string
}

// gitleaksRequired is a rule that must find something too, near or anywhere in
// the same fragment of a file.
type gitleaksRequired struct {
	ID                         string
	WithinLines, WithinColumns *int
}

func gitleaks(r *Result, src []byte) error {
	var f gitleaksFile
	var all struct{ Rules []map[string]any }
	read, err := toml.Decode(string(src), &f)
	if err != nil {
		return fmt.Errorf("not a gitleaks configuration: %w", err)
	}
	if _, err := toml.Decode(string(src), &all); err != nil || len(f.Rules) == 0 {
		return fmt.Errorf("not a gitleaks configuration: it has no rules")
	}
	for _, key := range read.Undecoded() {
		if len(key) != 2 || key[0] != "rules" { // those are noted with their rule
			r.note("gitleaks", "%s is left out: %s", key, gitleaksKeys.dropping)
		}
	}
	if len(f.Extend) > 0 {
		r.note("gitleaks", "extend is left out: import that file, too")
	}
	common := allowlists(f.Allowlist, f.Allowlists)
	for i, g := range f.Rules {
		r.gitleaksRule(g, all.Rules[i], common)
	}
	for _, g := range f.Rules {
		r.require(g)
	}
	return nil
}

// gitleaksKeys are the keys of a rule, in lower case.
var gitleaksKeys = keyTable{
	carried:  []string{"id", "description", "regex", "secretgroup", "entropy", "keywords", "path", "allowlist", "allowlists", "required", "skipreport"},
	idle:     []string{"tags"},
	dropping: "it is no key of gitleaks 8",
}

func (r *Result) gitleaksRule(g gitleaksRule, all map[string]any, common []gitleaksAllow) {
	id := slug("gitleaks", g.ID)
	if g.Regex == "" {
		r.note(id, "left out: it looks at paths alone")
		return
	}
	r.keys(id, all, gitleaksKeys)
	rule := newRule(id, g.Description)
	expr := lead.ReplaceAllString(g.Regex, "$1")
	if expr != g.Regex {
		r.note(id, `the lead [\w.-]{0,50}? is gone: the finding begins behind it`)
	}
	rule.Patterns = []rules.Pattern{{Regex: expr, Confidence: 0.9}}
	rule.Entropy = g.Entropy
	rule.Keywords.Any = slices.Clone(g.Keywords)
	if !mentions(expr, g.Keywords) {
		r.note(id, "keywords: one must stand in the same string or its field's name; gitleaks looks through the file")
	}
	if g.Path != "" {
		r.note(id, "path is left out: requests have none")
	}
	if g.SkipReport {
		rule.Action = rules.Allow
		r.note(id, "skipReport: it is evidence for other rules, and what it finds passes (action: allow)")
	}
	for _, a := range append(allowlists(g.Allowlist, g.Allowlists), common...) {
		if len(a.TargetRules) == 0 || slices.Contains(a.TargetRules, g.ID) {
			r.allow(&rule, a)
		}
	}
	names := groups(expr)
	switch {
	case g.SecretGroup > len(names):
		r.note(id, "left out: its pattern has no group %d", g.SecretGroup)
		return
	case g.SecretGroup > 0:
		names = names[g.SecretGroup-1 : g.SecretGroup]
	}
	r.addGroups(rule, names)
}

// require connects a rule with those that it requires, once all are there.
func (r *Result) require(g gitleaksRule) {
	for i := range r.Rules {
		rule := &r.Rules[i]
		if id := slug("gitleaks", g.ID); rule.ID != id && !partOf(rule.ID, id) {
			continue
		}
		for _, q := range g.Required {
			r.requirement(rule, q)
		}
	}
}

func (r *Result) requirement(rule *rules.Rule, q gitleaksRequired) {
	need := rules.Requirement{Rule: slug("gitleaks", q.ID)}
	switch {
	case !slices.ContainsFunc(r.Rules, func(o rules.Rule) bool { return o.ID == need.Rule }):
		r.note(rule.ID, "required %s is left out, as that rule is: this one finds by itself", q.ID)
		return
	case r.leads(need.Rule, rule.ID, map[string]bool{}):
		r.note(rule.ID, "required %s is left out: they would wait for each other", q.ID)
		return
	case q.WithinLines != nil:
		r.note(rule.ID, "required %s: anywhere in the same string, for so many lines", q.ID)
	case q.WithinColumns != nil:
		need.Within = min(max(1, *q.WithinColumns), rules.MaxWithin)
		r.note(rule.ID, "required %s: within %d characters between the two, for as many columns", q.ID, need.Within)
	}
	rule.Require = append(rule.Require, need)
}

// leads reports whether requirements lead from one rule to another.
func (r *Result) leads(from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, rule := range r.Rules {
		if rule.ID != from {
			continue
		}
		for _, q := range rule.Require {
			if r.leads(q.Rule, to, seen) {
				return true
			}
		}
	}
	return false
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
	if c := strings.ToUpper(a.Condition); (c == "AND" || c == "&&") && kinds > 1 {
		r.note(rule.ID, "an allow list with condition AND is left out")
		return
	}
	if len(a.Paths)+len(a.Commits) > 0 {
		r.note(rule.ID, "allowed paths and commits are left out: requests have none")
	}
	switch {
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
