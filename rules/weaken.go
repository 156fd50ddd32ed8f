package rules

import (
	"fmt"
	"reflect"
	"slices"
)

// Weakened lists, a line each, what of from's protection to gives up or may
// give up: rules that are gone, milder actions and time-outs, higher
// thresholds, patterns and context words taken away, rules that allow, and any
// other change that cannot be shown to find as much as before. New rules,
// further patterns and words, and stricter actions weaken nothing; nor do
// descriptions and examples.
func Weakened(from, to *Set) []string {
	after := make(map[string]*Rule, len(to.Rules))
	for i := range to.Rules {
		after[to.Rules[i].ID] = &to.Rules[i]
	}
	var list []string
	before := make(map[string]bool, len(from.Rules))
	for i := range from.Rules {
		old := &from.Rules[i]
		before[old.ID] = true
		now, ok := after[old.ID]
		if !ok {
			list = append(list, fmt.Sprintf("rule %q is gone", old.ID))
			continue
		}
		for _, what := range weakened(old, now) {
			list = append(list, fmt.Sprintf("rule %q: %s", old.ID, what))
		}
	}
	for i := range to.Rules {
		if r := &to.Rules[i]; r.Action == Allow && !before[r.ID] {
			list = append(list, fmt.Sprintf("rule %q is new and allows what it finds", r.ID))
		}
	}
	return list
}

func weakened(from, to *Rule) (what []string) {
	if to.Action.Strictness() < from.Action.Strictness() {
		what = append(what, fmt.Sprintf("action %s becomes %s", from.Action, to.Action))
	}
	if from.OnTimeout == TimeoutBlock && to.OnTimeout != TimeoutBlock {
		what = append(what, fmt.Sprintf("on_timeout %s becomes %s", from.OnTimeout, to.OnTimeout))
	}
	if to.MinConfidence > from.MinConfidence {
		what = append(what, "min_confidence is higher")
	}
	for i, p := range from.Patterns {
		if !slices.ContainsFunc(to.Patterns, func(q Pattern) bool { return q.Expr() == p.Expr() && q.Confidence >= p.Confidence }) {
			what = append(what, fmt.Sprintf("pattern %d is gone or changed", i+1))
		}
	}
	for _, w := range from.Context.Words {
		if !slices.Contains(to.Context.Words, w) {
			what = append(what, fmt.Sprintf("context word %q is gone", w))
		}
	}
	if !reflect.DeepEqual(rest(*from), rest(*to)) {
		what = append(what, "it is changed beyond its action, patterns, context words and examples")
	}
	return what
}

// rest is a rule without what weakened compares, and without what finds nothing.
func rest(r Rule) Rule {
	r.Action, r.OnTimeout, r.MinConfidence, r.Patterns, r.Context.Words = "", "", 0, nil, nil
	r.Description, r.Examples, r.Pos, r.Changed = "", Examples{}, Pos{}, Pos{}
	r.Validators = slices.Clone(r.Validators)
	for i := range r.Validators {
		r.Validators[i].Pos = Pos{}
	}
	return r
}
