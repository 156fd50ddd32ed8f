package view

import "iter"

// maxDepth is how often a reading is read again: base64 in base64, digits one
// by one that are full-width as well.
const maxDepth = 2

// Reader makes readings, one at a time. It holds the memory of one reading for
// each depth, to be used again. The zero value is ready for use; it is not safe
// for concurrent use, nor for two texts at once.
type Reader struct {
	levels [maxDepth + 1]level
}

// level is one reading and what it is made from.
type level struct {
	reading Reading
	changes changes
	piece   piece
}

// Of yields the other readings of a text, none for most texts.
func (r *Reader) Of(text string) iter.Seq[*Reading] {
	return func(yield func(*Reading) bool) {
		r.of(text, nil, maxDepth, yield)
	}
}

// maxKept is how many changes a reader remembers room for between two texts.
const maxKept = 4 << 10

// Forget drops what is held of the last text, and memory that few texts need.
func (r *Reader) Forget() {
	for i := range r.levels {
		l := &r.levels[i]
		if cap(l.changes.list) > maxKept || cap(l.piece.list) > maxKept || cap(l.reading.marks) > maxKept {
			*l = level{}
			continue
		}
		clear(l.changes.list[:cap(l.changes.list)])
		clear(l.piece.list[:cap(l.piece.list)])
		l.changes.text, l.reading.Text, l.reading.up = "", "", nil
	}
}

// of yields the readings of a text that is itself a reading of up, if that is
// not nil, and their own readings. It reports whether to go on.
func (r *Reader) of(text string, up *Reading, depth int, yield func(*Reading) bool) bool {
	l := &r.levels[depth]
	again := func(one *Reading) bool {
		one.up = up
		return yield(one) && (depth == 0 || r.of(one.Text, one, depth-1, yield))
	}
	return l.pieces(text, true, func(one *Reading) bool { one.up = up; return yield(one) }) &&
		l.pieces(text, false, again) &&
		l.encoded(text, again) &&
		l.broken(text, again)
}

// pieces yields the neighbourhoods of the changes of a text.
func (l *level) pieces(text string, loose bool, yield func(*Reading) bool) bool {
	c, p := &l.changes, &l.piece
	p.list = p.list[:0]
	c.begin(text, loose)
	for list := c.next(); list != nil; list = c.next() {
		for _, change := range list {
			switch {
			case len(p.list) == 0:
				p.begin(text, change)
			case !p.reaches(text, change):
				if !yield(l.assemble(text, p.from, pieceEnd(text, p.end()), p.list, loose)) {
					return false
				}
				p.begin(text, change)
			case p.cost > maxPiece:
				if !yield(l.assemble(text, p.from, change.start, p.list, loose)) {
					return false
				}
				p.shift(text)
				p.add(change)
			default:
				p.add(change)
			}
		}
	}
	return len(p.list) == 0 || yield(l.assemble(text, p.from, pieceEnd(text, p.end()), p.list, loose))
}
