// Package view reads a text in the other ways in which its reader may take it:
// full-width digits as digits, %40 as @, base64 as what it encodes.
//
// The law it keeps: a place in a reading comes back to bytes of the original
// that hold at least what was read there. A reading never replaces the text as
// it stands, which is always searched as well, so nothing is lost by one.
//
// Readings are made of pieces: only the neighbourhood of what reads differently
// is looked at again. Ordinary ASCII text costs a glance and yields none.
//
// They come one at a time, in memory that the next one takes over: whatever the
// text, no more than about 20 MB, and of encoded data twice its size.
package view

import (
	"cmp"
	"slices"
)

// Reading is a piece of a text in another spelling. Only its Text outlives the
// step of the loop that it was made for.
type Reading struct {
	Text string
	// Loose readings join what the text keeps apart, spaced-out digits or the
	// two sides of a line break. Only what lies across such a gap is new there.
	Loose bool

	from  int // where the piece begins in the original
	marks []mark
	whole bool     // encoded data stands or falls as one: its only mark
	up    *Reading // what the original is itself a reading of, if anything
}

// mark is a stretch that reads differently: where it stands in the reading and
// in the original, in bytes, half-open.
type mark struct{ at, to, start, end int }

// near is how far from a change something new may be found, in bytes: its label
// may be what was spelled differently.
const near = 64

// Place returns where a stretch of the reading stands in the original. It
// reports false for what the original shows as well: in a strict reading, what
// is far from every change; in a loose one, what holds no change.
func (r *Reading) Place(start, end int) (int, int, bool) {
	if r.whole {
		return r.origin(0, false), r.origin(0, true), true
	}
	from, to := start-near, end+near
	if r.Loose {
		from, to = start+1, end
	}
	i, _ := r.search(from)
	if i == len(r.marks) || r.marks[i].at >= to {
		return 0, 0, false
	}
	return r.origin(start, false), r.origin(end, true), true
}

// search returns the first change that ends at or behind an offset, and whether
// it ends there.
func (r *Reading) search(at int) (int, bool) {
	return slices.BinarySearchFunc(r.marks, at, func(m mark, at int) int { return cmp.Compare(m.to, at) })
}

// origin maps an offset of the reading. Within a change a start goes to the
// change's start and an end to its end; what vanished beside a value is no
// part of it.
func (r *Reading) origin(at int, end bool) int {
	at = r.below(at, end)
	if r.up != nil {
		return r.up.origin(at, end)
	}
	return at
}

// below maps an offset one level down.
func (r *Reading) below(at int, end bool) int {
	if r.whole {
		if end {
			return r.marks[0].end
		}
		return r.marks[0].start
	}
	i, ends := r.search(at)
	switch {
	case ends && end && r.marks[i].at == at:
		return r.marks[i].start
	case ends && !end:
		for i+1 < len(r.marks) && r.marks[i+1].to == at {
			i++
		}
		return r.marks[i].end
	case i < len(r.marks) && r.marks[i].at < at && end:
		return r.marks[i].end
	case i < len(r.marks) && r.marks[i].at < at:
		return r.marks[i].start
	case i == 0:
		return r.from + at
	}
	last := r.marks[i-1]
	return last.end + at - last.to
}

func gap(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return isDigit(c) || isLetter(c) }

func at(text string, i int) byte {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}
