package streams

import "bytes"

// lineFraming is the framing of JSON documents, one a line.
type lineFraming struct {
	s    *Stream
	buf  []byte // a line that is not whole
	over bool   // inside a line that is too long
}

func (n *lineFraming) write(p []byte) {
	for {
		end := bytes.IndexByte(p, '\n') + 1
		if end == 0 {
			break
		}
		line := p[:end]
		p = p[end:]
		if len(n.buf) > 0 {
			n.buf = append(n.buf, line...)
			line = n.buf
		}
		n.line(line)
		n.buf = n.buf[:0]
	}
	switch {
	case n.over:
		n.s.pass(p)
	case len(n.buf)+len(p) > n.s.o.MaxEvent:
		n.s.unseen()
		n.over = true
		n.s.pass(n.buf)
		n.s.pass(p)
		n.buf = n.buf[:0]
	default:
		n.buf = append(n.buf, p...)
	}
}

func (n *lineFraming) line(line []byte) {
	if n.over {
		n.over = false
		n.s.pass(line)
		return
	}
	if len(line) > n.s.o.MaxEvent {
		n.s.unseen()
		n.s.pass(line)
		return
	}
	ev := n.s.event(line)
	if len(bytes.TrimSpace(line)) > 0 {
		if err := n.s.document(ev, line, []part{{}}, nil, false); err != nil && n.s.malformed(err) {
			n.s.alone(inPlain, false, ev, 0, len(line))
		}
	}
	n.s.emit(ev)
}

func (n *lineFraming) close() {
	if len(n.buf) > 0 {
		n.line(n.buf)
		n.buf = nil
	}
}

func (n *lineFraming) rest() []byte { return n.buf }
func (n *lineFraming) held() int    { return cap(n.buf) }
