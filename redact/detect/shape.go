package detect

import "unicode/utf8"

// shape is what a pattern looks like from a place where a match may start: a
// small deterministic automaton over characters that follows every match. It is
// wider than the pattern, for it knows no look-behind, no reference and of
// look-ahead only the next character, so it rules starts out and never in. The
// expression costs a microsecond a start, the shape a nanosecond a character, and
// few starts survive it that are none.
type shape struct {
	class   [256]uint8 // by a character's bucket
	classes int        // with the end of the text, which is the last one
	next    []uint8    // transitions: state*classes + class gives a state, no or yes
}

// The states that decide. A walk begins in the one behind them.
const (
	no = iota
	yes
	atStart
)

// maxShape is how many states a shape has at most: a byte names one.
const maxShape = 256

// fits reports whether a match may start at byte i. A shape that was not made
// fits everywhere.
func (s *shape) fits(text string, i int) bool {
	if s.next == nil {
		return true
	}
	state := atStart
	for i < len(text) {
		c, size := text[i], 1
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			c = bucket(r)
		}
		if state = int(s.next[state*s.classes+int(s.class[c])]); state < atStart {
			return state == yes
		}
		i += size
	}
	return s.next[state*s.classes+s.classes-1] == yes
}

// lengths reports for words of the given characters, by their length in bytes,
// whether a match may start where such a word does: it ends in the word, with
// it, or goes on behind it. What is behind is ASCII, or the text's end. The last
// length stands for all greater ones.
func (s *shape) lengths(of byteSet) (ok [farthest + 1]bool) {
	if s.next == nil {
		for n := range ok {
			ok[n] = true
		}
		return ok
	}
	inside, outside := s.reach(of), s.reach(asciiSet.without(wordSet))
	outside[s.classes-1] = true
	var at, to [maxShape]bool
	at[atStart] = true
	for n := range ok {
		to = [maxShape]bool{}
		ended := false
		for state, here := range at {
			if !here {
				continue
			}
			for c, t := range s.next[state*s.classes : (state+1)*s.classes] {
				ok[n] = ok[n] || outside[c] && t != no
				ended = ended || inside[c] && t == yes
				to[t] = to[t] || inside[c] && t >= atStart
			}
		}
		if ended { // in a longer word as well
			for k := n + 1; k < len(ok); k++ {
				ok[k] = true
			}
		}
		at = to
	}
	ok[farthest] = ok[farthest] || at != [maxShape]bool{}
	return ok
}

// reach reports which classes have a character of a set.
func (s *shape) reach(set byteSet) []bool {
	classes := make([]bool, s.classes)
	for c := range 256 {
		if set.has(byte(c)) {
			classes[s.class[c]] = true
		}
	}
	return classes
}
