package redact

import "coatcheck/redact/detect"

// place is where a match stands, with what is asked about its surroundings.
type place struct {
	*scratch
	field *Field
	text  string // the reading in which it was found
	at    int    // its start there
	start int    // and in the field's own text

	asked bool
	named string
}

// name returns the name that the structure around a match gives to it. A piece
// of a text may lack the head of its table; the field has it.
func (p *place) name() string {
	if !p.asked {
		p.asked = true
		if p.named = p.piece.Name(p.at); p.named == "" {
			p.named = p.whole.Name(p.start)
		}
	}
	return p.named
}

// listen moves the score by the words around a hit and reports whether one of
// them spoke for it: words of its name, its field's key, and the text beside
// it. What speaks against a hit must be about itself: if it has a name, words
// before that name are about something else; and what its name denies, no
// neighbour can say.
func (j *judge) listen(p *place, h *hit) (spoken bool) {
	c, ev := &j.rule.Context, j.evidence
	if ev.words.Empty() && ev.negative.Empty() {
		return false
	}
	name := p.name()
	p.folded = detect.Fold(p.folded[:0], name)
	own := len(p.folded)
	p.folded = detect.Fold(p.folded, p.field.Key)
	p.folded = detect.Fold(p.folded, detect.Before(p.text, h.start, c.Window))
	against := p.folded
	if name != "" {
		against = p.folded[:own]
	}
	denied := !h.certain && ev.negative.In(against)
	if denied {
		h.score = max(0, h.score-c.Penalty)
		p.trace.heard(Against, h.score)
	}
	if c.After > 0 { // what follows may speak for a hit; against it, it is about the next value
		p.folded = detect.Fold(p.folded, detect.After(p.text, h.end, c.After))
	}
	speaks := p.folded
	if denied && name != "" {
		speaks = p.folded[:own]
	}
	if ev.words.In(speaks) {
		spoken = true
		h.score = min(1, h.score+c.Boost)
		p.trace.heard(For, h.score)
	}
	return spoken
}
