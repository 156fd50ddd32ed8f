package wire

import (
	"slices"
	"strings"
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
	// user writes: encrypted text, signatures, and a credential meant for the
	// provider. It is not looked at, and so never returned.
	ClassSealed
)

// Place is one line of a route's table: how to treat the strings of a request
// at one path pattern. See [Patterns] for the pattern.
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

// depends reports whether the line needs to know the object around the string.
func (p Place) depends() bool { return len(p.Types) > 0 || p.Signed }

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
	NeverBack Patterns
	// Stream says how its answers stream.
	Stream *StreamRules

	open   bool // no table: every place is free
	typed  bool // some line asks for a type or a signature
	places Patterns
}

// compiled returns the route with its table ready to use.
func compiled(rt Route) *Route {
	paths := make([]string, len(rt.Places))
	for i, p := range rt.Places {
		paths[i] = p.Path
		rt.typed = rt.typed || p.depends()
	}
	rt.places = MustPatterns(paths...)
	return &rt
}

// untabled is the route of requests that no table knows. The names are those
// of well-known arrays of messages.
var untabled = compiled(Route{
	Name:     "other",
	Messages: []string{"messages", "input", "contents", "chat_history"},
	open:     true,
})

// Adapter is what is known of one provider. Adapters are tables: they are
// shared, and nobody changes them.
type Adapter struct {
	// Name is a closed word for logs and metrics, and the first segment of the
	// provider's path in base-URL mode.
	Name string
	// Hosts lists names and patterns; see [ForHost]. The first is the default.
	Hosts []string
	// BaseEnv lists the environment variables from which clients take another
	// base URL, and BasePath the path that their default has.
	BaseEnv  []string
	BasePath string
	Routes   []*Route
	// Refuse writes an error in the provider's own shape.
	Refuse func(Refusal) []byte
}

// Adapters returns the known providers.
func Adapters() []*Adapter { return slices.Clone(adapters) }

// Generic returns the adapter of hosts that no table knows.
func Generic() *Adapter { return generic }

var generic = &Adapter{Name: "other", Refuse: refuseOpenAI}

// ForHost returns the adapter whose table names the host most exactly, or nil.
// The host is a name without a port, in any case, with or without a last dot.
//
// In a table * stands for one label or a part of it, and a leading *. for any
// number of labels, at least one.
func ForHost(host string) *Adapter {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	var found *Adapter
	longest := 0
	for _, a := range adapters {
		for _, pattern := range a.Hosts {
			if len(pattern) > longest && hostMatches(pattern, host) {
				found, longest = a, len(pattern)
			}
		}
	}
	return found
}

func hostMatches(pattern, host string) bool {
	if suffix, ok := strings.CutPrefix(pattern, "*"); ok && strings.HasPrefix(suffix, ".") {
		return len(host) > len(suffix) && strings.HasSuffix(host, suffix)
	}
	head, tail, wild := strings.Cut(pattern, "*")
	if !wild {
		return host == pattern
	}
	if len(host) <= len(head)+len(tail) || !strings.HasPrefix(host, head) || !strings.HasSuffix(host, tail) {
		return false
	}
	return !strings.Contains(host[len(head):len(host)-len(tail)], ".")
}

// Route returns the route for a method and a URL path without its query, or
// nil: then the body is read without a table.
func (a *Adapter) Route(method, path string) *Route {
	path = strings.TrimRight(path, "/")
	for _, rt := range a.Routes {
		at := len(path) - len(rt.Suffix)
		if rt.Method == method && at >= 0 && strings.EqualFold(path[at:], rt.Suffix) {
			return rt
		}
	}
	return nil
}

// RouteByPath finds a route by method and path alone, for hosts that no table
// names but that speak a known API. It returns nils when nothing fits.
func RouteByPath(method, path string) (*Adapter, *Route) {
	for _, a := range []*Adapter{openai, anthropic} {
		if rt := a.Route(method, path); rt != nil {
			return a, rt
		}
	}
	return nil, nil
}
