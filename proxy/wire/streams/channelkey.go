package streams

import (
	"bytes"
	"strconv"

	"coatcheck/proxy/wire/rawjson"
)

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

// number notes the indices that tell texts apart.
func (v *survey) number(p *rawjson.Path, start, end int) {
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
func (v *survey) note(p *rawjson.Path, n int) stretch {
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
