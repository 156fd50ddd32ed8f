package proxy

import (
	"coatcheck/proxy/wire/bodies"
	"coatcheck/redact/schema"
	"coatcheck/redact/token"
)

// maxUnshaped is how many places the log names where no token fits.
const maxUnshaped = 32

// shape chooses how the tokens of a request are written: as its schemas and the
// rules ask. From then on, text that looks like such a token is shielded.
func (p *Proxy) shape(x *exchange) {
	bounds := make([]schema.Bound, len(x.request.body.Bounds))
	for i, b := range x.request.body.Bounds {
		bounds[i] = schema.Bound{Name: b.Name, Format: b.Format, Pattern: b.Pattern, Max: b.Max}
	}
	x.sending.shapes = p.schemas.Choose(bounds, x.rules.engine.Shapes())
	x.sending.shield = x.rules.shield.With(x.sending.shapes.Shapes())
}

// unshaped lists the schemas of a request whose strings no token fits, if the
// request has tokens.
func (x *exchange) unshaped() (paths []string) {
	if x.sending.live.Len() == 0 {
		return nil
	}
	for _, i := range x.sending.shapes.Unmet {
		paths = append(paths, x.request.body.Bounds[i].Path)
	}
	return paths
}

// shapeFor is how the token for a value is written in a leaf, and how it is
// restored: a bare token is read like one in brackets.
func (x *exchange) shapeFor(leaf bodies.Leaf, entity, value string) token.Shape {
	if leaf.Bare || entity == token.Literal {
		return token.Brackets
	}
	return x.sending.shapes.Of(entity, value)
}
