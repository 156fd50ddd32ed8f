package rawjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// Kind says what a range of a document is.
type Kind uint8

// The kinds of ranges that may hold text.
const (
	KindString Kind = iota
	KindKey
	KindNumber
)

var (
	// ErrMalformed says that a body is not what its type says, JSON in the
	// strict reading of RFC 8259.
	ErrMalformed = errors.New("malformed body")
	// ErrDepth says that a document nests deeper than allowed.
	ErrDepth = errors.New("document nests too deep")
)

// Visitor sees one string, name or number. p is where it stands (for a name:
// the member's path, that name included) and src[start:end] is how it is
// spelled, quotes included. An error ends the walk and is returned as it is.
type Visitor func(p *Path, k Kind, start, end int) error

// Walk reads src, which must hold one JSON document and nothing else, and
// visits its strings, names and numbers in order. Repeated names are each
// visited and invalid UTF-8 in strings is let through, since a parser behind
// us may accept both. Any other fault of syntax is ErrMalformed, more than
// depth open containers are ErrDepth; both name the byte, never the text.
//
// The walk keeps its own stack, so depth costs heap and never the goroutine's
// stack. It is safe for concurrent use and allocates nothing once warm.
func Walk(src []byte, depth int, visit Visitor) error {
	w := walkers.Get().(*walker)
	defer walkers.Put(w)
	return w.read(src, depth, visit)
}

var walkers = sync.Pool{New: func() any { return new(walker) }}

type walker struct {
	dec  jsontext.Decoder
	in   bytes.Buffer
	path Path
}

func (w *walker) read(src []byte, depth int, visit Visitor) error {
	defer w.forget()
	w.in = *bytes.NewBuffer(src)
	w.dec.Reset(&w.in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return w.walk(src, depth, visit)
}

// forget lets go of the document: a pool must not keep private text alive.
func (w *walker) forget() {
	w.dec.Reset(nothing{})
	w.in = bytes.Buffer{}
	if cap(w.path.segments) > 64 {
		w.path.segments = nil // clearing a deep one each time would cost more
	}
	clear(w.path.segments[:cap(w.path.segments)])
	w.path.segments = w.path.segments[:0]
}

// nothing is a source without text.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

func (w *walker) walk(src []byte, depth int, visit Visitor) error {
	for {
		kind := w.dec.PeekKind()
		if kind == jsontext.KindString || kind == jsontext.KindNumber {
			if err := w.scalar(src, kind, visit); err != nil {
				return err
			}
		} else if err := w.token(kind, depth); err != nil {
			return err
		}
		if len(w.path.segments) == 0 {
			return w.end()
		}
	}
}

// scalar reads and visits a string, a name or a number.
func (w *walker) scalar(src []byte, kind jsontext.Kind, visit Visitor) error {
	raw, err := w.dec.ReadValue()
	if err != nil {
		return w.fault(err)
	}
	end := int(w.dec.InputOffset())
	start := end - len(raw)
	if s := w.path.last(); s != nil && s.awaitsName() {
		s.name, s.named = decodedName(src[start+1:end-1]), true
		return visit(&w.path, KindKey, start, end)
	}
	w.path.enter()
	k := KindString
	if kind == jsontext.KindNumber {
		k = KindNumber
	}
	if err := visit(&w.path, k, start, end); err != nil {
		return err
	}
	w.path.leave()
	return nil
}

// token reads a bracket, a brace or a literal.
func (w *walker) token(kind jsontext.Kind, depth int) error {
	opens := kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray
	if opens && len(w.path.segments) >= depth {
		return fmt.Errorf("%w: over %d levels at byte %d", ErrDepth, depth, w.dec.InputOffset())
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return w.fault(err)
	}
	switch {
	case opens:
		w.path.enter()
		w.path.push(kind == jsontext.KindBeginArray, int(w.dec.InputOffset())-1)
		return nil
	case kind == jsontext.KindEndObject || kind == jsontext.KindEndArray:
		w.path.pop()
	default:
		w.path.enter()
	}
	w.path.leave()
	return nil
}

// decodedName returns the name that raw spells.
func decodedName(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	name := make([]byte, 0, len(raw))
	for rest := string(raw); rest != ""; {
		width := 1
		if rest[0] == '\\' {
			name, width = AppendUnescaped(name, rest)
		} else {
			name = append(name, rest[0])
		}
		rest = rest[width:]
	}
	return name
}

// end makes sure that nothing follows the document.
func (w *walker) end() error {
	if w.dec.PeekKind() != jsontext.KindInvalid {
		return fmt.Errorf("%w: more than one document at byte %d", ErrMalformed, w.dec.InputOffset())
	}
	if _, err := w.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return w.fault(err)
	}
	return nil
}

// fault turns a syntax error into one that names only the place: the
// decoder's own message quotes the document.
func (w *walker) fault(err error) error {
	at := w.dec.InputOffset()
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		at = syntactic.ByteOffset
	}
	return fmt.Errorf("%w: not JSON at byte %d", ErrMalformed, at)
}
