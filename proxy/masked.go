package proxy

import (
	"coatcheck/proxy/wire/streams"
)

// masked is a lane that hides what the model wrote and the caller never sent,
// and restores tokens. Both read the provider's text, so that what is restored
// is never taken for something to hide; where the two meet, hiding wins.
type masked struct {
	hide, restore queue
}

func newMasked(hide, restore streams.Lane) *masked {
	return &masked{hide: queue{Lane: hide}, restore: queue{Lane: restore}}
}

// queue is a lane with those of its edits that have not been passed on.
type queue struct {
	streams.Lane
	edits []laneEdit
}

type laneEdit struct {
	start, end int
	with       string
}

func (q *queue) fill() {
	for {
		start, end, with, ok := q.Lane.Next()
		if !ok {
			return
		}
		q.edits = append(q.edits, laneEdit{start, end, with})
	}
}

func (q *queue) pop() laneEdit {
	e := q.edits[0]
	q.edits = q.edits[1:]
	return e
}

// Push implements streams.Lane.
func (m *masked) Push(text string) {
	m.hide.Push(text)
	m.restore.Push(text)
}

// Close implements streams.Lane.
func (m *masked) Close() {
	m.hide.Close()
	m.restore.Close()
}

// both returns how far both lanes have decided. Edits end there at the latest
// or begin behind it.
func (m *masked) both() int { return min(m.hide.Decided(), m.restore.Decided()) }

// Decided implements streams.Lane.
func (m *masked) Decided() int {
	m.hide.fill()
	m.restore.fill()
	n := m.both()
	for _, q := range []*queue{&m.hide, &m.restore} {
		if len(q.edits) > 0 {
			n = min(n, q.edits[0].start)
		}
	}
	return n
}

// Next implements streams.Lane.
func (m *masked) Next() (start, end int, with string, ok bool) {
	m.hide.fill()
	m.restore.fill()
	for len(m.hide.edits)+len(m.restore.edits) > 0 {
		from := &m.restore
		if len(m.restore.edits) == 0 {
			from = &m.hide
		} else if len(m.hide.edits) > 0 {
			h, r := m.hide.edits[0], m.restore.edits[0]
			if h.start < r.end && r.start < h.end {
				m.restore.pop()
				continue
			}
			if h.start < r.start {
				from = &m.hide
			}
		}
		if from.edits[0].end > m.both() {
			break
		}
		e := from.pop()
		return e.start, e.end, e.with, true
	}
	return 0, 0, "", false
}
