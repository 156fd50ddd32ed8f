package token

import (
	"slices"
	"sort"
)

// A lexicon is a sorted list of the names that a reader looks for:
// "EMAIL_7K3QXM" for a live token or, where any id will do, "EMAIL_".
type lexicon struct {
	names []string
	anyID bool
	start [256]startKind
}

type startKind uint8

const (
	startNever startKind = iota
	startAlways
	startWord // only where a word begins
)

// newLexicon takes ownership of names and sorts them.
func newLexicon(names []string, anyID bool) lexicon {
	slices.Sort(names)
	l := lexicon{names: slices.Compact(names), anyID: anyID}
	if len(names) == 0 {
		return l
	}
	for _, opener := range []string{"[", "\\", "&", "%", "［", "〔"} {
		l.start[opener[0]] = startAlways
	}
	for _, name := range l.names {
		l.start[name[0]] = startWord
		l.start[name[0]|0x20] = startWord
	}
	return l
}

// next returns the first place in s[from:] where a token may begin, or len(s).
// before is the byte that stands before s.
func (l *lexicon) next(s string, from int, before byte) int {
	for i := from; i < len(s); i++ {
		switch l.start[s[i]] {
		case startNever:
		case startAlways:
			return i
		case startWord:
			if i > 0 {
				before = s[i-1]
			}
			if !wordByte(before) {
				return i
			}
		}
	}
	return len(s)
}

// A cursor is the range of the names that begin with the bytes seen so far.
type cursor struct {
	names         []string
	lo, hi, depth int
}

func (l *lexicon) cursor() cursor { return cursor{names: l.names, hi: len(l.names)} }

// step narrows the range by one more byte and reports whether a name is left.
func (c *cursor) step(b byte) bool {
	if c.hi-c.lo == 1 { // the usual case once a label is read
		if c.at(c.lo) != b {
			return false
		}
		c.depth++
		return true
	}
	span := c.hi - c.lo
	lo := c.lo + sort.Search(span, func(i int) bool { return c.at(c.lo+i) >= b })
	hi := c.lo + sort.Search(span, func(i int) bool { return c.at(c.lo+i) > b })
	c.lo, c.hi = lo, hi
	c.depth++
	return lo < hi
}

// at returns the byte of a name at the depth of c, or 0 behind its end.
func (c *cursor) at(name int) byte {
	if s := c.names[name]; c.depth < len(s) {
		return s[c.depth]
	}
	return 0
}
