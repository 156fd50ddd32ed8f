package proxy

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"coatcheck/proxy/wire"
)

// acceptBase takes an origin-form request: /PROVIDER/… or /HOST/…. Loopback is
// no authentication: a web page can reach it too, so the Host must be ours and
// the page's origin must not be foreign (DNS rebinding, form posts).
func (p *Proxy) acceptBase(w http.ResponseWriter, r *http.Request) {
	o := origin{way: wayBase, client: r.RemoteAddr, tls: true}
	if !p.ownName(r.Host) {
		p.refuseRequest(w, o, ReasonHostMismatch)
		return
	}
	if foreignPage(r) {
		p.refuseRequest(w, o, ReasonForeignPage)
		return
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	below, ok := p.basePath(path)
	if !ok {
		p.refuseRequest(w, o, ReasonNoPassword)
		return
	}
	o.principal = p.basePrincipal()
	segment, rest, _ := strings.Cut(strings.TrimPrefix(below, "/"), "/")
	if o.host, o.port, ok = p.baseHost(segment); !ok {
		p.refuseRequest(w, o, ReasonNoProvider)
		return
	}
	o.prefix = strings.TrimSuffix(path, "/"+rest)
	o.spelled = "/" + rest + strings.TrimPrefix(r.RequestURI, path)
	inner, err := url.ParseRequestURI("/" + strings.TrimLeft(rest, "/"))
	if err != nil {
		p.refuseRequest(w, o, ReasonBadTarget)
		return
	}
	inner.RawQuery = query
	asked := r.Clone(r.Context())
	asked.URL = inner
	p.serve(w, asked, o)
}

// baseHost reads the first path segment: a known provider's name, or an
// opened host with an optional port.
func (p *Proxy) baseHost(segment string) (host, port string, ok bool) {
	for _, a := range wire.Adapters() {
		if a.Name == segment {
			return a.Hosts[0], "443", true
		}
	}
	name, err := url.PathUnescape(segment)
	if err != nil {
		return "", "", false
	}
	host, port = splitPort(name)
	if port == "" {
		port = "443"
	}
	if host, _, err = nameOrIP(host); err != nil {
		return "", "", false
	}
	_, ok = p.hosts.find(host, port)
	return host, port, ok
}

// BasePath is the first part of every base URL of this proxy: empty, or a
// segment that carries the password, since clients of a base URL have no
// other place for it.
func (c Config) BasePath() string {
	if c.Password == "" {
		return ""
	}
	return "/~" + url.PathEscape(c.Password)
}

// basePath takes the password's segment, in any spelling, off a path.
func (p *Proxy) basePath(path string) (string, bool) {
	if p.cfg.Password == "" {
		return path, true
	}
	segment, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	key, err := url.PathUnescape(segment)
	return "/" + rest, err == nil && equal(key, "~"+p.cfg.Password)
}

func (p *Proxy) basePrincipal() Principal {
	if p.cfg.Password != "" && p.cfg.User != "" {
		return Principal(p.cfg.User)
	}
	return Principal(p.cfg.Installation)
}

// ownName reports whether a Host header names this machine's loopback or a
// configured name.
func (p *Proxy) ownName(authority string) bool {
	host, _ := splitPort(authority)
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		return true
	}
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	for _, name := range p.cfg.Names {
		if strings.EqualFold(host, name) {
			return true
		}
	}
	return false
}

// foreignPage reports whether a browser says that the request comes from a
// page of another machine.
func foreignPage(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return true
	}
	from := r.Header.Get("Origin")
	if from == "" {
		return false
	}
	u, err := url.Parse(from)
	if err != nil {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}
