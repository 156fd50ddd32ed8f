package streams

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// textFraming is the framing of a body that is all one text. A line, or what has come
// of it, leaves as one.
type textFraming struct {
	s   *Stream
	cut []byte // the first bytes of a character that is not whole
}

func (t *textFraming) write(p []byte) {
	if len(t.cut) > 0 {
		p = append(t.cut, p...)
		t.cut = nil
	}
	n := wholeRunes(p)
	t.cut = slices.Clone(p[n:])
	for p = p[:n]; len(p) > 0; {
		end := bytes.IndexByte(p, '\n') + 1
		if end == 0 {
			end = len(p)
		}
		t.piece(p[:end])
		p = p[end:]
	}
}

func (t *textFraming) piece(p []byte) {
	ev := t.s.event(p)
	t.s.checkWidth(p)
	t.s.text([]byte("text"), inPlain).put(ev, 0, len(p))
	t.s.emit(ev)
}

func (t *textFraming) close() {
	if len(t.cut) > 0 {
		t.piece(t.cut)
		t.cut = nil
	}
}

func (t *textFraming) rest() []byte { return t.cut }
func (t *textFraming) held() int    { return len(t.cut) }

// checkWidth notes text whose characters are wider than a byte, as those of
// UTF-16: a NUL stands in what is ASCII there, and no lane knows it again.
func (s *Stream) checkWidth(text []byte) {
	if bytes.IndexByte(text, 0) >= 0 {
		s.unseen()
	}
}

// wholeRunes returns the length of p without a character at its end that may
// be continued.
func wholeRunes(p []byte) int {
	for n := len(p) - 1; n >= 0 && n >= len(p)-utf8.UTFMax+1; n-- {
		if utf8.RuneStart(p[n]) {
			if !utf8.FullRune(p[n:]) {
				return n
			}
			break
		}
	}
	return len(p)
}

// opaqueFraming is the framing of what holds no text that we read.
type opaqueFraming struct {
	s       *Stream
	counted bool
}

func (o *opaqueFraming) write(p []byte) {
	if !o.counted && len(p) > 0 {
		o.counted = true
		o.s.unseen()
	}
	o.s.pass(p)
}

func (o *opaqueFraming) close()       {}
func (o *opaqueFraming) rest() []byte { return nil }
func (o *opaqueFraming) held() int    { return 0 }
