package wire

import (
	"bytes"
	"mime"
	"strings"
)

// label is what a Content-Type promises. Labels lie: event streams come as
// application/json and JSON as text/plain, so the first bytes are asked too.
type label uint8

const (
	labelText   label = iota // text, or no type at all
	labelBytes               // bytes that may be text all the same
	labelEvents              // server-sent events
	labelJSON
	labelLines  // JSON lines
	labelOpaque // never text
)

func labelOf(mediaType string) label {
	mt, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		mt, _, _ = strings.Cut(mediaType, ";")
		mt = strings.ToLower(strings.TrimSpace(mt))
	}
	switch mt {
	case "":
		return labelText
	case "application/octet-stream", "binary/octet-stream":
		return labelBytes
	case "text/event-stream":
		return labelEvents
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl",
		"application/jsonlines", "application/x-json-stream", "application/stream+json":
		return labelLines
	case "application/json", "text/json":
		return labelJSON
	case "application/yaml", "application/x-yaml", "application/toml", "application/sql", "application/graphql",
		"application/javascript", "application/x-javascript", "application/typescript", "application/x-sh":
		return labelText // what models write as files
	}
	switch {
	case strings.HasSuffix(mt, "+json"):
		return labelJSON
	case strings.HasPrefix(mt, "text/"), strings.HasSuffix(mt, "/xml"), strings.HasSuffix(mt, "+xml"):
		return labelText
	}
	return labelOpaque
}

// choose picks the framing as soon as the first bytes tell, or when no more
// come. White space in front, a sign of life from a provider that is still
// thinking, passes at once.
func (s *Stream) choose(last bool) {
	l := labelOf(s.o.MediaType)
	if l == labelOpaque || s.o.Status == 206 {
		s.become(opaqueFraming{s}, s.head)
		return
	}
	rest := s.head
	for before := -1; before != len(rest); {
		before = len(rest)
		rest = bytes.TrimPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(byteOrderMark))
	}
	s.pass(s.head[:len(s.head)-len(rest)])
	s.head = rest
	if f := s.sniff(l, last); f != nil {
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
func (s *Stream) sniff(l label, last bool) framing {
	head := s.head[:min(len(s.head), maxHead)]
	events, object := likeEvents(head, l), likeJSON(head)
	half := strings.HasPrefix(byteOrderMark, string(head))
	if !last && len(head) < maxHead && (half || events == maybe || object == maybe) {
		return nil
	}
	switch {
	case events == yes, l == labelEvents && object != yes:
		return &eventFraming{s: s}
	case l == labelLines:
		return &lineFraming{s: s}
	case object == yes, l == labelJSON:
		return &wholeFraming{s: s}
	case l == labelText:
		return &textFraming{s: s}
	}
	return opaqueFraming{s}
}

type answer uint8

const (
	no answer = iota
	maybe
	yes
)

// likeEvents reports whether the bytes begin an event stream. Text may begin
// with a colon and go on; what is labelled as JSON may not.
func likeEvents(head []byte, l label) answer {
	fields := []string{"data:", "event:"}
	if l == labelJSON || l == labelLines {
		fields = append(fields, ":", "id:", "retry:")
	}
	found := no
	for _, f := range fields {
		switch {
		case bytes.HasPrefix(head, []byte(f)):
			return yes
		case strings.HasPrefix(f, string(head)):
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
