package redact

import "coatcheck/redact/detect"

// near knows which patterns count only beside one of their words. They are not
// searched where no such word stands: nothing that they find there could hold.
type near struct {
	always  detect.Set // count by themselves, or by a check
	alone   detect.Set // count in a text that is nothing else
	lexicon *detect.Lexicon
}

func newNear(judges [][]judge) near {
	n := near{always: detect.NewSet(len(judges)), alone: detect.NewSet(len(judges)), lexicon: detect.NewLexicon(len(judges))}
	for i, list := range judges {
		for _, j := range list {
			if !j.needsWord() {
				n.always.Add(i)
				continue
			}
			n.lexicon.Add(i, j.rule.Context.Words)
			if j.nearly(j.unaided()) {
				n.alone.Add(i)
			}
		}
	}
	return n
}

// needsWord reports whether a match can hold only if a word speaks for it.
func (j *judge) needsWord() bool {
	return j.unaided() < j.rule.MinConfidence && !j.evidence.words.Empty()
}

// unaided is the highest score that a match can have without a word.
func (j *judge) unaided() float64 {
	best := j.pattern.Confidence
	for _, c := range j.evidence.checks {
		best = max(best, c.onPass)
	}
	return best
}

// pick is the choice of patterns for one reading of a field. Words count
// wherever they stand in it: a column's name may be far from its values.
type pick struct {
	near
	set              detect.Set
	key, whole, text string     // of the field, all of it, the reading
	field            detect.Set // spoken in the field as a whole, nil until asked for
	answer           bool       // the field may be one value
}

// begin turns to another field.
func (p *pick) begin(f *Field, whole string) {
	p.key, p.whole, p.answer, p.field = f.heard(), whole, f.mayAnswer(whole), p.field[:0]
}

// forget lets go of the text.
func (p *pick) forget() { p.key, p.whole, p.text, p.field = "", "", "", p.field[:0] }

// Always returns the patterns that need no word.
func (p *pick) Always() detect.Set { return p.always }

// Spoken returns the patterns that need none and those that have one.
func (p *pick) Spoken() detect.Set {
	if len(p.field) == 0 {
		p.field = append(p.field, p.always...)
		p.lexicon.Spoken(p.field, p.key)
		p.lexicon.Spoken(p.field, p.whole)
		if p.answer {
			p.field.AddAll(p.alone)
		}
	}
	p.set = append(p.set[:0], p.field...)
	if p.whole != p.text {
		p.lexicon.Spoken(p.set, p.text)
	}
	return p.set
}
