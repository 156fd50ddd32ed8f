package redact

import "coatcheck/redact/detect"

// place is where a match stands, with what is asked about its surroundings.
type place struct {
	*scratch
	field *Field
	text  string // the reading in which it was found
	at    int    // its start there
	start int    // and in the field's own text
	end   int

	asked bool
	named string
}

// name returns the name that the structure around a match gives to it. A piece
// of a text may lack the head of its table; the field has it.
func (p *place) name() string {
	if !p.asked {
		p.asked = true
		if p.named = p.piece.Name(p.at); p.named == "" && p.text != p.pick.whole {
			p.named = p.whole.Name(p.start)
		}
	}
	return p.named
}

// surroundings are the folded words around a match. Many rules ask about one
// number; what they would all fold is folded once.
type surroundings struct {
	folded        []byte
	own, ahead    int // how much of it is the name, and stands before the match
	at, end       int // of the match
	window, after int // runes before and behind it
	known         bool
}

// maxKey is how much of a field's key is heard, in bytes: it is heard once for
// each match of the field.
const maxKey = 1 << 10

func (f *Field) heard() string { return f.Key[:min(len(f.Key), maxKey)] }

// words folds the name of a match, its field's key and the text beside it.
func (p *place) words(end, window, after int) *surroundings {
	w := &p.around
	if w.known && w.at == p.at && w.end == end && w.window == window && w.after == after {
		return w
	}
	*w = surroundings{folded: w.folded[:0], at: p.at, end: end, window: window, after: after, known: true}
	w.folded = detect.Fold(w.folded, p.name())
	w.own = len(w.folded)
	w.folded = detect.Fold(w.folded, p.field.heard())
	w.folded = detect.Fold(w.folded, detect.Before(p.text, p.at, window))
	w.ahead = len(w.folded)
	if after > 0 {
		w.folded = detect.Fold(w.folded, detect.After(p.text, end, after))
	}
	return w
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
	w := p.words(h.end, c.Window, c.After)
	named := w.own > 1
	against := w.folded[:w.ahead] // what follows may speak for a hit; against it, it is about the next value
	if named {
		against = w.folded[:w.own]
	}
	denied := !h.certain && ev.negative.In(against)
	if denied {
		h.score = max(0, h.score-c.Penalty)
		p.trace.heard(Against, h.score)
	}
	speaks := w.folded
	if denied && named {
		speaks = w.folded[:w.own]
	}
	if ev.words.In(speaks) {
		spoken = true
		h.score = min(1, h.score+c.Boost)
		p.trace.heard(For, h.score)
	}
	return spoken
}
