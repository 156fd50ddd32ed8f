package streams

import (
	"bytes"

	"coatcheck/proxy/wire/rawjson"
)

// wholeFraming is the framing of a JSON document. It is kept until it is complete.
// Lines of JSON under any name turn out to be such with the first of them.
type wholeFraming struct {
	s    *Stream
	buf  []byte
	line bool // the first line is known to be no document of its own
	over bool // too large: it passes as it is
}

func (w *wholeFraming) write(p []byte) {
	if w.over {
		w.s.pass(p)
		return
	}
	seen := len(w.buf)
	w.buf = append(w.buf, p...)
	if end := bytes.IndexByte(w.buf[seen:], '\n') + 1; end > 0 && !w.line && int64(seen+end) <= w.s.o.MaxBody {
		w.line = true
		if isObject(w.buf[:seen+end]) {
			buf := w.buf
			w.buf = nil
			w.s.become(&lineFraming{s: w.s}, buf)
			return
		}
	}
	if int64(len(w.buf)) > w.s.o.MaxBody {
		w.s.unseen()
		w.over = true
		w.s.pass(w.buf)
		w.buf = nil
	}
}

// isObject reports whether a line is a whole JSON object.
func isObject(line []byte) bool {
	line = bytes.TrimRight(line, " \t\r\n")
	if len(line) < 2 || line[0] != '{' || line[len(line)-1] != '}' {
		return false
	}
	return rawjson.Walk(line, maxDepth, func(*rawjson.Path, rawjson.Kind, int, int) error { return nil }) == nil
}

func (w *wholeFraming) close() {
	if len(w.buf) == 0 {
		return
	}
	ev := w.s.event(w.buf)
	if err := w.s.document(ev, w.buf, []part{{}}, nil, true); err != nil && w.s.malformed(err) {
		w.s.alone(inPlain, false, ev, 0, len(w.buf))
	}
	w.s.emit(ev)
	w.buf = nil
}

func (w *wholeFraming) rest() []byte { return w.buf }
func (w *wholeFraming) held() int    { return cap(w.buf) }
