package token

// maxSpelling bounds the bytes that one token's spelling may take.
const maxSpelling = 96

// A match is a token found in a text.
type match struct {
	Range         // what the value takes the place of
	name   int    // index in the lexicon
	suffix string // what follows the value inside the range: "s", "'s"
}

type verdict uint8

const (
	miss verdict = iota // no token begins here
	wait                // the text ends before that can be said
	hit
)

// match reads the token that begins at s[at:], in any spelling that models are
// seen to use. With final, no text follows s; otherwise it may answer wait, and
// does so only while some name of the lexicon can still be completed.
//
// The spellings: brackets of several kinds around the core, no brackets or one,
// any case, joined by underscore, hyphen, space, colon or line break, escaped
// for Markdown, HTML or URLs, with emphasis marks or zero-width characters
// inside, with a plural or possessive ending before the closing bracket. Two
// things are never tolerated: an id without its label, and an id that differs.
// A mangled id may be another person's.
//
// One pair of brackets is taken away with the core. A lone one stays, and so
// does the pair of a link text, [EMAIL_7K3QXM](mailto:...).
func (l *lexicon) match(s string, at int, final bool) (match, verdict) {
	r := reader{s: s, pos: at, end: at + maxSpelling, final: final, cursor: l.cursor(), anyID: l.anyID}
	v := r.open()
	if v == hit {
		v = r.label()
	}
	start := r.labelAt
	if v == hit {
		v = r.separator()
	}
	if v == hit {
		v = r.id()
	}
	if v != hit {
		return match{}, v
	}
	core := Range{start, r.pos}
	m := match{Range: core, name: r.cursor.lo}
	if r.bracketed {
		marks := r.marks
		if v := r.balance(&m, at); v != miss {
			return m, v
		}
		r.marks = marks // those behind the core are not in the way
	}
	return m, r.bare(core)
}
