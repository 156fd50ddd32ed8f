package wire

import (
	"bytes"
	"errors"
	"fmt"
)

var (
	// ErrMediaType says that a body's type is one that nothing here can read.
	ErrMediaType = errors.New("unsupported media type")
	// ErrEncoding says that text is in a character encoding that would hide it
	// from the scan.
	ErrEncoding = errors.New("unsupported character encoding")
	// ErrTooMany says that a body holds more than 524,288 strings.
	ErrTooMany = errors.New("too many strings")
)

// Leaf is one string, name or number of a request body. All may be edited but
// those of [ClassNever].
type Leaf struct {
	// Path is a JSON pointer that may be shown to anybody, "outer#inner" within
	// JSON that a string holds. Names that could be private are shown as *.
	Path    string
	Key     string // nearest object name above it, "" for a name itself
	Kind    Kind
	Class   Class  // never ClassSealed
	Cap     int    // characters of the whole string that the field allows, 0 for no limit
	Bare    bool   // a token stands here without brackets
	Free    bool   // a number may become a string here, a name another
	Role    string // of the message around it; "tool" for a tool's result; "" outside
	Message int    // position of that message, -1 outside
	Text    string // decoded; a number as it is spelled
	Encoded bool   // a long run of base64
	Signed  bool   // a model wrote and signed it
}

// Limits bound what reading a body may take.
type Limits struct {
	Depth int // containers that a document may nest
	// Charge is asked for every so many bytes before memory is taken for them,
	// which may be hundreds for a few bytes of the body. Its error ends the
	// reading and is returned as it is. Nil: only the source is a bound.
	Charge func(bytes int64) error
}

// Body is a request body and the leaves found in it. It holds the private
// text of one request; keep it no longer. It is safe for concurrent reading.
type Body struct {
	Leaves []Leaf  // in the order of their bytes
	Bounds []Bound // in the order in which their schemas begin to bind

	src   []byte
	spots []spot // of the leaf at the same position
}

// ParseBody finds the leaves of a request body. The route may be nil for one
// that no table knows; mediaType is the Content-Type header, but the first
// bytes may overrule it: JSON is read as JSON whatever it is called. src must
// not change while the body is in use.
//
// A string that holds a JSON object or array is not a leaf itself; the strings
// in it are, down to four levels.
//
// The error wraps one of ErrMalformed, ErrDepth, ErrMediaType, ErrEncoding and
// ErrTooMany, or is that of Charge, and holds nothing of the body.
func ParseBody(rt *Route, mediaType string, src []byte, limits Limits) (*Body, error) {
	if len(src) == 0 {
		return &Body{src: src}, nil
	}
	if rt == nil {
		rt = untabled
	}
	name, charset := parseMediaType(mediaType)
	form := formatOf(name, src)
	if form == formatUnknown {
		return nil, fmt.Errorf("%w: neither JSON nor text", ErrMediaType)
	}
	if err := checkEncoding(charset, src); err != nil {
		return nil, err
	}
	r := newReader(rt, src, limits)
	if err := r.cost(2 * len(src)); err != nil { // a copy, and all of its text decoded
		return nil, err
	}
	r.root.text = string(src)
	if err := r.read(form); err != nil {
		return nil, err
	}
	return r.finish(), nil
}

// format is how a body is read.
type format uint8

const (
	formatUnknown format = iota
	formatJSON
	formatLines
	formatText
	formatForm
)

// formatOf goes by the label and the first byte.
func formatOf(name string, src []byte) format {
	switch k := kindOf(name); {
	case k == kindLines:
		return formatLines
	case k == kindText || k == kindEvents:
		return formatText
	case k == kindJSON || braced(src[skipMark(src):]):
		return formatJSON
	case k == kindForm:
		return formatForm
	}
	return formatUnknown
}

// skipMark returns the length of a byte order mark of UTF-8. It stays in the
// body, since not every server minds it.
func skipMark(src []byte) int {
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		return 3
	}
	return 0
}

// braced reports whether src begins like a JSON object or array.
func braced(src []byte) bool {
	src = bytes.TrimLeft(src, " \t\r\n")
	return len(src) > 0 && (src[0] == '{' || src[0] == '[')
}

func (r *reader) read(f format) error {
	start := skipMark(r.body.src)
	switch f {
	case formatLines:
		return r.lines(start)
	case formatText:
		return r.text(start)
	case formatForm:
		return r.form(start)
	default:
		return r.json(r.root, start, len(r.body.src), nil)
	}
}

// lines reads a JSON document a line. A route's table is about one document,
// so none is used.
func (r *reader) lines(start int) error {
	r.route = &Route{open: true}
	for line := 0; start < len(r.body.src); line++ {
		end := len(r.body.src)
		if i := bytes.IndexByte(r.body.src[start:], '\n'); i >= 0 {
			end = start + i
		}
		if len(bytes.TrimSpace(r.body.src[start:end])) > 0 {
			r.prefix = fmt.Appendf(r.prefix[:0], "/%d", line)
			if err := r.json(r.root, start, end, nil); err != nil {
				return err
			}
		}
		start = end + 1
	}
	return nil
}

// text reads a body that calls itself text. It is one leaf, unless it is JSON
// or JSON lines. What begins like JSON and is none is refused: a parser more
// lenient than ours could read escapes that the scan of the raw text misses.
func (r *reader) text(start int) error {
	if braced(r.body.src[start:]) {
		err := r.json(r.root, start, len(r.body.src), nil)
		if err == nil || !errors.Is(err, ErrMalformed) {
			return err
		}
		r.rewind(mark{})
		if lines := r.lines(start); lines == nil || !errors.Is(lines, ErrMalformed) {
			return lines
		}
		if looksLikeJSON(r.body.src[start:]) {
			return err
		}
		r.rewind(mark{})
		r.prefix = r.prefix[:0]
	}
	if bytes.IndexByte(r.body.src, 0) >= 0 {
		return fmt.Errorf("%w: text with NUL bytes", ErrEncoding)
	}
	return r.add(&found{
		leaf: Leaf{Kind: KindString, Message: -1, Free: true, Text: r.root.text[start:]},
		spot: spot{in: r.root, start: start, end: len(r.body.src), how: spelledPlain},
		note: note{block: -1, place: -1},
	})
}

// looksLikeJSON tells JSON from text that begins with a bracket, like a log.
func looksLikeJSON(src []byte) bool {
	src = bytes.TrimLeft(src, " \t\r\n")
	if src[0] == '{' {
		return true
	}
	src = bytes.TrimLeft(src[1:], " \t\r\n")
	return len(src) > 0 && bytes.IndexByte([]byte(`{["`), src[0]) >= 0
}

// checkEncoding refuses text whose ASCII characters are not one byte each, by
// its label or by its first bytes.
func checkEncoding(charset string, src []byte) error {
	if !asciiCharset(charset) {
		return fmt.Errorf("%w: by its charset", ErrEncoding)
	}
	wide := bytes.HasPrefix(src, []byte{0xfe, 0xff}) || bytes.HasPrefix(src, []byte{0xff, 0xfe}) ||
		len(src) > 1 && (src[0] == 0 || src[1] == 0)
	if wide {
		return fmt.Errorf("%w: UTF-16 or UTF-32", ErrEncoding)
	}
	return nil
}
