package streams

import (
	"cmp"
	"slices"
)

// Lane finds what to change in one text that arrives in pieces. Offsets count
// the bytes of all text pushed so far. A lane is used by one goroutine.
type Lane interface {
	// Push takes the next piece. It may begin or end inside a character.
	Push(text string)
	// Close says that no more text follows: all of it becomes decided.
	Close()
	// Decided returns n when the first n bytes are final: no edit that
	// [Lane.Next] has yet to return touches them once it has returned all.
	Decided() int
	// Next returns the next final edit, in order and never overlapping: the
	// bytes [start, end), at least one, become with.
	Next() (start, end int, with string, ok bool)
}

// placer takes the edits of a track in terms of its source: the bytes [from,
// to) become with, which then stands in depth JSON strings.
type placer interface {
	place(from, to int, with string, depth int)
}

// track runs one lane over text whose characters are spelled somewhere else:
// in the source, which is the raw bytes of a channel. It is used again for the
// next lane.
type track struct {
	lane  Lane   // nil between two texts
	text  []byte // written, but not yet pushed
	size  int    // bytes of text so far, pushed or not
	spans []span // of the text that is not decided
}

// span is text that is spelled in one stretch of the source. Each byte stands
// for itself when the width is the size; otherwise the span cannot be cut.
type span struct {
	at, size   int // in the text
	src, width int // in the source
	depth      int // JSON strings that the text stands in
}

func (s *span) whole() bool { return s.size != s.width }

func (t *track) open() bool { return t.lane != nil }

func (t *track) begin(l Lane) {
	*t = track{lane: l, text: t.text[:0], spans: t.spans[:0]}
}

// write appends text to the track. See [span].
func (t *track) write(b []byte, src, width, depth int) {
	next := span{t.size, len(b), src, width, depth}
	t.text = append(t.text, b...)
	t.size += len(b)
	if n := len(t.spans); n > 0 && !next.whole() {
		last := &t.spans[n-1]
		if !last.whole() && last.src+last.width == src && last.depth == depth {
			last.size += len(b)
			last.width += width
			return
		}
	}
	t.spans = append(t.spans, next)
}

// settle pushes what was written and places the edits that are final.
func (t *track) settle(to placer) {
	t.push()
	for {
		start, end, with, ok := t.lane.Next()
		if !ok {
			break
		}
		first := t.find(start)
		from, last := first.src, t.find(end-1)
		if !first.whole() {
			from += start - first.at
		}
		until := last.src + last.width
		if !last.whole() {
			until = last.src + end - last.at
		}
		to.place(from, until, with, first.depth)
	}
	decided := t.lane.Decided()
	done := 0
	for done < len(t.spans) && t.spans[done].at+t.spans[done].size <= decided {
		done++
	}
	t.spans = slices.Delete(t.spans, 0, done)
}

// find returns the undecided span that holds byte at of the text.
func (t *track) find(at int) *span {
	i, exact := slices.BinarySearchFunc(t.spans, at, func(s span, at int) int { return cmp.Compare(s.at, at) })
	if !exact {
		i--
	}
	return &t.spans[i]
}

func (t *track) push() {
	if len(t.text) > 0 {
		t.lane.Push(string(t.text))
		t.text = t.text[:0]
	}
}

// close settles the rest.
func (t *track) close(to placer) {
	t.push()
	t.lane.Close()
	t.settle(to)
	t.lane = nil
}

// waits returns where in the source the text begins that is not decided.
func (t *track) waits() (src int, waiting bool) {
	if len(t.spans) == 0 {
		return 0, false
	}
	s := &t.spans[0]
	if decided := t.lane.Decided(); !s.whole() && decided > s.at {
		return s.src + decided - s.at, true
	}
	return s.src, true
}
