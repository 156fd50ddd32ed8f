package detect

import (
	"math/bits"

	"github.com/dlclark/regexp2/v2/syntax"
)

// byteSet is a set of bytes. Bytes from 0x80 go in or out together: they stand
// for "a character that is not ASCII", whichever it is, and for bytes that are
// not UTF-8 at all.
type byteSet [4]uint64

const high = 0x80

var (
	digitSet = rangeSet('0', '9')
	hexSet   = digitSet.or(rangeSet('a', 'f')).or(rangeSet('A', 'F'))
	upperSet = rangeSet('A', 'Z')
	codeSet  = digitSet.or(upperSet) // what most identifiers are written in
	alnumSet = digitSet.or(rangeSet('a', 'z')).or(rangeSet('A', 'Z'))
	spaceSet = rangeSet('\t', '\r').or(rangeSet(' ', ' '))
	asciiSet = rangeSet(0, high-1)
	anySet   = rangeSet(0, 255)
)

func rangeSet(from, to int) (s byteSet) {
	for c := from; c <= to; c++ {
		s[c>>6] |= 1 << (c & 63)
	}
	return s
}

func (s *byteSet) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// wide reports whether characters outside ASCII are in the set.
func (s *byteSet) wide() bool { return s.has(high) }

func (s byteSet) or(o byteSet) byteSet {
	for i := range s {
		s[i] |= o[i]
	}
	return s
}

func (s byteSet) and(o byteSet) byteSet {
	for i := range s {
		s[i] &= o[i]
	}
	return s
}

func (s byteSet) not() byteSet {
	for i := range s {
		s[i] = ^s[i]
	}
	return s
}

func (s byteSet) without(o byteSet) byteSet {
	for i := range s {
		s[i] &^= o[i]
	}
	return s
}

func (s byteSet) within(o byteSet) bool {
	for i := range s {
		if s[i]&^o[i] != 0 {
			return false
		}
	}
	return true
}

// runeBytes is the set of bytes that a character starts or continues with.
func runeBytes(r rune) byteSet {
	if r < high {
		return rangeSet(int(r), int(r))
	}
	return rangeSet(high, 255)
}

// notRune is the set for "any character but r".
func notRune(r rune) byteSet {
	s := anySet
	if r < high {
		s[r>>6] &^= 1 << (r & 63)
	}
	return s
}

// classBytes is the set for a character class of the library.
func classBytes(c *syntax.CharSet) byteSet {
	var s byteSet
	for b := range high {
		if c.CharIn(rune(b)) {
			s[b>>6] |= 1 << (b & 63)
		}
	}
	if !c.Analyze().ContainsOnlyAscii {
		s = s.or(rangeSet(high, 255))
	}
	return s
}

// coarse widens a class to one of a few, so that the automaton stays small.
func (s byteSet) coarse() byteSet {
	switch {
	case s.within(digitSet):
		return digitSet
	case s.size() <= 6:
		return s
	case s.within(hexSet):
		return hexSet
	case s.within(upperSet):
		return upperSet
	case s.within(codeSet):
		return codeSet
	case s.within(alnumSet):
		return alnumSet
	}
	return s
}

func (s byteSet) size() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// probability estimates how often a byte of ordinary traffic is in the set.
func (s byteSet) probability() float64 {
	sum := 0
	for half, w := range s[:2] {
		for ; w != 0; w &= w - 1 {
			sum += frequency[half<<6|bits.TrailingZeros64(w)]
		}
	}
	if s.wide() {
		sum += frequencyHigh
	}
	return float64(sum) / frequencyScale
}
