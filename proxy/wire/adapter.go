package wire

import (
	"slices"
	"strings"

	"coatcheck/crypto/hostname"
)

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
// The host is a name without a port, in any spelling; for patterns see
// [hostname.Name.Matches].
func ForHost(host string) *Adapter {
	name, err := hostname.Parse(host)
	if err != nil {
		return nil
	}
	var found *Adapter
	longest := 0
	for _, a := range adapters {
		for _, pattern := range a.Hosts {
			if len(pattern) > longest && name.Matches(pattern) {
				found, longest = a, len(pattern)
			}
		}
	}
	return found
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
