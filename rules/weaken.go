package rules

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// Weakened lists, a line each, what of from's protection to gives up or may
// give up: rules that are gone, milder actions and time-outs, higher
// thresholds, patterns and context words taken away, keywords and requirements
// that ask for more, rules that allow, and any
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
	if to.Keywords.asksMore(from.Keywords) {
		what = append(what, "keywords ask for more")
	}
	for _, q := range to.Require {
		if !slices.ContainsFunc(from.Require, func(o Requirement) bool { return o.Rule == q.Rule && reaches(q.Within, o.Within) }) {
			what = append(what, fmt.Sprintf("it requires rule %q, or requires it nearer", q.Rule))
		}
	}
	if !reflect.DeepEqual(rest(*from), rest(*to)) {
		what = append(what, "it is changed beyond its action, patterns, context words and examples")
	}
	return what
}

// asksMore reports whether k may refuse a match that o accepts.
func (k Keywords) asksMore(o Keywords) bool {
	switch {
	case len(k.Any) == 0:
		return false
	case len(o.Any) == 0 || !reaches(k.Within, o.Within):
		return true
	}
	side := cmp.Or(k.Where, Anywhere)
	fewer := slices.ContainsFunc(o.Any, func(w string) bool { return !slices.Contains(k.Any, w) })
	return fewer || side != Anywhere && side != cmp.Or(o.Where, Anywhere)
}

// reaches reports whether a distance is as great as another; 0 has no end.
func reaches(within, other int) bool { return within == 0 || other != 0 && within >= other }

// rest is a rule without what weakened compares, and without what finds nothing.
func rest(r Rule) Rule {
	r.Action, r.OnTimeout, r.MinConfidence, r.Patterns, r.Context.Words = "", "", 0, nil, nil
	r.Description, r.Examples, r.Pos, r.Changed = "", Examples{}, Pos{}, Pos{}
	r.Keywords, r.Require = Keywords{}, nil
	r.Validators = slices.Clone(r.Validators)
	for i := range r.Validators {
		r.Validators[i].Pos = Pos{}
	}
	return r
}
