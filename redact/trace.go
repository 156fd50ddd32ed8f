package redact

import (
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"coatcheck/rules"
)

// trace records what is decided about each match. All its methods work on nil, as in a scan.
type trace struct {
	told  []Explanation
	hits  []hit // of each
	steps []Step
	met   int // pairs of contenders that were compared
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

// contender is what one match says of a place, or several alike.
type contender struct {
	hit
	beats []string // the rules that give way to it
	rival int      // the contender that beats it and all others that do, or -1
	lost  bool     // and took all its bytes
}

// compare finds out which matches gave way to which. Only those that overlap
// meet, and those that say the same of the same place meet as one: all that is
// found in one run of base64 covers the whole run.
func (t *trace) compare(ctx context.Context, found []Finding) error {
	list, of := t.contenders()
	var active []int
	for i := range list {
		active = slices.DeleteFunc(active, func(k int) bool { return list[k].end <= list[i].start })
		for _, k := range active {
			if err := look(ctx, t.met); err != nil {
				return err
			}
			t.met++
			meet(list, i, k)
			meet(list, k, i)
		}
		active = append(active, i)
	}
	for i := range list {
		if err := look(ctx, i); err != nil {
			return err
		}
		list[i].lost = list[i].rival >= 0 && !list[i].shows(found)
	}
	for i := range t.told {
		if x := &t.told[i]; x.Reason == Held {
			c := &list[of[i]]
			if x.Beats = c.beats; c.rival >= 0 {
				x.BeatBy = list[c.rival].judge.rule.ID
			}
			if c.lost {
				x.Reason = Beaten
			}
		}
	}
	return nil
}

// contenders lists what the matches that compete say, by start, and for each
// match which of them it is.
func (t *trace) contenders() (list []contender, of []int) {
	var order []int
	for i := range t.told {
		if r := t.told[i].Reason; r == Held || r == TimedOut {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.hits[a].start - t.hits[b].start })
	of = make([]int, len(t.told))
	known := map[hit]int{}
	for _, i := range order {
		at, ok := known[t.hits[i]]
		if !ok {
			at = len(list)
			known[t.hits[i]] = at
			list = append(list, contender{hit: t.hits[i], rival: -1})
		}
		of[i] = at
	}
	return list, of
}

// meet settles contender k's part in what becomes of contender i.
func meet(list []contender, i, k int) {
	c, o := &list[i], &list[k]
	switch {
	case o.hit.beats(&c.hit):
		if c.rival < 0 || o.hit.beats(&list[c.rival].hit) {
			c.rival = k
		}
	case o.judge.rule.ID != c.judge.rule.ID && !slices.Contains(c.beats, o.judge.rule.ID):
		c.beats = append(c.beats, o.judge.rule.ID)
	}
}

// shows reports whether one of the findings, in their order, is what remained
// of a contender.
func (c *contender) shows(found []Finding) bool {
	i, _ := slices.BinarySearchFunc(found, c.start, func(f Finding, start int) int { return cmp.Compare(f.Start, start) })
	for ; i < len(found) && found[i].Start < c.end; i++ {
		if f := &found[i]; f.Rule == c.judge.rule.ID && f.Score == c.score && f.End <= c.end {
			return true
		}
	}
	return false
}
