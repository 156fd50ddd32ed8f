package door

import (
	"cmp"
	"errors"
	"net/url"
	"strings"
)

var errLocation = errors.New("leads off the opened hosts, or clients do not agree on where")

// Location turns a redirect of the answer to in, its Location headers, into the
// one that the client gets. It is an error if that would make the client post
// its plain body to a host that is not opened, or in clear.
func (d *Door) Location(in *Request, locations []string) (string, error) {
	to, err := in.redirectTarget(locations)
	if err != nil {
		return "", err
	}
	host, port := splitPort(to.Host)
	port = cmp.Or(port, usualPort[to.Scheme])
	if host, _, err = nameOrIP(host); err != nil {
		return "", err
	}
	pv, open := d.hosts.find(host, port)
	if !open || to.Scheme != "https" && (to.Scheme != "http" || !pv.plain || in.Origin.TLS) {
		return "", errLocation
	}
	return d.forClient(in, to, host, port, locations[0]), nil
}

// forClient keeps a base-URL client on its base URL, and every client on the
// provider's name when an upstream stands for it. Else the provider's spelling
// stays.
func (d *Door) forClient(in *Request, to *url.URL, host, port, spelled string) string {
	if in.Origin.Way != WayBase {
		if in.Provider.upstream != nil {
			return to.String()
		}
		return spelled
	}
	base := in.Origin.Prefix
	if host != in.Origin.Host || port != in.Origin.Port {
		base = BasePath(d.cfg.Password) + "/" + authority(host, port, "443")
	}
	location := base + to.RequestURI()
	if to.Fragment != "" {
		location += "#" + to.EscapedFragment()
	}
	return location
}

// redirectTarget reads a Location as every client does, or not at all. URLs in
// the wild are read by two rules, RFC 3986 and the WHATWG's, and what is a path
// for one can be a host for the other: "///host", "/\\host". What only one of
// them would accept is refused, and so are several Locations.
func (r *Request) redirectTarget(locations []string) (*url.URL, error) {
	location := locations[0]
	if len(locations) > 1 || strings.ContainsFunc(location, notInURL) {
		return nil, errLocation
	}
	to, err := r.askedURL().Parse(location)
	if err != nil {
		return nil, err
	}
	if to.User != nil || to.Opaque != "" || strings.HasPrefix(to.Path, "//") {
		return nil, errLocation
	}
	return to, r.offUpstream(to)
}

// notInURL reports characters that no URL holds unescaped (RFC 3986, 2).
func notInURL(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`\"<>^{|}`+"`", r)
}

// askedURL is the request's URL as the provider, or its upstream, was asked.
func (r *Request) askedURL() *url.URL {
	u := *r.URL
	up := r.Provider.upstream
	if up == nil {
		u.Scheme, u.Host = r.scheme(), r.Authority()
		return &u
	}
	spelled := joinPath(up.EscapedPath(), u.EscapedPath())
	u.Scheme, u.Host = up.Scheme, up.Host
	u.Path, u.RawPath = joinPath(up.Path, u.Path), spelled
	return &u
}

// scheme is that of the client's URLs for the provider.
func (r *Request) scheme() string {
	if r.Origin.TLS {
		return "https"
	}
	return "http"
}

// offUpstream turns an upstream's URL into the client's for the same place.
// As it stands it would lead the client around us, or, since the upstream's
// path is put in front again, into that twice.
func (r *Request) offUpstream(to *url.URL) error {
	up := r.Provider.upstream
	if up == nil {
		return nil
	}
	path := up.EscapedPath()
	switch {
	case dialAddress(to) == dialAddress(up):
		if !cutPath(to, path) {
			return errLocation // there is no way for the client to ask for it
		}
		to.Scheme, to.Host = r.scheme(), r.Authority()
	case to.Host == r.Authority(): // upstreams may name themselves by our Host header, or pass the provider's answer on
		cutPath(to, path)
	}
	return nil
}

// cutPath takes a prefix off a URL's path, unless the path lies elsewhere or
// what is left could be read as a host.
func cutPath(u *url.URL, prefix string) bool {
	rest, ok := strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(prefix, "/"))
	if rest == "" {
		rest = "/"
	}
	plain, err := url.PathUnescape(rest)
	if !ok || err != nil || rest[0] != '/' || strings.HasPrefix(rest, "//") {
		return false
	}
	u.Path, u.RawPath = plain, rest
	return true
}
