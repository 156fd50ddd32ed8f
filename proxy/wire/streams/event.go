package streams

import (
	"cmp"
	"slices"
)

// event is a stretch of an answer that leaves as one: an event of a stream, a
// line, a document.
type event struct {
	raw     []byte
	edits   []edit
	waiting int  // pieces that are not decided
	idle    bool // it only keeps the connection alive
}

// edit puts other bytes in the place of event.raw[start:end].
type edit struct {
	start, end int
	with       []byte
}

// appendTo appends the event as it leaves.
func (ev *event) appendTo(dst []byte) []byte {
	// Each channel's edits come in order, but channels come in any.
	slices.SortFunc(ev.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	at := 0
	for _, e := range ev.edits {
		dst = append(append(dst, ev.raw[at:e.start]...), e.with...)
		at = e.end
	}
	return append(dst, ev.raw[at:]...)
}
