package bodies

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/rawjson"
)

const (
	// maxLeaves and maxNames bound what one body may cost, whatever is charged.
	maxLeaves = 1 << 19
	maxNames  = 64 << 20
	// minDigits is the length of the shortest number that may be private.
	minDigits = 7
	// minEncoded is the length from which a text without a single space or
	// full stop is no sentence.
	minEncoded = 256
	// maxName is the longest member name that a field with a cap allows; it is
	// OpenAI's limit for metadata.
	maxName = 64
)

// collector collects the leaves of one body.
type collector struct {
	route *wire.Route
	budget
	typed  bool // some line of the route's table is about some objects alone
	body   *Body
	root   *layer
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

func newCollector(rt *wire.Route, src []byte, limits Limits) *collector {
	likely := min(bytes.Count(src, []byte{'"'})/4+4, 1<<10) // most strings have a key
	return &collector{
		route:  rt,
		typed:  slices.ContainsFunc(rt.Places, func(p wire.Place) bool { return p.Depends() }),
		budget: budget{limits: limits},
		body:   &Body{src: src, Leaves: make([]Leaf, 0, likely), spots: make([]spot, 0, likely)},
		root:   &layer{},
		notes:  make([]note, 0, likely),
		names:  make([]byte, 0, 32*likely),
	}
}

// json reads the document that in.text[start:end] holds. within is the string
// that the layer is, nil for the body.
func (c *collector) json(in *layer, start, end int, within *found) error {
	src := c.body.src
	if within != nil {
		if err := c.cost(len(in.text)); err != nil {
			return err
		}
		src = []byte(in.text)
	}
	return rawjson.Walk(src[start:end], c.limits.Depth, func(p *rawjson.Path, k rawjson.Kind, from, to int) error {
		f := found{
			leaf: Leaf{Kind: k, Message: -1},
			spot: spot{in: in, start: start + from, end: start + to, how: jsonString},
			note: note{block: -1},
		}
		raw := in.text[start+from : start+to]
		if k != rawjson.KindNumber {
			if err := c.decoding(raw, '\\'); err != nil {
				return err
			}
			f.leaf.Text, f.spot.offs = unescape(raw[1 : len(raw)-1])
		} else {
			f.leaf.Text, f.spot.how = raw, jsonNumber
		}
		if within == nil {
			c.bind(p, k, f.leaf.Text)
		}
		if k == rawjson.KindNumber && digits(raw) < minDigits {
			return nil
		}
		if within != nil {
			f.inherit(within)
		} else if looked, err := c.locate(&f, p); err != nil || !looked {
			return err
		}
		if f.leaf.Text == "" {
			return nil
		}
		c.name(&f, p, within)
		return c.open(&f)
	})
}

// locate fills in what the route says about the place. It is false where
// nobody looks.
func (c *collector) locate(f *found, p *rawjson.Path) (looked bool, err error) {
	f.leaf.Message = c.message(p)
	if f.leaf.Message >= 0 && p.Len() > 4 {
		f.note.block = p.Container(4) // /messages/0/content/0/text
	}
	if f.leaf.Kind == rawjson.KindString {
		if err := c.learn(p, f.leaf.Message, f.leaf.Text); err != nil {
			return false, err
		}
	}
	place := c.route.At(p)
	if place.Depends() {
		f.note.place, f.note.owner = place, p.Container(p.Len()-1)
		place = &wire.Place{} // until the object is known
	}
	f.leaf.treat(place)
	return place.Class != wire.ClassSealed, nil
}

// treat applies a line of the route's table.
func (l *Leaf) treat(place *wire.Place) {
	l.Class, l.Cap, l.Bare, l.Free = place.Class, place.Cap, place.Bare, place.Free
	if l.Kind == rawjson.KindKey {
		l.Cap = min(l.Cap, maxName)
	}
	l.narrow()
}

// narrow holds for a name or a number in any place.
func (l *Leaf) narrow() {
	if l.Kind != rawjson.KindString {
		l.Class = max(l.Class, wire.ClassCertain)
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
func (c *collector) open(f *found) error {
	if f.leaf.Kind != rawjson.KindString || f.spot.in.level == rawjson.MaxNested || !bracketed(f.leaf.Text) {
		return c.add(f)
	}
	before := c.mark()
	within := *f // a copy, so that only a leaf that is opened costs an allocation
	inner := &layer{text: f.leaf.Text, level: f.spot.in.level + 1, outer: &within.spot}
	err := c.json(inner, 0, len(inner.text), &within)
	if errors.Is(err, rawjson.ErrMalformed) || errors.Is(err, rawjson.ErrDepth) {
		c.rewind(before)
		return c.add(f)
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

func (c *collector) add(f *found) error {
	if f.leaf.Encoded = encoded(f.leaf.Text); f.leaf.Encoded {
		f.leaf.Class = max(f.leaf.Class, wire.ClassCertain)
	}
	if err := c.cost(leafCost + pathCost*(f.note.to-f.note.from)); err != nil {
		return err
	}
	if len(c.notes) == maxLeaves || len(c.names) > maxNames || len(c.types)+len(c.signs) > maxLeaves {
		return ErrTooMany
	}
	c.body.Leaves = append(c.body.Leaves, f.leaf)
	c.body.spots = append(c.body.spots, f.spot)
	c.notes = append(c.notes, f.note)
	return nil
}

// mark is a state to come back to.
type mark struct{ leaves, names int }

func (c *collector) mark() mark { return mark{len(c.notes), len(c.names)} }

func (c *collector) rewind(m mark) {
	c.body.Leaves, c.body.spots, c.notes = c.body.Leaves[:m.leaves], c.body.spots[:m.leaves], c.notes[:m.leaves]
	c.names = c.names[:m.names]
}
