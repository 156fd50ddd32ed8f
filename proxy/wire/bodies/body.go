package bodies

import (
	"errors"
	"fmt"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/media"
	"coatcheck/proxy/wire/rawjson"
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
// those of [wire.ClassNever].
type Leaf struct {
	// Path is a JSON pointer that may be shown to anybody, "outer#inner" within
	// JSON that a string holds. Names that could be private are shown as *.
	Path    string
	Key     string // nearest object name above it, "" for a name itself
	Kind    rawjson.Kind
	Class   wire.Class // never wire.ClassSealed
	Cap     int        // characters of the whole string that the field allows, 0 for no limit
	Bare    bool       // a token stands here without brackets
	Free    bool       // a number may become a string here, a name another
	Role    string     // of the message around it; "tool" for a tool's result; "" outside
	Message int        // position of that message, -1 outside
	Text    string     // decoded; a number as it is spelled
	Encoded bool       // a long run of base64
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

// Parse finds the leaves of a request body. The route may be nil for one
// that no table knows; mediaType is the Content-Type header, but the first
// bytes may overrule it: JSON is read as JSON whatever it is called. src must
// not change while the body is in use.
//
// A string that holds a JSON object or array is not a leaf itself; the strings
// in it are, down to four levels.
//
// The error wraps one of ErrMalformed, ErrDepth, ErrMediaType, ErrEncoding and
// ErrTooMany, or is that of Charge, and holds nothing of the body.
func Parse(rt *wire.Route, mediaType string, src []byte, limits Limits) (*Body, error) {
	if len(src) == 0 {
		return &Body{src: src}, nil
	}
	if rt == nil {
		rt = wire.Untabled()
	}
	typ := media.Parse(mediaType)
	form := formatOf(typ.Kind, src)
	if form == formatUnknown {
		return nil, fmt.Errorf("%w: neither JSON nor text", ErrMediaType)
	}
	if err := checkEncoding(typ.ASCII, src); err != nil {
		return nil, err
	}
	c := newCollector(rt, src, limits)
	if err := c.cost(2 * len(src)); err != nil { // a copy, and all of its text decoded
		return nil, err
	}
	c.root.text = string(src)
	if err := c.read(form); err != nil {
		return nil, err
	}
	return c.finish(), nil
}
