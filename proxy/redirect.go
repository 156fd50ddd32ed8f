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
		if host, err = hostName(host); err == nil {
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
	to, err := x.clientURL().Parse(location)
	if err != nil {
		return nil, err
	}
	if to.User != nil || to.Opaque != "" || strings.HasPrefix(to.Path, "//") {
		return nil, errLocation
	}
	if x.provider.upstream != nil && dialAddress(to) == dialAddress(x.target) {
		to.Scheme, to.Host = "https", x.host() // the upstream names itself
	}
	return to, nil
}

// notInURL reports characters that no URL holds unescaped (RFC 3986, 2).
func notInURL(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`\"<>^{|}`+"`", r)
}

// clientURL is the request's URL as the client sees it at the provider.
func (x *Exchange) clientURL() *url.URL {
	u := *x.In.URL
	u.Scheme, u.Host = "https", x.host()
	if !x.origin.tls {
		u.Scheme = "http"
	}
	return &u
}

// rewriteLocation keeps a base-URL client on its base URL.
func (p *Proxy) rewriteLocation(x *Exchange, to *url.URL, host, port string) {
	if x.origin.way != wayBase {
		return
	}
	if host != x.origin.host || port != x.origin.port {
		name := host
		if port != "443" {
			name += ":" + port
		}
		x.Response.Header.Set("Location", p.cfg.BasePath()+"/"+name+to.RequestURI())
		return
	}
	x.Response.Header.Set("Location", x.origin.prefix+to.RequestURI())
}
