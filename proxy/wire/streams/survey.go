package streams

import (
	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/rawjson"
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

// survey is what one pass over a document of an answer finds. It is used again
// for the next one.
type survey struct {
	route *wire.Route // nil where nothing is known
	doc   []byte

	whole   bool // no string streams
	slots   []slot
	notes   []stretch
	path    []byte
	holes   []hole
	indices []number
	ends    []stretch // objects whose texts end

	see  rawjson.Visitor // visit, bound once
	typ  []byte          // the root's type
	root [len(rootIndices)][]byte
	key  []byte
}

// read surveys a document. In a whole one no string streams.
func (v *survey) read(doc []byte, whole bool) error {
	v.doc, v.whole, v.typ = doc, whole, nil
	v.slots, v.notes, v.ends = v.slots[:0], v.notes[:0], v.ends[:0]
	v.path, v.holes, v.indices = v.path[:0], v.holes[:0], v.indices[:0]
	v.root = [len(rootIndices)][]byte{}
	return rawjson.Walk(doc, maxDepth, v.see)
}

// visit is the [rawjson.Visitor] of a survey.
func (v *survey) visit(p *rawjson.Path, k rawjson.Kind, start, end int) error {
	inside := v.doc[start:end]
	switch k {
	case rawjson.KindNumber:
		v.number(p, start, end)
		return nil
	case rawjson.KindKey:
		if plainKey(inside[1 : len(inside)-1]) {
			return nil
		}
	case rawjson.KindString:
		v.control(p, inside[1:len(inside)-1])
	}
	if len(inside) == 2 || v.route != nil && v.route.NeverBack.Match(p) {
		return nil
	}
	s := slot{start: uint32(start + 1), end: uint32(end - 1), note: -1, values: v.values(p)}
	if k == rawjson.KindString && v.mayStream(p) {
		s.note = int32(len(v.notes))
		v.notes = append(v.notes, v.note(p, p.Len()))
	}
	v.slots = append(v.slots, s)
	return nil
}

// control reads the strings that steer: the event's type, a choice's end.
func (v *survey) control(p *rawjson.Path, text []byte) {
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
func (v *survey) mayStream(p *rawjson.Path) bool {
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
func (v *survey) values(p *rawjson.Path) bool {
	if rules := v.rules(); rules != nil {
		return rules.Values.Match(p)
	}
	switch string(p.LastKey()) {
	case "arguments", "partial_json":
		return true
	}
	return false
}

func (v *survey) rules() *wire.StreamRules {
	if v.route == nil {
		return nil
	}
	return v.route.Stream
}

// plainKey reports whether a member's name is one of a schema and not text. A
// name of many digits may be the number of a person or a card.
func plainKey(raw []byte) bool {
	digits := 0
	for _, c := range raw {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '-', c == '.', c == '$':
		default:
			return false
		}
	}
	return digits <= 8 // of a date
}
