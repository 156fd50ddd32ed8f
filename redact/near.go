package redact

import "coatcheck/redact/detect"

// near knows which patterns count only beside one of their words. They are not
// searched where no such word stands: nothing that they find there could hold.
type near struct {
	always  detect.Set // count by themselves, or by a check
	lexicon *detect.Lexicon
}

func newNear(judges [][]judge) near {
	n := near{always: detect.NewSet(len(judges)), lexicon: detect.NewLexicon(len(judges))}
	for i, list := range judges {
		for _, j := range list {
			if j.needsWord() {
				n.lexicon.Add(i, j.rule.Context.Words)
			} else {
				n.always.Add(i)
			}
		}
	}
	return n
}

// needsWord reports whether a match can hold only if a word speaks for it.
func (j *judge) needsWord() bool {
	best := j.pattern.Confidence
	for _, c := range j.evidence.checks {
		best = max(best, c.onPass)
	}
	return best < j.rule.MinConfidence && !j.evidence.words.Empty()
}

// pick is the choice of patterns for one reading of a field. Words count
// wherever they stand in it: a column's name may be far from its values.
type pick struct {
	near
	set              detect.Set
	key, whole, text string     // of the field, all of it, the reading
	field            detect.Set // spoken in the field as a whole, nil until asked for
}

// begin turns to another field.
func (p *pick) begin(key, whole string) {
	p.key, p.whole, p.field = key, whole, p.field[:0]
}

// Always returns the patterns that need no word.
func (p *pick) Always() detect.Set { return p.always }

// Spoken returns the patterns that need none and those that have one.
func (p *pick) Spoken() detect.Set {
	if len(p.field) == 0 {
		p.field = append(p.field, p.always...)
		p.lexicon.Spoken(p.field, p.key)
		p.lexicon.Spoken(p.field, p.whole)
	}
	p.set = append(p.set[:0], p.field...)
	if p.whole != p.text {
		p.lexicon.Spoken(p.set, p.text)
	}
	return p.set
}
