package token

import (
	"slices"
	"strings"
)

// A native token is read as it is written, in any letter case, with single
// separators in the shapes that people write so. No more is tolerated: what
// looks like a value might be one.

// nativeSet is the native tokens that a reader looks for: live ones by their
// text, or any of some shapes by their layouts.
type nativeSet struct {
	names  []string // sorted and distinct
	shapes []Shape  // of each
	values []int    // of each, where its value lies
}

// nativeName is a native token, in capitals, before it is in a set.
type nativeName struct {
	name  string
	shape Shape
	value int
}

func newNativeSet(list []nativeName) (n nativeSet) {
	slices.SortStableFunc(list, func(a, b nativeName) int { return strings.Compare(a.name, b.name) })
	list = slices.CompactFunc(list, func(a, b nativeName) bool { return a.name == b.name })
	for _, e := range list {
		n.names = append(n.names, e.name)
		n.shapes = append(n.shapes, e.shape)
		n.values = append(n.values, e.value)
	}
	return n
}

// anyOf is the set of all tokens that some shapes can have.
func anyOf(shapes Shapes) nativeSet {
	var list []nativeName
	for _, s := range shapes.List() {
		list = append(list, nativeName{strings.ToUpper(natives[s].layout), s, 0})
	}
	return newNativeSet(list)
}

// match reads the native token that begins at s[at:]; before is the byte in
// front of it. The match's name is where the value lies.
func (n *nativeSet) match(s string, at int, before byte, final bool) (match, verdict) {
	c := nativeCursor{cursor: cursor{names: n.names, hi: len(n.names)}}
	pos, separated := at, true
	for pos < len(s) {
		switch {
		case c.step(upper(s[pos])):
			separated = false
		case !separated && separator(s[pos]) && natives[n.shapes[c.lo]].loose:
			separated = true
		default:
			return match{}, miss
		}
		pos++
		if c.depth == len(n.names[c.lo]) { // none begins with another
			return n.end(c.lo, s, Range{at, pos}, before, final)
		}
	}
	if final {
		return match{}, miss
	}
	return match{}, wait
}

// separator reports whether b is written between the groups of a number.
func separator(b byte) bool { return b == ' ' || b == '-' || b == '.' }

// end decides about a token that has been read: it must not be a part of
// something longer.
func (n *nativeSet) end(i int, s string, core Range, before byte, final bool) (match, verdict) {
	glue := natives[n.shapes[i]].glue
	if glued(before, glue) || wordByte(before) && wordByte(s[core.Start]) {
		return match{}, miss
	}
	rest := s[core.End:]
	switch {
	case rest == "" && !final:
		return match{}, wait
	case rest == "":
	case wordByte(rest[0]) && wordByte(s[core.End-1]):
		return match{}, miss
	case glued(rest[0], glue) && len(rest) == 1 && !final:
		return match{}, wait
	case glued(rest[0], glue) && len(rest) > 1 && wordByte(rest[1]):
		return match{}, miss
	}
	return match{Range: core, name: n.values[i]}, hit
}

func glued(b byte, glue string) bool { return b != 0 && strings.IndexByte(glue, b) >= 0 }

// nativeCursor is a cursor over names in which places may be left open. Those
// stand behind what tells the layouts apart: only one name is left there.
type nativeCursor struct{ cursor }

// step narrows the names by one more byte, or leaves them as they are.
func (c *nativeCursor) step(b byte) bool {
	if c.hi-c.lo > 1 {
		next := c.cursor
		ok := next.step(b)
		if ok {
			c.cursor = next
		}
		return ok
	}
	if want := c.at(c.lo); want != b && !fits(want, b) || isOpen(b) {
		return false
	}
	c.depth++
	return true
}

// fits reports whether b may stand in a place that a layout leaves open.
func fits(open, b byte) bool {
	switch open {
	case openSymbol:
		return isSymbol(b)
	case openDigit:
		return '0' <= b && b <= '9'
	case openHex:
		return isHex(b)
	}
	return false
}
