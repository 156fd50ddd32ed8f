package redact

import (
	"context"
	"slices"
	"strings"
	"unicode"
)

// beats reports whether h takes a byte that both claim: the stricter action,
// then the certain one, then the higher score, then the longer, then the rule
// that comes first in its set. An allow finding has the mildest action, so it
// never covers another rule's.
func (h *hit) beats(o *hit) bool {
	switch a, b := h.action.Strictness(), o.action.Strictness(); {
	case a != b:
		return a > b
	case h.certain != o.certain:
		return h.certain
	case h.score != o.score:
		return h.score > o.score
	case h.end-h.start != o.end-o.start:
		return h.end-h.start > o.end-o.start
	}
	return h.judge.order < o.judge.order
}

// resolve appends the hits of one field as disjoint findings, up to the most. It sweeps over
// the places where hits begin or end; between two of them one hit wins.
//
// A loser keeps the bytes that no winner took, if a letter or digit is among
// them: what was found is never uncovered by a neighbour.
//
// It takes n log n steps for n hits, however many of them lie on one another.
func (s *scratch) resolve(ctx context.Context, out []Finding, most, field int, text string) ([]Finding, error) {
	slices.SortFunc(s.hits, func(a, b hit) int { return a.start - b.start })
	s.points = s.points[:0]
	for i := range s.hits {
		s.points = append(s.points, s.hits[i].start, s.hits[i].end)
	}
	slices.Sort(s.points)
	s.points = slices.Compact(s.points)
	s.active.reset(s.hits)
	next, from := 0, 0
	var owner *hit
	for i, at := range s.points {
		if err := look(ctx, i); err != nil {
			return nil, err
		}
		for next < len(s.hits) && s.hits[next].start <= at {
			s.active.push(next)
			next++
		}
		if win := s.active.winner(at); win != owner || i == len(s.points)-1 {
			if owner != nil && owner.keeps(text, from, at) {
				if len(out) == most {
					return out, ErrTooMany
				}
				out = append(out, owner.finding(field, from, at))
			}
			owner, from = win, at
		}
	}
	return out, nil
}

// keeps reports whether a piece of a hit is worth a finding: the whole always,
// a remainder unless it is punctuation.
func (h *hit) keeps(text string, start, end int) bool {
	return start == h.start && end == h.end || strings.ContainsFunc(text[start:end], func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || r == unicode.ReplacementChar
	})
}

func (h *hit) finding(field, start, end int) Finding {
	r := h.judge.rule
	return Finding{
		Field: field, Start: start, End: end,
		Entity: r.Entity, Label: r.Label, Rule: r.ID,
		Action: h.action, Score: h.score, Certain: h.certain,
	}
}
