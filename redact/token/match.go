package token

import "strings"

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

// match reads the token that begins at s[at:]; before is the byte in front of s.
func (l *lexicon) match(s string, at int, before byte, final bool) (match, verdict) {
	m, v := l.matchName(s, at, final)
	if v != miss || len(l.natives.names) == 0 {
		return m, v
	}
	if at > 0 {
		before = s[at-1]
	}
	return l.natives.match(s, at, before, final)
}

// matchName reads the token that begins at s[at:], in any spelling that models are
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
// One pair of brackets is taken away with the core, and as many backslashes as
// stand before both of them. What stands on one side alone was there before the
// token, so it stays, and so does the pair of a link text,
// [EMAIL_7K3QXM](mailto:...).
func (l *lexicon) matchName(s string, at int, final bool) (match, verdict) {
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

// balance reads what stands between the id and the closing bracket, and says
// miss if that bracket is not there.
func (r *reader) balance(m *match, at int) verdict {
	// "[key points]" reads as KEY and P01NTS. Minted ids hold a digit and a
	// letter, so only what is written exactly like a token may do without.
	exact := !r.lower && !r.loose && r.separators == 1
	if !exact && !(r.digits && r.letters) {
		return miss
	}
	suffix, v := r.suffix()
	if v != hit {
		return v
	}
	u, v := r.next()
	if v != hit {
		return v
	}
	if u.kind != unitClose {
		return miss
	}
	closing := r.pos
	r.pos += u.width
	switch r.link() {
	case wait:
		return wait
	case hit:
		return hit // its brackets belong to the link
	}
	m.Range = Range{at + r.escapes - r.paired(m.End, closing), r.pos}
	m.suffix = suffix
	return hit
}

// paired returns how many of the backslashes before the opening bracket have
// their counterpart before the closing one. The others are the text's own: in
// C:\Users\[USER_7K3QXM] a separator, in nested JSON an escape.
func (r *reader) paired(core, closing int) int {
	n := 0
	for n < r.escapes && closing-n > core && r.s[closing-n-1] == '\\' {
		n++
	}
	return n
}

// link reports whether the brackets now closed hold the text of a Markdown link.
// A parenthesis alone does not say so: "jane@example.com(work)" is no link when
// its address is a token.
func (r *reader) link() verdict {
	rest := r.s[r.pos:]
	if rest != "" && rest[0] != '(' {
		return miss
	}
	for _, start := range []string{"(<", "(/", "(./", "(../", "(www.", "(http:", "(https:", "(mailto:", "(tel:", "(sms:", "(ftp:"} {
		n := min(len(start), len(rest))
		switch {
		case !strings.EqualFold(rest[:n], start[:n]):
		case n == len(start):
			return hit
		case !r.final:
			return wait
		}
	}
	if rest == "(#" && !r.final {
		return wait
	}
	// A place in the page; "(#3)" is a number.
	return found(len(rest) > 2 && rest[:2] == "(#" && isLetter(rest[2]))
}
