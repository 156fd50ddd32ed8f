package streams

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"coatcheck/proxy/wire/media"
)

// choose picks the framing as soon as the first bytes tell, or when no more
// come. White space in front, a sign of life from a provider that is still
// thinking, passes at once.
func (s *Stream) choose(last bool) {
	typ := media.Parse(s.o.MediaType)
	if p := promiseOf(typ.Kind, s.o.Status); p == PromiseMedia || p == PromiseUnread {
		s.become(&opaqueFraming{s: s}, s.head)
		return
	}
	rest := s.head
	for before := -1; before != len(rest); {
		before = len(rest)
		rest = bytes.TrimPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(byteOrderMark))
	}
	s.pass(s.head[:len(s.head)-len(rest)])
	s.head = rest
	if f := s.sniff(typ.Kind, last); f != nil {
		if !typ.ASCII && len(rest) > 0 {
			s.unseen()
		}
		s.become(f, rest)
	}
}

const byteOrderMark = "\xef\xbb\xbf"

// become goes on in a framing, with the bytes that it has yet to see.
func (s *Stream) become(f framing, seen []byte) {
	s.framing, s.head = f, nil
	f.write(seen)
}

// maxHead is how many bytes are enough to tell.
const maxHead = 256

// sniff returns the framing for the first bytes, nil when it needs more.
func (s *Stream) sniff(k media.Kind, last bool) framing {
	head := s.head[:min(len(s.head), maxHead)]
	events, object := likeEvents(head, k), likeJSON(head)
	half := strings.HasPrefix(byteOrderMark, string(head))
	file := s.o.Strict && k == media.Bytes && readable(head) // text that is fetched, so far
	if !last && len(head) < maxHead && (half || file || events == maybe || object == maybe) {
		return nil
	}
	switch {
	case events == yes, k == media.Events && object != yes:
		return &eventFraming{s: s}
	case k == media.Lines:
		return &lineFraming{s: s}
	case object == yes, k == media.JSON:
		return &wholeFraming{s: s}
	case k == media.Text, k == media.Syntax, k == media.None, file:
		return &textFraming{s: s}
	}
	return &opaqueFraming{s: s}
}

// readable reports whether bytes begin what a person can read.
func readable(head []byte) bool {
	head = head[:wholeRunes(head)]
	control := func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\r\f", r) || r == 0x7f }
	return utf8.Valid(head) && !bytes.ContainsFunc(head, control)
}

type answer uint8

const (
	no answer = iota
	maybe
	yes
)

// likeEvents reports whether the bytes begin an event stream. Text may begin
// with a colon and go on; what is labelled as JSON may not.
func likeEvents(head []byte, k media.Kind) answer {
	fields := []string{"data:", "event:"}
	if k == media.JSON || k == media.Lines {
		fields = append(fields, ":", "id:", "retry:")
	}
	found := no
	for _, f := range fields {
		switch {
		case bytes.HasPrefix(head, []byte(f)):
			return yes
		case len(head) < len(f) && f[:len(head)] == string(head):
			found = maybe
		}
	}
	return found
}

// likeJSON reports whether the bytes begin an object or an array.
func likeJSON(head []byte) answer {
	if len(head) == 0 || head[0] != '{' && head[0] != '[' {
		return no
	}
	rest := bytes.TrimLeft(head[1:], " \t\r\n")
	switch {
	case len(rest) == 0:
		return maybe
	case head[0] == '{' && strings.IndexByte(`"}`, rest[0]) >= 0,
		head[0] == '[' && strings.IndexByte(`"{[]-0123456789tfn`, rest[0]) >= 0:
		return yes
	}
	return no
}
