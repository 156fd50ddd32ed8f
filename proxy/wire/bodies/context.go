package bodies

import (
	"strings"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/rawjson"
)

// note is what must be known of a leaf until the whole body is read: an
// object's role and type may come after its text.
type note struct {
	from, to int         // its path, in names
	block    int         // byte offset of the content block it stands in, -1 outside
	place    *wire.Place // the line of the table that may be about the object around it, nil for none
	owner    int         // byte offset of that object
}

// message returns the position of the message that p stands in, or -1.
func (c *collector) message(p *rawjson.Path) int {
	if p.Len() < 2 || p.Index(1) < 0 {
		return -1
	}
	for _, name := range c.route.Messages {
		if string(p.Key(0)) == name {
			return p.Index(1)
		}
	}
	return -1
}

// learn keeps the roles of messages, and the types and signatures of objects.
// Where one is given twice and differs, a parser might take either: then it is
// unknown.
func (c *collector) learn(p *rawjson.Path, message int, text string) error {
	if p.Len() == 0 || p.Index(p.Len()-1) >= 0 {
		return nil
	}
	key := p.Key(p.Len() - 1)
	if message >= 0 && p.Len() == 3 && string(key) == "role" {
		return c.keep(&c.roles, message, text)
	}
	if !c.typed {
		return nil
	}
	switch string(key) {
	case "type":
		return c.keep(&c.types, p.Container(p.Len()-1), text)
	case "signature":
		return c.keep(&c.signs, p.Container(p.Len()-1), text)
	}
	return nil
}

func (c *collector) keep(m *map[int]string, at int, word string) error {
	if err := c.cost(wordCost); err != nil {
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
func (c *collector) name(f *found, p *rawjson.Path, within *found) {
	from := len(c.names)
	if within != nil {
		c.names = append(c.names, c.names[within.note.from:within.note.to]...)
		c.names = append(c.names, '#')
	} else {
		c.names = append(c.names, c.prefix...)
	}
	c.names = p.AppendPlace(c.names)
	f.note.from, f.note.to = from, len(c.names)
	if f.leaf.Kind == rawjson.KindKey {
		f.leaf.Key = ""
	} else if key := p.LastKey(); key != nil {
		f.leaf.Key = c.key(key)
	}
}

func (c *collector) key(name []byte) string {
	if s, ok := c.keys[string(name)]; ok {
		return s
	}
	if c.keys == nil {
		c.keys = make(map[string]string)
	}
	s := string(name)
	c.keys[s] = s
	return s
}

// finish settles what depended on the whole body.
func (c *collector) finish() *Body {
	names := string(c.names)
	b := c.body
	kept := 0
	for i, n := range c.notes {
		leaf := b.Leaves[i]
		if n.place != nil && n.place.About(c.types[n.owner], c.signs[n.owner]) {
			if n.place.Class == wire.ClassSealed {
				continue
			}
			free := leaf.Free // JSON in the string is free in any place
			leaf.treat(n.place)
			leaf.Free = leaf.Free || free
		}
		leaf.Path = names[n.from:n.to]
		leaf.Role = c.roles[leaf.Message]
		if strings.HasSuffix(c.types[n.block], "tool_result") {
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
