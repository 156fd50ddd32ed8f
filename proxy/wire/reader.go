package wire

import (
	"bytes"
	"errors"
	"strings"
)

const (
	// maxLeaves and maxNames bound what one body may cost, whatever is charged.
	maxLeaves = 1 << 19
	maxNames  = 64 << 20
	// maxNested is how many levels of JSON in JSON are opened. What is nested
	// deeper is scanned as the text it is.
	maxNested = 4
	// minDigits is the length of the shortest number that may be private.
	minDigits = 7
	// minEncoded is the length from which a text without a single space or
	// full stop is no sentence.
	minEncoded = 256
	// maxName is the longest member name that a field with a cap allows; it is
	// OpenAI's limit for metadata.
	maxName = 64
)

// reader collects the leaves of one body.
type reader struct {
	route *Route
	budget
	body   *Body
	root   *document
	prefix []byte // of all paths of the document being read
	notes  []note // of the leaf at the same position

	names []byte            // all paths, one behind the other
	keys  map[string]string // so that a name is one string however often it occurs
	roles map[int]string    // by message
	types map[int]string    // by the byte offset of the object; "" where they differ
	signs map[int]string    // in the same way, what a signature says

	bounds map[int]int // by the byte offset of a schema, its position in body.Bounds
}

// found is a leaf in the making.
type found struct {
	leaf Leaf
	spot spot
	note note
}

func newReader(rt *Route, src []byte, limits Limits) *reader {
	likely := min(bytes.Count(src, []byte{'"'})/4+4, 1<<10) // most strings have a key
	return &reader{
		route:  rt,
		budget: budget{limits: limits},
		body:   &Body{src: src, Leaves: make([]Leaf, 0, likely), spots: make([]spot, 0, likely)},
		root:   &document{},
		notes:  make([]note, 0, likely),
		names:  make([]byte, 0, 32*likely),
	}
}

// json reads the document that d.text[start:end] holds. within is the string
// that the document was found in, nil for the body.
func (r *reader) json(d *document, start, end int, within *found) error {
	src := r.body.src
	if within != nil {
		if err := r.cost(len(d.text)); err != nil {
			return err
		}
		src = []byte(d.text)
	}
	return walkJSON(src[start:end], r.limits.Depth, func(p *Path, k Kind, from, to int) error {
		f := found{
			leaf: Leaf{Kind: k, Message: -1},
			spot: spot{in: d, start: start + from, end: start + to, how: spelledString},
			note: note{block: -1, place: -1},
		}
		raw := d.text[start+from : start+to]
		if k != KindNumber {
			if err := r.decoding(raw, '\\'); err != nil {
				return err
			}
			f.leaf.Text, f.spot.offs = unescape(raw[1 : len(raw)-1])
		} else {
			f.leaf.Text, f.spot.how = raw, spelledNumber
		}
		if within == nil {
			r.bind(p, k, f.leaf.Text)
		}
		if k == KindNumber && digits(raw) < minDigits {
			return nil
		}
		if within != nil {
			f.inherit(within)
		} else if looked, err := r.locate(&f, p); err != nil || !looked {
			return err
		}
		if f.leaf.Text == "" {
			return nil
		}
		r.name(&f, p, within)
		return r.open(&f)
	})
}

// locate fills in what the route says about the place. It is false where
// nobody looks.
func (r *reader) locate(f *found, p *Path) (looked bool, err error) {
	f.leaf.Message = r.message(p)
	if f.leaf.Message >= 0 && p.Len() > 4 {
		f.note.block = p.Container(4) // /messages/0/content/0/text
	}
	if f.leaf.Kind == KindString {
		if err := r.learn(p, f.leaf.Message, f.leaf.Text); err != nil {
			return false, err
		}
	}
	place := Place{Free: r.route.open}
	if i := r.route.places.Find(p); i >= 0 {
		place = r.route.Places[i]
		if place.depends() {
			f.note.place, f.note.owner = i, p.Container(p.Len()-1)
			place = Place{}
		}
	}
	f.leaf.treat(place)
	return place.Class != ClassSealed, nil
}

// treat applies a line of the route's table.
func (l *Leaf) treat(place Place) {
	l.Class, l.Cap, l.Bare, l.Free, l.Signed = place.Class, place.Cap, place.Bare, place.Free, place.Signed
	if l.Kind == KindKey {
		l.Cap = min(l.Cap, maxName)
	}
	l.narrow()
}

// narrow holds for a name or a number in any place.
func (l *Leaf) narrow() {
	if l.Kind != KindString {
		l.Class = max(l.Class, ClassCertain)
	}
}

// inherit takes over what holds for the string that the document stands in.
// The JSON in it is the client's own.
func (f *found) inherit(outer *found) {
	kind, text := f.leaf.Kind, f.leaf.Text
	f.leaf = outer.leaf
	f.leaf.Kind, f.leaf.Text, f.leaf.Free = kind, text, true
	f.leaf.narrow()
	f.note = outer.note
}

// open adds the leaf, or the leaves of the JSON that it holds.
func (r *reader) open(f *found) error {
	if f.leaf.Kind != KindString || f.spot.in.level == maxNested || !bracketed(f.leaf.Text) {
		return r.add(f)
	}
	before := r.mark()
	within := *f // a copy, so that only a leaf that is opened costs an allocation
	inner := &document{text: f.leaf.Text, level: f.spot.in.level + 1, outer: &within.spot}
	err := r.json(inner, 0, len(inner.text), &within)
	if errors.Is(err, ErrMalformed) || errors.Is(err, ErrDepth) {
		r.rewind(before)
		return r.add(f)
	}
	return err
}

// bracketed is a quick test for an object or an array.
func bracketed(s string) bool {
	s = strings.Trim(s, " \t\r\n")
	return len(s) >= 2 && (s[0] == '{' && s[len(s)-1] == '}' || s[0] == '[' && s[len(s)-1] == ']')
}

func digits(number string) (n int) {
	for i := range len(number) {
		if '0' <= number[i] && number[i] <= '9' {
			n++
		}
	}
	return n
}

// encoded reports whether a text is a long run of base64, bare or in a data:
// URL. What looks private in there by its form alone is there by chance, and
// an edit would break an image; only a certain hit may count.
func encoded(text string) bool {
	const mark = ";base64,"
	if i := strings.Index(text[:min(len(text), minEncoded)], mark); i >= 0 && strings.HasPrefix(text, "data:") {
		text = text[i+len(mark):]
	}
	if len(text) < minEncoded {
		return false
	}
	for _, c := range []byte(text) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '+', c == '/', c == '-', c == '_', c == '=':
		default:
			return false
		}
	}
	return true
}

func (r *reader) add(f *found) error {
	if f.leaf.Encoded = encoded(f.leaf.Text); f.leaf.Encoded {
		f.leaf.Class = max(f.leaf.Class, ClassCertain)
	}
	if err := r.cost(leafCost + pathCost*(f.note.to-f.note.from)); err != nil {
		return err
	}
	if len(r.notes) == maxLeaves || len(r.names) > maxNames || len(r.types)+len(r.signs) > maxLeaves {
		return ErrTooMany
	}
	r.body.Leaves = append(r.body.Leaves, f.leaf)
	r.body.spots = append(r.body.spots, f.spot)
	r.notes = append(r.notes, f.note)
	return nil
}

// mark is a state to come back to.
type mark struct{ leaves, names int }

func (r *reader) mark() mark { return mark{len(r.notes), len(r.names)} }

func (r *reader) rewind(m mark) {
	r.body.Leaves, r.body.spots, r.notes = r.body.Leaves[:m.leaves], r.body.spots[:m.leaves], r.notes[:m.leaves]
	r.names = r.names[:m.names]
}
