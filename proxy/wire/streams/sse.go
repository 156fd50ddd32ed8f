package streams

import (
	"bytes"
	"errors"

	"coatcheck/proxy/wire/rawjson"
)

// eventFraming is the framing of server-sent events as the WHATWG standard has it: a
// block of lines, ended by an empty one; LF, CR and CRLF end a line.
type eventFraming struct {
	s      *Stream
	buf    []byte // a block that is not whole
	line   int    // where in it the last line begins
	at     int    // how far that line was searched
	split  bool   // the last block ended with CR: an LF that follows is its own
	over   bool   // the block is too long and passes as it comes
	passed int    // bytes of buf that have left already

	kinds  map[string]dataKind
	block  block
	joined []byte
	parts  []part
}

// dataKind is what events of one name were found to carry.
type dataKind uint8

const (
	dataNew dataKind = iota
	dataJSON
	dataText
)

func (e *eventFraming) write(p []byte) {
	if e.split && len(p) > 0 {
		e.split = false
		if p[0] == '\n' {
			e.s.pass(p[:1])
			p = p[1:]
		}
	}
	if len(e.buf) > 0 {
		e.buf = append(e.buf, p...)
		p = e.buf
	}
	for {
		end := e.end(p)
		if end == 0 {
			break
		}
		e.take(p[:end])
		p = p[end:]
	}
	if e.over || len(p) > e.s.o.MaxEvent {
		p = e.overflow(p)
	}
	e.buf = append(e.buf[:0], p...)
}

// end returns the length of the first block in p, 0 if it is not whole.
func (e *eventFraming) end(p []byte) int {
	for {
		n := lineBreak(p[e.at:])
		if n < 0 {
			e.at = len(p)
			return 0
		}
		n += e.at
		blank := n == e.line
		half := p[n] == '\r' && n+1 == len(p) // of a CRLF, perhaps
		if half && !blank {
			e.at = n
			return 0
		}
		e.line = n + lineEnd(p[n:])
		e.at = e.line
		if blank {
			e.split = half
			e.line, e.at, n = 0, 0, e.line
			return n
		}
	}
}

// overflow passes what came of a block that is too long, and returns what is
// needed of it to find its end.
func (e *eventFraming) overflow(p []byte) []byte {
	if !e.over {
		e.over = true
		e.s.unseen()
	}
	e.s.pass(p[e.passed:])
	half := len(p) - e.at
	p = p[max(e.line, len(p)-2):]
	e.line, e.at, e.passed = 0, len(p)-half, len(p)
	return p
}

// take sends a whole block on its way.
func (e *eventFraming) take(raw []byte) {
	if !e.over && len(raw) > e.s.o.MaxEvent {
		e.s.unseen()
		e.over = true
	}
	if e.over || len(raw) == lineEnd(raw) {
		e.s.pass(raw[e.passed:])
		e.over, e.passed = false, 0
		return
	}
	ev := e.s.event(raw)
	e.block.read(raw)
	switch {
	case len(e.block.data) > 0:
		e.data(ev)
	case e.block.onlyComments:
		ev.idle = true
	case raw[0] == '{' || raw[0] == '[':
		// A failure in mid-stream may come as bare JSON. What is none has no
		// text that a client would see.
		_ = e.s.document(ev, raw, []part{{}}, nil, true)
	}
	e.s.emit(ev)
}

// data gives a block's data to its texts.
func (e *eventFraming) data(ev *event) {
	b := &e.block
	doc := e.join(ev.raw)
	text := bytes.TrimSpace(doc)
	kind := e.kinds[string(b.name)]
	switch {
	case len(text) == 0 && kind != dataText:
		return
	case string(text) == "[DONE]":
		e.s.closeAll()
		return
	case kind != dataText && (text[0] == '{' || text[0] == '[' || text[0] == '"'):
		err := e.s.document(ev, doc, e.parts, b.name, false)
		if err == nil {
			e.know(dataJSON)
			return
		}
		if kind == dataJSON || text[0] == '{' || errors.Is(err, rawjson.ErrDepth) {
			e.broken(ev, err)
			return
		}
	}
	e.know(dataText)
	e.text(ev)
}

// broken takes data that should be JSON and is not.
func (e *eventFraming) broken(ev *event, err error) {
	if !e.s.malformed(err) {
		return
	}
	for _, l := range e.block.data {
		e.s.alone(inLines, false, ev, l.start, l.end)
	}
}

// maxKinds bounds the names of events that are remembered.
const maxKinds = 256

func (e *eventFraming) know(kind dataKind) {
	if e.kinds == nil || len(e.kinds) >= maxKinds {
		e.kinds = map[string]dataKind{}
	}
	if e.kinds[string(e.block.name)] != kind {
		e.kinds[string(e.block.name)] = kind
	}
}

// join returns the block's data as a client sees it and notes where in the
// block it stands.
func (e *eventFraming) join(raw []byte) []byte {
	data := e.block.data
	e.parts = append(e.parts[:0], part{0, data[0].start})
	if len(data) == 1 {
		return raw[data[0].start:data[0].end]
	}
	e.joined = append(e.joined[:0], raw[data[0].start:data[0].end]...)
	for _, l := range data[1:] {
		e.joined = append(e.joined, '\n')
		e.parts = append(e.parts, part{len(e.joined), l.start})
		e.joined = append(e.joined, raw[l.start:l.end]...)
	}
	return e.joined
}

// text gives data that is plain text to the text of the event's name. Other
// fields between data lines divide it: an edit must not delete them.
func (e *eventFraming) text(ev *event) {
	b := &e.block
	c := e.s.text(append([]byte("data\x00"), b.name...), inLines)
	c.spoke = e.s.events
	from := b.data[0].start
	for i, l := range b.data {
		more := i+1 < len(b.data) && b.data[i+1].adjoins
		if more {
			continue
		}
		if from < l.end {
			e.s.checkWidth(ev.raw[from:l.end])
			c.put(ev, from, l.end)
		}
		if i+1 < len(b.data) {
			c.close()
			from = b.data[i+1].start
		}
	}
}

func (e *eventFraming) close() {
	if len(e.buf) > e.passed {
		e.take(e.buf)
	}
	e.buf, e.passed = nil, 0
}

func (e *eventFraming) rest() []byte { return e.buf[e.passed:] }
func (e *eventFraming) held() int    { return cap(e.buf) + cap(e.joined) }
