package streams

import (
	"bytes"
	"slices"
)

// pass sends bytes on as they are, behind what waits.
func (s *Stream) pass(p []byte) {
	s.drain()
	switch {
	case len(p) == 0 || s.err != nil:
	case len(s.queue) == 0:
		s.out = append(s.out, p...)
	default:
		s.queue = append(s.queue, &event{raw: bytes.Clone(p)})
		s.held += len(p)
		s.release()
	}
}

// event returns a new event. It borrows raw until it leaves or waits.
func (s *Stream) event(raw []byte) *event {
	s.events++
	if ev := s.spare; ev != nil {
		s.spare = nil
		*ev = event{raw: raw, edits: ev.edits[:0]}
		return ev
	}
	return &event{raw: raw}
}

// emit sends an event on its way.
func (s *Stream) emit(ev *event) {
	s.drain()
	if ev.waiting == 0 && (len(s.queue) == 0 || s.overtakes(ev)) {
		s.leave(ev)
		s.spare = ev
		return
	}
	ev.raw = bytes.Clone(ev.raw)
	s.queue = append(s.queue, ev)
	s.held += len(ev.raw)
	s.release()
	s.releaseSilent()
}

// overtakes reports whether an event may leave before those that wait. The
// second in a row that only keeps the connection alive may: the provider is
// silent, and a client would give up while one half of a token waits for the
// other. The first does not, so that a short wait changes no order.
func (s *Stream) overtakes(ev *event) bool {
	return ev.idle && s.queue[len(s.queue)-1].idle
}

// drain lets the events leave that wait for nothing.
func (s *Stream) drain() {
	n := 0
	for n < len(s.queue) && s.queue[n].waiting == 0 {
		s.held -= len(s.queue[n].raw)
		s.leave(s.queue[n])
		n++
	}
	s.queue = slices.Delete(s.queue, 0, n)
}

func (s *Stream) leave(ev *event) {
	if s.err != nil {
		return
	}
	s.out = ev.appendTo(s.out)
}

// maxSilent is for how many events a text is waited for that has no part in
// them. What a model thinks is over when it speaks, but nothing says so: its
// last word would hold up all that follows. Texts that take turns come again
// much sooner.
const maxSilent = 32

// releaseSilent closes the texts that the oldest event waits for if they have
// fallen silent.
func (s *Stream) releaseSilent() {
	if len(s.queue) <= maxSilent {
		return
	}
	s.giveUp(func(c *channel) bool { return s.events-c.spoke >= maxSilent })
}

// giveUp closes those of the texts that the oldest event waits for.
func (s *Stream) giveUp(which func(*channel) bool) {
	oldest := s.queue[0]
	for _, c := range s.channels {
		if c.waits() && c.pieces[0].ev == oldest && which(c) {
			c.close()
		}
	}
	s.drain()
}

// release closes the texts that the oldest events wait for until the limits
// are kept.
func (s *Stream) release() {
	for len(s.queue) > s.o.MaxQueued || s.held > s.o.MaxHeld {
		s.giveUp(func(*channel) bool { return true })
	}
}
