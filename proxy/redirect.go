package proxy

import (
	"errors"
	"net/url"
	"strings"
)

// checkRedirect refuses an answer that would make the client post its plain
// body to a host that is not opened, or in clear.
func (p *Proxy) checkRedirect(x *Exchange) error {
	h := x.Response.Header
	h.Del("Refresh") // a redirect that only browsers know
	if x.Response.StatusCode < 300 || x.Response.StatusCode > 399 || len(h["Location"]) == 0 {
		return nil
	}
	to, err := x.redirectTarget(h["Location"])
	if err == nil {
		host, port := splitPort(to.Host)
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[to.Scheme]
		}
		if host, _, err = nameOrIP(host); err == nil {
			pv, open := p.hosts.find(host, port)
			if open && (to.Scheme == "https" || to.Scheme == "http" && pv.plain && !x.origin.tls) {
				p.rewriteLocation(x, to, host, port)
				return nil
			}
		}
	}
	_ = x.Response.Body.Close()
	return refusing(ReasonRedirect, nil)
}

var errLocation = errors.New("clients do not agree on where this leads")

// redirectTarget reads a Location as every client does, or not at all. URLs in
// the wild are read by two rules, RFC 3986 and the WHATWG's, and what is a path
// for one can be a host for the other: "///host", "/\\host". What only one of
// them would accept is refused, and so are several Locations.
func (x *Exchange) redirectTarget(values []string) (*url.URL, error) {
	location := values[0]
	if len(values) > 1 || strings.ContainsFunc(location, notInURL) {
		return nil, errLocation
	}
	to, err := x.askedURL().Parse(location)
	if err != nil {
		return nil, err
	}
	if to.User != nil || to.Opaque != "" || strings.HasPrefix(to.Path, "//") {
		return nil, errLocation
	}
	return to, x.offUpstream(to)
}

// notInURL reports characters that no URL holds unescaped (RFC 3986, 2).
func notInURL(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`\"<>^{|}`+"`", r)
}

// askedURL is the request's URL as the provider, or its upstream, was asked.
func (x *Exchange) askedURL() *url.URL {
	u := *x.In.URL
	if x.provider.upstream == nil {
		u.Scheme, u.Host = x.scheme(), x.host()
		return &u
	}
	spelled := joinPath(x.target.EscapedPath(), u.EscapedPath())
	u.Scheme, u.Host = x.target.Scheme, x.target.Host
	u.Path, u.RawPath = joinPath(x.target.Path, u.Path), spelled
	return &u
}

// scheme is that of the client's URLs for the provider.
func (x *Exchange) scheme() string {
	if x.origin.tls {
		return "https"
	}
	return "http"
}

// offUpstream turns an upstream's URL into the client's for the same place.
// As it stands it would lead the client around us, or, since the upstream's
// path is put in front again, into that twice.
func (x *Exchange) offUpstream(to *url.URL) error {
	if x.provider.upstream == nil {
		return nil
	}
	path := x.target.EscapedPath()
	switch {
	case dialAddress(to) == dialAddress(x.target):
		if !cutPath(to, path) {
			return errLocation // there is no way for the client to ask for it
		}
		to.Scheme, to.Host = x.scheme(), x.host()
	case to.Host == x.host(): // upstreams may name themselves by our Host header, or pass the provider's answer on
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

// rewriteLocation keeps a base-URL client on its base URL, and every client on
// the provider's name when an upstream stands for it.
func (p *Proxy) rewriteLocation(x *Exchange, to *url.URL, host, port string) {
	if x.origin.way != wayBase {
		if x.provider.upstream != nil {
			x.Response.Header.Set("Location", to.String())
		}
		return
	}
	base := x.origin.prefix
	if host != x.origin.host || port != x.origin.port {
		base = p.cfg.BasePath() + "/" + authority(host, port, "443")
	}
	location := base + to.RequestURI()
	if to.Fragment != "" {
		location += "#" + to.EscapedFragment()
	}
	x.Response.Header.Set("Location", location)
}
