package rules

import (
	"slices"
	"strings"
)

// checkRequired reports requirements that cannot be: of a rule that is not in
// the set, or that in the end is required by itself. Such a rule would find
// nothing, and nobody would see it.
func (s *Set) checkRequired() (errs []error) {
	for i := range s.Rules {
		r := &s.Rules[i]
		for _, q := range r.Require {
			if s.index(q.Rule) < 0 {
				errs = append(errs, &Error{Pos: q.Pos, Rule: r.ID, Msg: "require: " + unknown("rule", q.Rule, s.ruleIDs())})
			} else if way := s.way(q.Rule, r.ID, map[string]bool{}); way != nil {
				errs = append(errs, &Error{Pos: q.Pos, Rule: r.ID, Msg: "require: a rule cannot wait for itself: " + strings.Join(append([]string{r.ID}, way...), " requires ")})
			}
		}
	}
	return errs
}

// way returns the chain of requirements that leads from one rule to another,
// both included, or nil.
func (s *Set) way(from, to string, seen map[string]bool) []string {
	if from == to {
		return []string{to}
	}
	i := s.index(from)
	if i < 0 || seen[from] {
		return nil
	}
	seen[from] = true
	for _, q := range s.Rules[i].Require {
		if rest := s.way(q.Rule, to, seen); rest != nil {
			return append([]string{from}, rest...)
		}
	}
	return nil
}

// dependants adds to a list of rules those that require one of them.
func (s *Set) dependants(ids []string) []string {
	ids = slices.Clone(ids)
	for grown := true; grown; {
		grown = false
		for _, r := range s.Rules {
			needs := func(q Requirement) bool { return slices.Contains(ids, q.Rule) }
			if !slices.Contains(ids, r.ID) && slices.ContainsFunc(r.Require, needs) {
				ids, grown = append(ids, r.ID), true
			}
		}
	}
	return ids
}
