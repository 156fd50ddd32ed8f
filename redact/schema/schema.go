// Package schema chooses how tokens are written where a JSON Schema says what a
// model may write.
//
// A tool's parameter of format "email" keeps a model that is held to the schema
// from ever writing [EMAIL_7K3QXM]. So tokens for e-mail addresses take a native
// shape in a request with such a parameter; see [token.Shape]. The choice is a
// function of the schemas and the rules alone: it stays as it is from turn to
// turn, and the tokens with it. The order of the schemas does not matter.
//
// The law it keeps: a schema decides about the shape of a token and about
// nothing else.
package schema

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"

	"coatcheck/redact/token"
	"coatcheck/rules"
)

// Bound is a string that a schema binds.
type Bound struct {
	Name    string // of the property, which may say what it holds
	Format  string // of JSON Schema, "" for none
	Pattern string // ECMA-262, "" for none
	Max     int    // characters, 0 for no limit
}

// Choice says how the tokens of one request are written.
type Choice struct {
	// Unmet are the positions of the bounds that no token is known to keep: a model held
	// to them cannot name a value there.
	Unmet []int

	asked token.Shapes
	rules map[string]rules.Shape
}

// Chooser chooses shapes. It is safe for concurrent use.
type Chooser struct {
	// patterns remembers what passes a pattern. The same tools come with every
	// turn of a conversation. Patterns are a program's, no private text.
	patterns *lru.Cache[string, passes]
	allowed  time.Duration // to try the patterns of one request
}

// remembered is how many patterns a chooser remembers.
const remembered = 512

// NewChooser returns a chooser.
func NewChooser() *Chooser {
	cache, err := lru.New[string, passes](remembered)
	if err != nil { // only for a size below one
		panic(err)
	}
	return &Chooser{cache, allowance}
}

// Choose chooses for a request with some bounds under rules that name shapes by
// entity. It takes a bounded time, some tenths of a second for the worst
// patterns, and tries none once ctx is done: what was not tried is unmet, as no
// token is known to fit there.
func (c *Chooser) Choose(ctx context.Context, bounds []Bound, by map[string]rules.Shape) Choice {
	choice := Choice{rules: by}
	t := c.trial(ctx)
	for i, b := range bounds {
		asked, met := c.ask(t, b)
		choice.asked |= asked
		if !met {
			choice.Unmet = append(choice.Unmet, i)
		}
	}
	return choice
}

// ask returns the shapes that keep a bound which brackets do not keep, and
// whether anything keeps it.
func (c *Chooser) ask(t *trial, b Bound) (asked token.Shapes, met bool) {
	candidates := allShapes
	formatted := false
	if shapes, known := formats[strings.ToLower(b.Format)]; known {
		candidates, formatted = shapes, true
	}
	pass := everything
	if b.Pattern != "" {
		pass = c.pass(t, b.Pattern)
	}
	if !formatted && pass.brackets && fits(bracketed, b.Max) {
		return 0, true
	}
	for _, s := range candidates.List() {
		if pass.shapes.Has(s) && fits(sample(s), b.Max) && (s != token.Digits || aboutPhones(b.Name)) {
			asked = asked.With(s)
		}
	}
	return asked, asked != 0
}

// Of returns the shape of the token for a value of an entity.
func (c Choice) Of(entity, value string) token.Shape {
	switch c.rules[entity] {
	case rules.ShapeBracket:
		return token.Brackets
	case rules.ShapeNative:
		if s := c.asked.Of(entity, value); s != token.Brackets {
			return s
		}
		return nativeOf(entity).Of(entity, value)
	default:
		return c.asked.Of(entity, value)
	}
}

// Shapes returns all native shapes that tokens of the request may have.
func (c Choice) Shapes() token.Shapes {
	all := c.asked
	for entity, s := range c.rules {
		if s == rules.ShapeNative {
			all |= nativeOf(entity)
		}
	}
	return all
}

// Example returns a token as an entity's are written where a schema forbids
// brackets, "" if no range is reserved for such values.
func Example(entity string) string {
	for _, s := range nativeOf(entity).List() {
		return sample(s)
	}
	return ""
}

// nativeOf returns the shapes of an entity.
func nativeOf(entity string) (set token.Shapes) {
	for _, s := range token.NativeShapes() {
		if s.Entity() == entity {
			set = set.With(s)
		}
	}
	return set
}

// formats are the formats of private values that brackets do not keep, and the
// shapes that do: those of JSON Schema (draft 2020-12 Validation, 7.3) and the
// names in use for telephone numbers. No range is reserved for dates.
var formats = map[string]token.Shapes{
	"email": set(token.Email), "idn-email": set(token.Email),
	"uri": set(token.URL), "iri": set(token.URL), "url": set(token.URL),
	"uri-reference": set(token.URL), "iri-reference": set(token.URL),
	"ipv4": set(token.IPv4), "ipv6": set(token.IPv6), "uuid": set(token.UUID),
	"phone": set(token.Phone), "phone-number": set(token.Phone), "tel": set(token.Phone), "e164": set(token.Phone),
	"date": 0, "date-time": 0,
}

func set(shapes ...token.Shape) (all token.Shapes) {
	for _, s := range shapes {
		all = all.With(s)
	}
	return all
}

var allShapes = set(token.NativeShapes()...)

// aboutPhones reports whether a property's name speaks of telephones. Digits
// alone are so common (orders, customers, amounts) that they ask for nothing.
func aboutPhones(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"phone", "tel", "mobile", "cell", "fax", "sms", "msisdn", "whatsapp"}, func(word string) bool {
		return strings.Contains(name, word)
	})
}

func fits(s string, most int) bool { return most == 0 || utf8.RuneCountInString(s) <= most }
