package wire

import (
	"bytes"
	"strconv"
)

const (
	maxDepth = 1000 // of the nesting of an answer's JSON

	// Strings whose path is longer, and those after the first maxStreams of an
	// event, are whole: each path that is noted costs memory.
	maxSteps   = 32
	maxPath    = 512 // bytes of names
	maxStreams = 4096
)

// slot is one string of a document that may hold text.
type slot struct {
	start, end uint32 // inside the quotes
	note       int32  // in survey.notes, -1 for a string that does not stream
	values     bool
}

// stretch is where the survey has noted a path: names and what is between.
type stretch struct {
	from, to   int // of survey.path
	holes, end int // of survey.holes
}

// hole is an array position in a noted path.
type hole struct {
	at       int // in survey.path
	position int
	element  int // offset of the object at that position, which may have an index of its own
}

// number is a field named index.
type number struct {
	object     int // offset of the object it stands in
	start, end int
}

// rootIndices are the root's fields that tell one text of an event type from
// another.
var rootIndices = [...]string{"index", "output_index", "content_index", "summary_index", "command_index", "contentBlockIndex"}

// survey is what one pass over a document of an answer finds. It is used again
// for the next one.
type survey struct {
	route *Route // nil where nothing is known
	doc   []byte

	whole   bool // no string streams
	slots   []slot
	notes   []stretch
	path    []byte
	holes   []hole
	indices []number
	ends    []stretch // objects whose texts end

	see  visitor // visit, bound once
	typ  []byte  // the root's type
	root [len(rootIndices)][]byte
	key  []byte
}

// read surveys a document. In a whole one no string streams.
func (v *survey) read(doc []byte, whole bool) error {
	v.doc, v.whole, v.typ = doc, whole, nil
	v.slots, v.notes, v.ends = v.slots[:0], v.notes[:0], v.ends[:0]
	v.path, v.holes, v.indices = v.path[:0], v.holes[:0], v.indices[:0]
	v.root = [len(rootIndices)][]byte{}
	return walkJSON(doc, maxDepth, v.see)
}

// visit is the [visitor] of a survey.
func (v *survey) visit(p *Path, k Kind, start, end int) error {
	inside := v.doc[start:end]
	switch k {
	case KindNumber:
		v.number(p, start, end)
		return nil
	case KindKey:
		if plainKey(inside[1 : len(inside)-1]) {
			return nil
		}
	case KindString:
		v.control(p, inside[1:len(inside)-1])
	}
	if len(inside) == 2 || v.route != nil && v.route.NeverBack.Match(p) {
		return nil
	}
	s := slot{start: uint32(start + 1), end: uint32(end - 1), note: -1, values: v.values(p)}
	if k == KindString && v.mayStream(p) {
		s.note = int32(len(v.notes))
		v.notes = append(v.notes, v.note(p, p.Len()))
	}
	v.slots = append(v.slots, s)
	return nil
}

// control reads the strings that steer: the event's type, a choice's end.
func (v *survey) control(p *Path, text []byte) {
	if p.Len() == 1 {
		switch string(p.Key(0)) {
		case "type":
			v.typ = text
		case "jsonrpc": // each message stands alone
			v.typ = []byte("jsonrpc")
		}
	}
	if rules := v.rules(); rules != nil && len(text) > 0 && rules.Finish.Match(p) {
		v.ends = append(v.ends, v.note(p, p.Len()-1))
	}
}

// mayStream reports whether the place allows a string to stream.
func (v *survey) mayStream(p *Path) bool {
	if v.whole || p.Len() > maxSteps || len(v.notes) >= maxStreams {
		return false
	}
	if rules := v.rules(); rules != nil && !rules.Deltas.Match(p) {
		return false
	}
	size := 0
	for i := range p.Len() {
		size += len(p.Key(i))
	}
	return size <= maxPath
}

// values reports whether a string holds JSON for a program.
func (v *survey) values(p *Path) bool {
	if rules := v.rules(); rules != nil {
		return rules.Values.Match(p)
	}
	switch string(p.LastKey()) {
	case "arguments", "partial_json":
		return true
	}
	return false
}

func (v *survey) rules() *StreamRules {
	if v.route == nil {
		return nil
	}
	return v.route.Stream
}

// number notes the indices that tell texts apart.
func (v *survey) number(p *Path, start, end int) {
	last := p.Len() - 1
	if last < 0 || p.Index(last) >= 0 {
		return
	}
	if last == 0 {
		for i, name := range rootIndices {
			if string(p.Key(0)) == name {
				v.root[i] = v.doc[start:end]
			}
		}
		return
	}
	if string(p.Key(last)) == "index" {
		v.indices = append(v.indices, number{p.Container(last), start, end})
	}
}

// note writes down the first n steps of a path.
func (v *survey) note(p *Path, n int) stretch {
	s := stretch{from: len(v.path), holes: len(v.holes)}
	for i := range n {
		v.path = append(v.path, '/')
		if p.Index(i) < 0 {
			v.path = append(v.path, p.Key(i)...)
			continue
		}
		h := hole{at: len(v.path), position: p.Index(i), element: -1}
		if i+1 < p.Len() {
			h.element = p.Container(i + 1)
		}
		v.holes = append(v.holes, h)
	}
	s.to, s.end = len(v.path), len(v.holes)
	return s
}

// group returns the key of all texts of an event type: what the type begins
// with and the root's indices. The events response.output_text.delta and
// response.output_text.done with one output_index are of one group. It is
// valid until the next call.
func (v *survey) group(typ []byte) []byte {
	b := append(append(v.key[:0], stem(typ)...), 0)
	for i, index := range v.root {
		if index != nil {
			b = append(append(append(b, rootIndices[i]...), '='), index...)
		}
	}
	v.key = append(b, 0)
	return v.key
}

// endsGroup reports whether an event ends the texts of its group: it has a
// type, which is no delta, and continues none of them.
func (v *survey) endsGroup(typ []byte) bool {
	continues := v.rules() != nil && len(v.notes) > 0
	return !v.whole && !continues && len(stem(typ)) > 0 && !isDelta(typ)
}

// stem returns an event type without its last word.
func stem(typ []byte) []byte { return typ[:max(0, bytes.LastIndexAny(typ, "._-"))] }

// channel returns the key of the text at a noted path: its group, its type and
// the path, where an element's own index stands for its position. It is valid
// until the next call.
func (v *survey) channel(typ []byte, s stretch) []byte {
	b := append(append(v.group(typ), typ...), 0)
	from := s.from
	for _, h := range v.holes[s.holes:s.end] {
		b = append(b, v.path[from:h.at]...)
		from = h.at
		if index := v.indexOf(h.element); index != nil {
			b = append(append(b, '='), index...)
		} else {
			b = strconv.AppendInt(b, int64(h.position), 10)
		}
	}
	v.key = append(append(b, v.path[from:s.to]...), '/')
	return v.key
}

func (v *survey) indexOf(object int) []byte {
	for _, n := range v.indices {
		if n.object == object {
			return v.doc[n.start:n.end]
		}
	}
	return nil
}

// streams reports whether a noted string continues a text from event to
// event. Where no table says it, it does so in an event whose type names a
// delta or a chunk, below a member delta, and in events without a type.
func (v *survey) streams(note stretch, typ []byte) bool {
	return v.rules() != nil || len(typ) == 0 || isDelta(typ) ||
		bytes.Contains(v.path[note.from:note.to], []byte("/delta/"))
}

func isDelta(typ []byte) bool {
	lower := bytes.ToLower(typ)
	return bytes.Contains(lower, []byte("delta")) || bytes.Contains(lower, []byte("chunk"))
}

// plainKey reports whether a member's name is one of a schema and not text.
func plainKey(raw []byte) bool {
	for _, c := range raw {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.', c == '$':
		default:
			return false
		}
	}
	return true
}
