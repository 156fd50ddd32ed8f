// Package view reads a text in the other ways in which its reader may take it:
// full-width digits as digits, %40 as @, base64 as what it encodes.
//
// The law it keeps: a place in a reading comes back to bytes of the original
// that hold at least what was read there. A reading never replaces the text as
// it stands, which is always searched as well, so nothing is lost by one.
//
// Readings are made of pieces: only the neighbourhood of what reads differently
// is looked at again. Ordinary ASCII text costs a glance and yields none.
package view

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Reading is a piece of a text in another spelling. It is immutable.
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

// patch is one change to a text: text[start:end] reads as with.
type patch struct {
	start, end int
	with       string
}

const (
	// margin is how much unchanged text a piece has on both sides, so that the
	// words around a value can be read there too.
	margin = 320
	// near is how far from a change something new may be found: its label may
	// be what was spelled differently.
	near = 64
	// wordReach is how far a piece goes on to end between two words.
	wordReach = 1024
)

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

// Of returns the other readings of a text, none for most texts.
func Of(text string) []Reading { return of(text, nil, maxDepth) }

// maxDepth is how often a reading is read again: base64 in base64, digits one
// by one that are full-width as well.
const maxDepth = 2

func of(text string, up *Reading, depth int) []Reading {
	again := append(build(text, tidy(plainly(text)), false), encoded(text)...)
	again = append(again, broken(text)...)
	out := build(text, tidy(spoken(text, spaced(text, nil))), true)
	for i := range out {
		out[i].up = up
	}
	for i := range again {
		r := &again[i]
		r.up = up
		if out = append(out, *r); depth > 0 {
			out = append(out, of(r.Text, r, depth-1)...)
		}
	}
	return out
}

// tidy orders changes by their start and drops those within others.
func tidy(list []patch) []patch {
	slices.SortStableFunc(list, func(a, b patch) int { return cmp.Compare(a.start, b.start) })
	out, end := list[:0], 0
	for _, p := range list {
		if p.start >= end {
			out, end = append(out, p), p.end
		}
	}
	return out
}

// build makes the pieces around the changes. Changes whose neighbourhoods
// touch share one.
func build(text string, list []patch, loose bool) (out []Reading) {
	for len(list) > 0 {
		from := pieceStart(text, list[0].start)
		n, to := 1, 0
		for ; ; n++ {
			if n < len(list) && list[n].start <= list[n-1].end+margin {
				continue
			}
			to = pieceEnd(text, list[n-1].end)
			if n == len(list) || list[n].start > to {
				break
			}
		}
		out = append(out, assemble(text, from, to, list[:n], loose))
		list = list[n:]
	}
	return out
}

func assemble(text string, from, to int, list []patch, loose bool) Reading {
	r := Reading{Loose: loose, from: from, marks: make([]mark, len(list))}
	var b strings.Builder
	b.Grow(to - from)
	at := from
	for i, p := range list {
		b.WriteString(text[at:p.start])
		r.marks[i] = mark{at: b.Len(), start: p.start, end: p.end}
		b.WriteString(p.with)
		r.marks[i].to = b.Len()
		at = p.end
	}
	b.WriteString(text[at:to])
	r.Text = b.String()
	return r
}

// pieceStart steps back from i by the margin, and on to the gap between words.
func pieceStart(text string, i int) int {
	i = max(0, i-margin)
	for stop := max(0, i-wordReach); i > stop && !gap(text[i-1]); {
		i--
	}
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

func pieceEnd(text string, i int) int {
	i = min(len(text), i+margin)
	for stop := min(len(text), i+wordReach); i < stop && !gap(text[i]); {
		i++
	}
	for i < len(text) && !utf8.RuneStart(text[i]) {
		i++
	}
	return i
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
