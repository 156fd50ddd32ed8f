package door

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"coatcheck/proxy/wire"
)

// Principal is who a client is to us: the name it authenticated with at the
// proxy, or the installation. The door alone sets it, and it is never a
// provider's credential, which rotates and is shared.
type Principal string

// Way is the road by which a request came in.
type Way string

// The ways.
const (
	WayConnect Way = "connect" // HTTPS_PROXY: a tunnel that was opened
	WayPlain   Way = "plain"   // HTTP_PROXY: absolute-form, in clear
	WayBase    Way = "base"    // a base URL that points at us
)

// Origin is what the door knows about where a request comes from and goes to.
type Origin struct {
	Way       Way
	Principal Principal
	Client    string     // the client's address: for the sealed part of the log
	Host      string     // the normalised name, or the IP literal, that was asked for
	Port      string     // that was asked for
	IP        netip.Addr // set when the target was an IP literal
	TLS       bool
	Prefix    string // WayBase: the part of the path that named the provider
}

// Provider is an opened host.
type Provider struct {
	Host    string // the name that stands in scopes and sealed log fields
	Adapter *wire.Adapter

	upstream *url.URL // nil: the host itself
	plain    bool     // may be reached without TLS
}

// Request is one request to an opened host. Nothing of it is ever changed.
type Request struct {
	*http.Request
	Origin   Origin
	Provider Provider

	spelled string // path and query as the client wrote them
}

// InClear reports a request that came without TLS to a host for which that is
// not allowed.
func (r *Request) InClear() bool { return !r.Origin.TLS && !r.Provider.plain }

// Target is the URL that the provider, or the upstream in its place, is asked
// for: the path and the query are spelled as the client wrote them.
func (r *Request) Target() (*url.URL, error) {
	base := r.Provider.base(r.Origin)
	u := *base
	return &u, spell(&u, joinPath(base.EscapedPath(), r.spelled))
}

// Authority is the Host header that leaves: the one the client wrote to the
// provider, or in base-URL mode, where it named us, the provider's.
func (r *Request) Authority() string {
	switch {
	case r.Origin.Way != WayBase:
		return r.Host
	case r.Origin.Port == "443", r.Origin.Port == "80":
		return authority(r.Origin.Host, "", "")
	default:
		return authority(r.Origin.Host, r.Origin.Port, "")
	}
}

// base is where a provider is reached for a request of this origin.
func (pv Provider) base(o Origin) *url.URL {
	if pv.upstream != nil {
		return pv.upstream
	}
	u := &url.URL{Scheme: "https"}
	if !o.TLS {
		u.Scheme = "http"
	}
	u.Host = authority(o.Host, o.Port, usualPort[u.Scheme])
	return u
}

// usualPort is the port of a URL that names none.
var usualPort = map[string]string{"http": "80", "https": "443"}

// spelledTarget is a request's path and query as the client wrote them. net/url
// normalises some spellings; a provider may tell them apart.
func spelledTarget(r *http.Request) string {
	target := r.RequestURI
	if _, rest, absolute := strings.Cut(target, "://"); absolute && r.URL.IsAbs() {
		i := strings.IndexAny(rest, "/?")
		if i < 0 {
			return "/"
		}
		target = rest[i:]
		if target[0] == '?' {
			target = "/" + target
		}
	}
	return target
}

// spell gives a URL a path and query as they were written. net/url would read
// a path that begins with two slashes as a host; there it is escaped anew.
func spell(u *url.URL, target string) error {
	path, query, asked := strings.Cut(target, "?")
	u.RawQuery, u.ForceQuery = query, asked && query == ""
	if !strings.HasPrefix(path, "//") {
		u.Opaque, u.Path, u.RawPath = path, "", ""
		return nil
	}
	plain, err := url.PathUnescape(path)
	u.Path, u.RawPath = plain, path
	return err
}

// joinPath puts an upstream's own path in front of the client's.
func joinPath(prefix, path string) string {
	if prefix == "" || prefix == "/" {
		return path
	}
	return strings.TrimSuffix(prefix, "/") + path
}
