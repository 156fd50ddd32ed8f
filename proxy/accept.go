package proxy

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/elazarl/goproxy"

	"coatcheck/proxy/wire"
)

// Principal is who a client is to us: the name it authenticated with at the
// proxy, or the installation. It is set in this file and nowhere else, and it
// is never a provider's credential, which rotates and is shared.
type Principal string

// way is the road by which a request came in.
type way string

const (
	wayConnect way = "connect" // HTTPS_PROXY: a tunnel that was opened
	wayPlain   way = "plain"   // HTTP_PROXY: absolute-form, in clear
	wayBase    way = "base"    // a base URL that points at us
)

// origin is what accept knows about where a request comes from and goes to.
type origin struct {
	way       way
	principal Principal
	client    string     // the client's address, for the sealed part of the log
	host      string     // normalised name, or the IP literal, that was asked for
	port      string     //
	ip        netip.Addr // set when the target was an IP literal
	tls       bool
	prefix    string // wayBase: the path segment that named the provider
}

// action is what happens to a CONNECT.
type action uint8

const (
	refuse action = iota
	tunnel
	open
)

// verdict is the decision about a target, always with its reason.
type verdict struct {
	action action
	reason Reason
}

// judge decides about a target by the host table. sni is empty before the
// client's hello has been read. A model host is never tunnelled, whichever
// way its name shows.
func (p *Proxy) judge(o origin, sni string) verdict {
	_, hostOpen := p.hosts.find(o.host, o.port)
	_, sniOpen := p.hosts.find(sni, o.port)
	switch {
	case hostOpen && o.ip.IsValid():
		return verdict{refuse, ReasonAddressOnly} // an upstream by address is for base-URL mode
	case hostOpen:
		return verdict{open, ReasonModelHost}
	case sni != "" && sniOpen && o.ip.IsValid():
		return verdict{open, ReasonModelHost}
	case sni != "" && sniOpen:
		return verdict{refuse, ReasonHostMismatch}
	case p.cfg.RefuseUnknown:
		return verdict{refuse, ReasonUnknownHost}
	default:
		return verdict{tunnel, ReasonUnknownHost}
	}
}

func (p *Proxy) newFront() *http.Server {
	front := goproxy.NewProxyHttpServer()
	front.Logger = discard{} // its lines may quote URLs
	front.ConnectDial = nil  // it would take the proxy from our own environment
	front.Tr = nil           // it forwards nothing itself
	front.CertStore = nil    //
	front.OnRequest().HandleConnectFunc(p.connect)

	srv := &http.Server{
		Handler:                      http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.accept(front, w, r) }),
		ReadHeaderTimeout:            p.cfg.Timeouts.Handshake,
		IdleTimeout:                  p.cfg.Timeouts.Idle,
		MaxHeaderBytes:               p.cfg.Limits.Header,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     quiet(),
		Protocols:                    new(http.Protocols),
	}
	srv.Protocols.SetHTTP1(true)
	return srv
}

// accept sorts what arrives at the listener into the three ways in.
func (p *Proxy) accept(front http.Handler, w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		front.ServeHTTP(earlyBytes{w}, r)
	case r.URL.IsAbs():
		p.acceptPlain(w, r)
	default:
		p.acceptBase(w, r)
	}
}

// connect is goproxy's CONNECT hook. It decides every case explicitly: a hook
// that returned nothing would end in a blind tunnel.
func (p *Proxy) connect(authority string, c *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
	o, v := p.connectTarget(authority, c.Req)
	var upstream net.Conn
	if v.action == tunnel {
		var err error
		if upstream, err = p.transport.dialTunnel(c.Req.Context(), net.JoinHostPort(o.host, o.port)); err != nil {
			v = verdict{refuse, dialReason(err)}
		}
	}
	if v.action == refuse {
		p.refused(c.Req.Context(), o, v.reason)
		c.Resp = connectRefusal(c.Req, v.reason)
		return goproxy.RejectConnect, authority
	}
	return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: func(_ *http.Request, client net.Conn, _ *goproxy.ProxyCtx) {
		p.hijack(client, upstream, o, v)
	}}, authority
}

// connectTarget authenticates a CONNECT and reads its target.
func (p *Proxy) connectTarget(authority string, r *http.Request) (origin, verdict) {
	o := origin{way: wayConnect, client: r.RemoteAddr, tls: true}
	who, ok := p.principal(r.Header.Get("Proxy-Authorization"))
	if !ok {
		return o, verdict{refuse, ReasonUnauthorized}
	}
	o.principal = who
	host, port := splitPort(authority)
	if port == "" {
		port = "443"
	}
	o.host, o.port = host, port
	if ip, err := netip.ParseAddr(host); err == nil {
		o.ip, o.host = ip.Unmap(), ip.Unmap().String()
	} else if o.host, err = hostName(host); err != nil {
		return o, verdict{refuse, ReasonBadTarget}
	}
	return o, p.judge(o, "")
}

// acceptPlain takes an absolute-form request: a proxy client speaking HTTP.
func (p *Proxy) acceptPlain(w http.ResponseWriter, r *http.Request) {
	o := origin{way: wayPlain, client: r.RemoteAddr}
	who, ok := p.principal(r.Header.Get("Proxy-Authorization"))
	o.principal = who
	host, port := splitPort(r.URL.Host)
	if port == "" {
		port = "80"
	}
	o.host, o.port = host, port
	ip, err := netip.ParseAddr(host)
	if err == nil {
		o.ip, o.host = ip.Unmap(), ip.Unmap().String()
	} else {
		o.host, err = hostName(host)
	}
	switch {
	case !ok:
		p.refuseRequest(w, r, o, ReasonUnauthorized)
	case err != nil || r.URL.Scheme != "http":
		p.refuseRequest(w, r, o, ReasonBadTarget)
	default:
		p.serve(w, r, o)
	}
}

// acceptBase takes an origin-form request: /PROVIDER/… or /HOST/…. Loopback is
// no authentication: a web page can reach it too, so the Host must be ours and
// the page's origin must not be foreign (DNS rebinding, form posts).
func (p *Proxy) acceptBase(w http.ResponseWriter, r *http.Request) {
	o := origin{way: wayBase, client: r.RemoteAddr, tls: true}
	if !p.ownName(r.Host) {
		p.refuseRequest(w, r, o, ReasonHostMismatch)
		return
	}
	if foreignPage(r) {
		p.refuseRequest(w, r, o, ReasonForeignPage)
		return
	}
	path, ok := p.basePath(r.URL.EscapedPath())
	if !ok {
		p.refuseRequest(w, r, o, ReasonUnauthorized)
		return
	}
	o.principal = p.basePrincipal()
	prefix, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	host, port, ok := p.baseHost(prefix)
	if !ok {
		p.refuseRequest(w, r, o, ReasonNoProvider)
		return
	}
	o.host, o.port = host, port
	o.prefix = strings.TrimSuffix(r.URL.EscapedPath(), "/"+rest)
	rewritten := r.Clone(r.Context())
	rewritten.URL = &url.URL{}
	if err := setPath(rewritten.URL, "/"+rest, r.URL.RawQuery); err != nil {
		p.refuseRequest(w, r, o, ReasonBadTarget)
		return
	}
	p.serve(w, rewritten, o)
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
	if _, err := netip.ParseAddr(host); err != nil {
		if host, err = hostName(host); err != nil {
			return "", "", false
		}
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
	return "/~" + c.Password
}

func (p *Proxy) basePath(path string) (string, bool) {
	want := p.cfg.BasePath()
	if want == "" {
		return path, true
	}
	key, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + rest, equal("/"+key, want)
}

func (p *Proxy) basePrincipal() Principal {
	if p.cfg.Password != "" && p.cfg.User != "" {
		return Principal(p.cfg.User)
	}
	return Principal(p.cfg.Installation)
}

// principal checks a Proxy-Authorization value. Without a password everybody
// is the installation.
func (p *Proxy) principal(header string) (Principal, bool) {
	if p.cfg.Password == "" {
		return Principal(p.cfg.Installation), true
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	user, password, _ := strings.Cut(string(raw), ":")
	if err != nil || !strings.EqualFold(scheme, "Basic") || !equal(user, p.cfg.User) || !equal(password, p.cfg.Password) {
		return "", false
	}
	return Principal(user), true
}

// equal compares in constant time, lengths included.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
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

// refused counts and records a CONNECT that was turned away.
func (p *Proxy) refused(ctx context.Context, o origin, why Reason) {
	p.counters.refuse("accept", why)
	p.note(context.WithoutCancel(ctx), "refused", o, why)
}

// discard is goproxy's logger.
type discard struct{}

// Printf implements goproxy.Logger.
func (discard) Printf(string, ...any) {}
