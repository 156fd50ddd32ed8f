package door

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire"
)

// acceptBase takes an origin-form request: /PROVIDER/… or /HOST/…. Loopback is
// no authentication: a web page can reach it too, so the Host must be ours and
// the page's origin must not be foreign (DNS rebinding, form posts).
func (d *Door) acceptBase(w http.ResponseWriter, r *http.Request) {
	o := Origin{Way: WayBase, Client: r.RemoteAddr, TLS: true}
	if !d.ownName(r.Host) {
		d.turnAway(w, o, reason.HostMismatch)
		return
	}
	if foreignPage(r) {
		d.turnAway(w, o, reason.ForeignPage)
		return
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	below, ok := d.basePath(path)
	if !ok {
		d.turnAway(w, o, reason.NoPassword)
		return
	}
	o.Principal = d.basePrincipal()
	segment, rest, _ := strings.Cut(strings.TrimPrefix(below, "/"), "/")
	if o.Host, o.Port, ok = d.baseHost(segment); !ok {
		d.turnAway(w, o, reason.NoProvider)
		return
	}
	o.Prefix = strings.TrimSuffix(path, "/"+rest)
	spelled := "/" + rest + strings.TrimPrefix(r.RequestURI, path)
	inner, err := url.ParseRequestURI("/" + strings.TrimLeft(rest, "/"))
	if err != nil {
		d.turnAway(w, o, reason.BadTarget)
		return
	}
	inner.RawQuery = query
	asked := r.Clone(r.Context())
	asked.URL = inner
	d.enter(w, asked, o, spelled)
}

// baseHost reads the first path segment: a known provider's name, or an
// opened host with an optional port.
func (d *Door) baseHost(segment string) (host, port string, ok bool) {
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
	_, ok = d.hosts.find(host, port)
	return host, port, ok
}

// basePath takes the password's segment, in any spelling, off a path.
func (d *Door) basePath(path string) (string, bool) {
	if d.cfg.Password == "" {
		return path, true
	}
	segment, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	key, err := url.PathUnescape(segment)
	return "/" + rest, err == nil && equal(key, "~"+d.cfg.Password)
}

func (d *Door) basePrincipal() Principal {
	if d.cfg.Password != "" && d.cfg.User != "" {
		return Principal(d.cfg.User)
	}
	return Principal(d.cfg.Installation)
}

// ownName reports whether a Host header names this machine's loopback or a
// configured name.
func (d *Door) ownName(authority string) bool {
	host, _ := splitPort(authority)
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		return true
	}
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	for _, name := range d.cfg.Names {
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
