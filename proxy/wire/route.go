package wire

import (
	"slices"

	"coatcheck/proxy/wire/rawjson"
)

// Class says what of a string may be looked for.
type Class uint8

const (
	// ClassText is free text: everything is looked for.
	ClassText Class = iota
	// ClassCertain is an identifier, a name, a number or a run of base64, where
	// only a hit that cannot be chance may count.
	ClassCertain
	// ClassNever is a control word or an id that a provider gave: it is never
	// altered, so a hit that cannot be chance forbids the whole request.
	ClassNever
	// ClassSealed is what the provider must get back byte by byte and that no
	// user writes: signed or encrypted text, and a credential meant for the
	// provider. It is not looked at, and so never returned.
	ClassSealed
)

// Place is one line of a route's table: how to treat the strings of a request
// at one path pattern. See [rawjson.Patterns] for the pattern.
type Place struct {
	Path  string
	Class Class
	Cap   int  // characters that the field allows, 0 for no limit
	Bare  bool // a token stands here without brackets
	Free  bool // the form is the client's own: a number may become a string, a name another
	// Types limits the line to objects whose own "type" is one of these. In
	// any other object the path is free text.
	Types []string
	// Signed limits the line to objects with a "signature" that is not empty.
	Signed bool
}

// Depends reports whether the line is about some objects alone: whoever asks
// must look at the object around the string.
func (p *Place) Depends() bool { return len(p.Types) > 0 || p.Signed }

// About reports whether the line is about an object with this type and this
// signature, "" for none.
func (p *Place) About(typ, signature string) bool {
	return (len(p.Types) == 0 || slices.Contains(p.Types, typ)) && (!p.Signed || signature != "")
}

// Route is one operation of a provider. Routes are tables: they are shared,
// and nobody changes them.
type Route struct {
	Name   string // closed word for logs and metrics, like chat.completions
	Method string
	Suffix string // of the URL's path

	// Messages names the arrays at the root whose elements are messages.
	Messages []string
	// Places treats strings of the request; the first line that matches wins
	// and what no line matches is free text.
	Places []Place
	// NeverBack lists the strings of an answer that are never restored.
	NeverBack rawjson.Patterns
	// Stream says how its answers stream.
	Stream *StreamRules

	other  Place // what holds where no line matches
	places rawjson.Patterns
}

// At returns the line of the table for the string, name or number at p. It is
// never nil; the place is shared, and nobody changes it.
func (rt *Route) At(p *rawjson.Path) *Place {
	if i := rt.places.Find(p); i >= 0 {
		return &rt.Places[i]
	}
	return &rt.other
}

// compiled returns the route with its table ready to use.
func compiled(rt Route) *Route {
	paths := make([]string, len(rt.Places))
	for i, p := range rt.Places {
		paths[i] = p.Path
	}
	rt.places = rawjson.MustPatterns(paths...)
	return &rt
}

// Untabled returns the route of requests that no table knows: every string is
// free text, and every place is the client's own. Its messages are those of
// well-known arrays.
func Untabled() *Route { return untabled }

var untabled = &Route{
	Name:     "other",
	Messages: []string{"messages", "input", "contents", "chat_history"},
	other:    Place{Free: true},
}

// StreamRules is what a route knows about its streams. The zero value says
// that every string of an event is a whole text. Where a route has none, strings
// stream by what the events look like.
//
// An event whose type is of a text's group but is no delta ends the text, so
// the tables need not say that content_block_stop does.
type StreamRules struct {
	// Deltas are the strings that continue a text from event to event. All
	// others are whole.
	Deltas rawjson.Patterns
	// Values are the strings that hold JSON for a program, tool arguments: each
	// string in it is a text of its own. Other JSON in strings may be shown to
	// a person, and what is shown is one text.
	Values rawjson.Patterns
	// Finish are the places where a non-empty string ends all texts of the
	// object that it stands in, a choice.
	Finish rawjson.Patterns
}
