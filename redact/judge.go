package redact

import (
	"context"
	"fmt"
	"strings"

	"coatcheck/redact/detect"
	"coatcheck/redact/detect/validate"
	"coatcheck/redact/view"
	"coatcheck/rules"
)

// judge turns the matches of one pattern into scored hits.
type judge struct {
	rule     *rules.Rule
	pattern  *rules.Pattern
	order    int // of the rule in its set
	evidence *evidence
}

// evidence is what a rule asks beyond its patterns, ready for use.
type evidence struct {
	checks   []test
	words    detect.Words
	negative detect.Words
	exempt   exemption
	keywords keywords
	require  []requirement // empty: none
	witness  int           // its place among the rules that others require, or -1
}

// test is a check with what its rule makes of the outcome.
type test struct {
	validate.Validator
	onFail rules.OnFail
	onPass float64
}

// hit is a match that its rule stands by.
type hit struct {
	start, end int
	judge      *judge
	action     rules.Action
	score      float64
	certain    bool
}

func newEvidence(r *rules.Rule) (*evidence, error) {
	ev := &evidence{
		words: detect.NewWords(r.Context.Words), negative: detect.NewWords(r.Context.Negative),
		keywords: keywords(r.Keywords), witness: -1,
	}
	var err error
	if ev.exempt, err = newExemption(r); err != nil {
		return nil, err
	}
	for _, v := range r.Validators {
		c, ok := validate.Lookup(v.Name)
		if !ok {
			return nil, &rules.Error{Pos: v.Pos, Rule: r.ID, Msg: fmt.Sprintf("validator %q is unknown to this engine", v.Name)}
		}
		ev.checks = append(ev.checks, test{c, v.OnFail, v.OnPass})
	}
	return ev, nil
}

// judge adds to s.hits the matches that hold in one reading of a field. r is
// nil where text is the field's own.
func (e *Engine) judge(ctx context.Context, s *scratch, f *Field, text string, r *view.Reading) error {
	for i, m := range s.matches {
		if err := look(ctx, i); err != nil {
			return err
		}
		s.undecided = s.undecided || m.TimedOut
		if !m.TimedOut {
			m.Start += label(text[m.Start:m.End])
		}
		p := place{scratch: s, field: f, text: text, at: m.Start, start: m.Start}
		end, ok := m.End, true
		if r != nil {
			if p.start, end, ok = r.Place(m.Start, m.End); !ok {
				continue // the original shows it as well
			}
		}
		p.end = end
		for i := range e.judges[m.Pattern] {
			j := &e.judges[m.Pattern][i]
			h, why := j.undecided(m), TimedOut
			if !m.TimedOut {
				h, why = j.weigh(&p, m)
			}
			if why == Held && f.Certain && !h.certain {
				why = NotCertain
			}
			h.start, h.end = p.start, end
			s.take(&h, why)
		}
		if err := e.enough(s); err != nil {
			return err
		}
	}
	return nil
}

// take keeps a hit: as a finding, as what another rule requires, or until it is
// known what its own rule requires.
func (s *scratch) take(h *hit, why Reason) {
	told := s.trace.hit(h, why)
	counts := why == Held || why == TimedOut
	switch ev := h.judge.evidence; {
	case !counts && why != NotCertain: // which says nothing against it as evidence
	case len(ev.require) > 0:
		s.claims = append(s.claims, claim{*h, why, told})
	default:
		if counts {
			s.hits = append(s.hits, *h)
		}
		s.witness(h)
	}
}

// label returns how much of a match is the last word of its label. Letters in
// front of a number may belong to it, but in "TAX ID 43-98…" they name it.
func label(match string) int {
	for _, word := range []string{"ID ", "NR ", "RG "} {
		if strings.HasPrefix(match, word) && len(match) > len(word) {
			return len(word)
		}
	}
	return 0
}

// undecided is the finding over a window whose search took too long. It counts
// as certain: no other evidence may lift it.
func (j *judge) undecided(m detect.Match) hit {
	action := rules.Block
	if j.rule.OnTimeout == rules.TimeoutTokenize {
		action = rules.Tokenize
	}
	return hit{start: m.Start, end: m.End, judge: j, action: action, score: 1, certain: true}
}

// weigh scores a match: the pattern's confidence, then validators, then the
// words around it, or that there are none. Words never speak against a proof.
// The reason is Held, or why the rule does not stand by the match.
func (j *judge) weigh(p *place, m detect.Match) (hit, Reason) {
	h := hit{start: m.Start, end: m.End, judge: j, action: j.rule.Action, score: j.pattern.Confidence, certain: j.rule.Certain}
	value := p.text[m.Start:m.End]
	if why := j.evidence.exempt.reason(value); why != Held {
		return h, why
	}
	for i, c := range j.evidence.checks {
		passed := c.Pass(value)
		if passed {
			h.score = max(h.score, c.onPass)
			h.certain = h.certain || c.Proof
		}
		p.trace.checked(j.rule.Validators[i].Name, passed, h.score)
		if !passed && c.onFail == rules.FailDrop {
			return h, CheckFailed
		}
	}
	spoken := j.listen(p, &h)
	if h.score < j.rule.MinConfidence && j.nearly(h.score) && p.alone() {
		h.score += alone
		p.trace.heard(Alone, h.score)
	}
	switch {
	case !h.certain && !spoken && h.score < weak && identifier(p.text, h.start, h.end):
		return h, Identifier
	case h.score < j.rule.MinConfidence:
		return h, LowScore
	}
	word, stands := j.evidence.keywords.near(p, m)
	if !stands {
		return h, NoKeyword
	}
	p.trace.keyword(word, h.score)
	return h, Held
}
