package bodies

import (
	"strconv"
	"strings"

	"coatcheck/proxy/wire/rawjson"
)

// Bound is a string that a JSON Schema in a request binds: all that a model may
// write there, if the provider holds it to the schema. Schemas come with tools
// and with the form of the answer.
type Bound struct {
	Path    string // of the schema, as a leaf's
	Name    string // of the property, "" outside of any
	Format  string // "" for none
	Pattern string // ECMA-262, "" for none
	Max     int    // characters, 0 for no limit
}

// maxBounds is how many schemas of a request are read. What the others bind is
// written as if they did not.
const maxBounds = 1024

// bind notes one keyword of a schema.
func (c *collector) bind(p *rawjson.Path, k rawjson.Kind, value string) {
	last := p.Len() - 1
	if last < 1 || p.Index(last) >= 0 {
		return
	}
	keyword := string(p.Key(last))
	most := 0
	switch {
	case k == rawjson.KindString && (keyword == "format" || keyword == "pattern"):
	case k == rawjson.KindNumber && keyword == "maxLength":
		var err error
		if most, err = strconv.Atoi(value); err != nil || most < 1 {
			return
		}
	default:
		return
	}
	if !inSchema(p) {
		return
	}
	b := c.bound(p)
	switch {
	case b == nil:
	case keyword == "format":
		b.Format = value
	case keyword == "pattern":
		b.Pattern = value
	default:
		b.Max = most
	}
}

// inSchema reports whether p is below a keyword that only a schema has above
// its strings.
func inSchema(p *rawjson.Path) bool {
	for i := range p.Len() - 1 {
		switch string(p.Key(i)) {
		case "properties", "items", "anyOf", "oneOf", "allOf", "$defs", "definitions":
			return true
		}
	}
	return false
}

// bound returns the entry of the schema whose keyword p is, nil if there are
// too many. It is valid until the next call.
func (c *collector) bound(p *rawjson.Path) *Bound {
	last := p.Len() - 1
	at := p.Container(last)
	i, ok := c.bounds[at]
	if !ok {
		if len(c.body.Bounds) == maxBounds {
			return nil
		}
		if c.bounds == nil {
			c.bounds = make(map[int]int)
		}
		i = len(c.body.Bounds)
		c.bounds[at] = i
		place := string(p.AppendPlace(nil))
		b := Bound{Path: place[:strings.LastIndexByte(place, '/')]}
		for step := last - 1; step > 0; step-- {
			if p.Index(step) < 0 && string(p.Key(step-1)) == "properties" {
				b.Name = string(p.Key(step))
				break
			}
		}
		c.body.Bounds = append(c.body.Bounds, b)
	}
	return &c.body.Bounds[i]
}
