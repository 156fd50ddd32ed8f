package redact

import (
	"slices"
	"unicode/utf8"

	"coatcheck/rules"
)

// trace records what judge decides. All its methods work on nil, as in a scan.
type trace struct {
	told  []Explanation
	hits  []hit // of each
	steps []Step
}

func (t *trace) checked(name string, passed bool, score float64) {
	if t != nil {
		t.steps = append(t.steps, Step{Kind: Checked, Name: name, Passed: passed, Score: score})
	}
}

func (t *trace) heard(kind StepKind, score float64) {
	if t != nil {
		t.steps = append(t.steps, Step{Kind: kind, Score: score})
	}
}

func (t *trace) keyword(name string, score float64) {
	if t != nil && name != "" {
		t.steps = append(t.steps, Step{Kind: Keyword, Name: name, Score: score})
	}
}

// required adds to the record of a match what became of a requirement.
func (t *trace) required(told int, rule string, met bool, between string) {
	if t == nil {
		return
	}
	x := &t.told[told]
	x.Steps = append(x.Steps, Step{Kind: Needed, Name: rule, Passed: met, Distance: utf8.RuneCountInString(between), Score: x.Score})
	if !met && x.Reason == Held {
		x.Reason = Unmet
	}
}

// hit ends the record of one match and returns its number.
func (t *trace) hit(h *hit, why Reason) int {
	if t == nil {
		return 0
	}
	r := h.judge.rule
	x := Explanation{Finding: h.finding(0, h.start, h.end), Reason: why}
	x.Pattern = slices.IndexFunc(r.Patterns, func(p rules.Pattern) bool { return p.Pos == h.judge.pattern.Pos })
	x.Steps = append([]Step{{Kind: Tier, Score: h.judge.pattern.Confidence}}, t.steps...)
	t.told, t.hits, t.steps = append(t.told, x), append(t.hits, *h), t.steps[:0]
	return len(t.told) - 1
}

// compare finds out which matches gave way to which.
func (t *trace) compare(found []Finding) {
	for i := range t.told {
		x := &t.told[i]
		if x.Reason != Held {
			continue
		}
		rival := -1
		for k := range t.told {
			o := &t.told[k]
			if k == i || o.Reason != Held && o.Reason != TimedOut && o.Reason != Beaten || o.End <= x.Start || x.End <= o.Start {
				continue
			}
			if !t.hits[k].beats(&t.hits[i]) {
				if o.Rule != x.Rule && !slices.Contains(x.Beats, o.Rule) {
					x.Beats = append(x.Beats, o.Rule)
				}
			} else if rival < 0 || t.hits[k].beats(&t.hits[rival]) {
				rival = k
			}
		}
		if rival < 0 {
			continue
		}
		x.BeatBy = t.told[rival].Rule
		if !slices.ContainsFunc(found, x.shows) {
			x.Reason = Beaten
		}
	}
}

// shows reports whether a finding is what remained of a match.
func (x *Explanation) shows(f Finding) bool {
	return f.Rule == x.Rule && f.Score == x.Score && x.Start <= f.Start && f.End <= x.End
}
