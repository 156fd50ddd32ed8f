package redact

import (
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"coatcheck/rules"
)

// requirement is a rule that must find something near a hit.
type requirement struct {
	rule    string
	witness int // its place in scratch.witnesses
	within  int // runes; 0 is anywhere in the field
}

// claim is a hit that waits for what its rule requires.
type claim struct {
	hit
	why  Reason
	told int // of the trace
}

// spot is a place that a required rule found. last is the greatest end of it
// and all spots before it, once they are sorted.
type spot struct{ start, end, last int }

// bind connects the rules with those that they require, and ranks them so that
// each comes behind those. A set that was merged has no circle and no unknown.
func (e *Engine) bind(set *rules.Set, byID map[string]*evidence) {
	e.ranks = map[string]int{}
	at := map[string]int{}
	for i := range set.Rules {
		at[set.Rules[i].ID] = i
	}
	var rank func(r *rules.Rule)
	rank = func(r *rules.Rule) {
		if _, done := e.ranks[r.ID]; done || len(r.Require) == 0 {
			return
		}
		for _, q := range r.Require {
			rank(&set.Rules[at[q.Rule]])
			needed := byID[q.Rule]
			if needed.witness < 0 {
				needed.witness = e.asked
				e.asked++
			}
			byID[r.ID].require = append(byID[r.ID].require, requirement{q.Rule, needed.witness, q.Within})
		}
		e.ranks[r.ID] = len(e.ranks)
	}
	for i := range set.Rules {
		rank(&set.Rules[i])
	}
}

// witness notes a hit that other rules may require.
func (s *scratch) witness(h *hit) {
	if i := h.judge.evidence.witness; i >= 0 {
		s.witnesses[i] = append(s.witnesses[i], spot{start: h.start, end: h.end})
	}
}

// settle decides the claims of a field, those first that others require.
func (s *scratch) settle(ctx context.Context, ranks map[string]int, text string) error {
	slices.SortStableFunc(s.claims, func(a, b claim) int {
		return cmp.Compare(ranks[a.judge.rule.ID], ranks[b.judge.rule.ID])
	})
	sorted := make([]bool, len(s.witnesses))
	for i := range s.claims {
		if err := look(ctx, i); err != nil {
			return err
		}
		c := &s.claims[i]
		met := true
		for _, q := range c.judge.evidence.require {
			if !sorted[q.witness] { // complete: its rule ranks before this one
				sorted[q.witness] = true
				sortSpots(s.witnesses[q.witness])
			}
			between, ok := q.met(s.witnesses[q.witness], c.start, c.end, text)
			s.trace.required(c.told, q.rule, ok, between)
			met = met && ok
		}
		switch {
		case !met && c.why != TimedOut: // what could not be decided is not let go by what else is missing
			continue
		case c.why != NotCertain:
			s.hits = append(s.hits, c.hit)
		}
		s.witness(&c.hit)
	}
	return nil
}

func sortSpots(list []spot) {
	slices.SortFunc(list, func(a, b spot) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	last := 0
	for i := range list {
		last = max(last, list[i].end)
		list[i].last = last
	}
}

// met looks for one of the spots near enough to a place, and returns what lies
// between the two: nothing if they overlap.
func (q requirement) met(list []spot, start, end int, text string) (between string, ok bool) {
	i, _ := slices.BinarySearchFunc(list, end, func(s spot, end int) int { return cmp.Compare(s.start, end) })
	if i > 0 {
		if between = text[min(list[i-1].last, start):start]; q.reaches(between) {
			return between, true
		}
	}
	if i < len(list) {
		between = text[end:list[i].start]
		return between, q.reaches(between)
	}
	return "", false
}

// reaches counts no further than it has to: there may be many claims.
func (q requirement) reaches(between string) bool {
	return q.within == 0 || len(between) <= utf8.UTFMax*q.within && utf8.RuneCountInString(between) <= q.within
}
