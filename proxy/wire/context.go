package wire

import (
	"slices"
	"strings"

	"coatcheck/proxy/wire/rawjson"
)

// note is what must be known of a leaf until the whole body is read: an
// object's role and type may come after its text.
type note struct {
	from, to int // its path, in names
	block    int // byte offset of the content block it stands in, -1 outside
	place    int // the route's place that depends on the object around it, -1 for none
	owner    int // byte offset of that object
}

// message returns the position of the message that p stands in, or -1.
func (r *reader) message(p *rawjson.Path) int {
	if p.Len() < 2 || p.Index(1) < 0 {
		return -1
	}
	for _, name := range r.route.Messages {
		if string(p.Key(0)) == name {
			return p.Index(1)
		}
	}
	return -1
}

// learn keeps the roles of messages, and the types and signatures of objects. Where one is
// given twice and differs, a parser might take either: then it is unknown.
func (r *reader) learn(p *rawjson.Path, message int, text string) error {
	if p.Len() == 0 || p.Index(p.Len()-1) >= 0 {
		return nil
	}
	key := p.Key(p.Len() - 1)
	if message >= 0 && p.Len() == 3 && string(key) == "role" {
		return r.keep(&r.roles, message, text)
	}
	if !r.route.typed {
		return nil
	}
	switch string(key) {
	case "type":
		return r.keep(&r.types, p.Container(p.Len()-1), text)
	case "signature":
		return r.keep(&r.signs, p.Container(p.Len()-1), text)
	}
	return nil
}

func (r *reader) keep(m *map[int]string, at int, word string) error {
	if err := r.cost(wordCost); err != nil {
		return err
	}
	if *m == nil {
		*m = make(map[int]string)
	}
	if old, ok := (*m)[at]; ok && old != word {
		word = ""
	}
	(*m)[at] = word
	return nil
}

// name notes the leaf's path and nearest key.
func (r *reader) name(f *found, p *rawjson.Path, within *found) {
	from := len(r.names)
	if within != nil {
		r.names = append(r.names, r.names[within.note.from:within.note.to]...)
		r.names = append(r.names, '#')
	} else {
		r.names = append(r.names, r.prefix...)
	}
	r.names = p.AppendPlace(r.names)
	f.note.from, f.note.to = from, len(r.names)
	if f.leaf.Kind == rawjson.KindKey {
		f.leaf.Key = ""
	} else if key := p.LastKey(); key != nil {
		f.leaf.Key = r.key(key)
	}
}

func (r *reader) key(name []byte) string {
	if s, ok := r.keys[string(name)]; ok {
		return s
	}
	if r.keys == nil {
		r.keys = make(map[string]string)
	}
	s := string(name)
	r.keys[s] = s
	return s
}

// holds reports whether a line of the table is about the object at a byte offset.
func (r *reader) holds(place Place, owner int) bool {
	return (len(place.Types) == 0 || slices.Contains(place.Types, r.types[owner])) &&
		(!place.Signed || r.signs[owner] != "")
}

// finish settles what depended on the whole body.
func (r *reader) finish() *Body {
	names := string(r.names)
	b := r.body
	kept := 0
	for i, n := range r.notes {
		leaf := b.Leaves[i]
		if n.place >= 0 {
			if place := r.route.Places[n.place]; r.holds(place, n.owner) {
				if place.Class == ClassSealed {
					continue
				}
				free := leaf.Free // JSON in the string is free in any place
				leaf.treat(place)
				leaf.Free = leaf.Free || free
			}
		}
		leaf.Path = names[n.from:n.to]
		leaf.Role = r.roles[leaf.Message]
		if strings.HasSuffix(r.types[n.block], "tool_result") {
			leaf.Role = "tool"
		}
		b.Leaves[kept], b.spots[kept] = leaf, b.spots[i]
		kept++
	}
	clear(b.Leaves[kept:])
	clear(b.spots[kept:])
	b.Leaves, b.spots = b.Leaves[:kept], b.spots[:kept]
	return b
}
