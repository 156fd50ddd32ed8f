package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Shape says how an entity's tokens are written in text.
type Shape string

// The shapes. Native tokens look like the values they stand for and lie in
// reserved ranges; with auto they are used in requests whose schemas let
// nothing else through.
const (
	ShapeAuto    Shape = "auto"
	ShapeBracket Shape = "bracket"
	ShapeNative  Shape = "native"
)

var shapes = []Shape{ShapeAuto, ShapeBracket, ShapeNative}

// NativeEntities lists the entities that have a reserved range to write tokens in.
func NativeEntities() []string { return []string{"EMAIL", "IBAN", "IP", "MAC", "PHONE", "URL"} }

// shapes reads a file's shapes by entity.
func (d *decoder) shapes(n ast.Node) map[string]Shape {
	out := map[string]Shape{}
	for _, e := range d.entries(n, "shape") {
		entity := ""
		d.text("an entity", &entity)(e.Key)
		s := ShapeAuto
		word(d, "shape", shapes, &s)(e.Value)
		switch {
		case entity == "":
		case !entityShape.MatchString(entity):
			d.fail(e.Key, "entity %q must be capitals, digits and underscores", entity)
		case s == ShapeNative && !slices.Contains(NativeEntities(), entity):
			d.fail(e.Value, "no reserved range carries a token for %s; native is for %s", entity, strings.Join(NativeEntities(), ", "))
		default:
			out[entity] = s
		}
	}
	return out
}

// reshape applies a pack's shapes to a set.
func (s *Set) reshape(by map[string]Shape) {
	if len(by) == 0 {
		return
	}
	if s.Shapes == nil {
		s.Shapes = map[string]Shape{}
	}
	maps.Copy(s.Shapes, by)
}
