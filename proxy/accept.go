package proxy

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/elazarl/goproxy"
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
	client    string // the client's address, for the sealed part of the log
	host      string // normalised name, or the IP literal, that was asked for
	port      string
	ip        netip.Addr // set when the target was an IP literal
	tls       bool
	prefix    string // wayBase: the part of the path that named the provider
	spelled   string // wayBase: what follows it, with the query
}

func (p *Proxy) newFront() *http.Server {
	front := goproxy.NewProxyHttpServer()
	front.Logger = discard{} // its lines may quote URLs
	front.ConnectDial = nil  // it would take the proxy from our own environment
	front.Tr = nil           // it forwards nothing itself
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
		id := p.refused(o, v.reason)
		if v.reason != ReasonCanceled { // else nobody is there to be told
			c.Resp = connectRefusal(c.Req, id, v.reason)
		}
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
	if err := o.aim(authority, "443"); err != nil {
		return o, verdict{refuse, ReasonBadTarget}
	}
	return o, p.judge(o, "")
}

// aim reads the target out of an authority: a name or an address, and a port.
func (o *origin) aim(authority, defaultPort string) (err error) {
	o.host, o.port = splitPort(authority)
	if o.port == "" {
		o.port = defaultPort
	}
	o.host, o.ip, err = nameOrIP(o.host)
	return err
}

// acceptPlain takes an absolute-form request: a proxy client speaking HTTP.
func (p *Proxy) acceptPlain(w http.ResponseWriter, r *http.Request) {
	o := origin{way: wayPlain, client: r.RemoteAddr}
	who, ok := p.principal(r.Header.Get("Proxy-Authorization"))
	o.principal = who
	err := o.aim(r.URL.Host, "80")
	switch {
	case !ok:
		p.refuseRequest(w, o, ReasonUnauthorized)
	case err != nil || r.URL.Scheme != "http":
		p.refuseRequest(w, o, ReasonBadTarget)
	default:
		p.serve(w, r, o)
	}
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

// refused counts what was turned away before it became an exchange, and
// returns the id under which the log has it.
func (p *Proxy) refused(o origin, why Reason) (id string) {
	p.counters.refuse("accept", why)
	return p.folds.add(o, why)
}

// writeRefusals records and logs refusals of one kind.
func (p *Proxy) writeRefusals(f fold) {
	ctx := context.Background()
	_ = p.note(ctx, "refused", f.id, f.origin, f.why, f.count) // they are refused either way
	p.cfg.Log.LogAttrs(ctx, slog.LevelWarn, "refused",
		slog.String("mode", string(f.origin.way)), slog.String("stage", "accept"), slog.String("reason", string(f.why)),
		slog.Int64("count", f.count), slog.String("id", f.id))
}

// unprotected records, counts and logs what is about to pass unread. What
// cannot be recorded must not pass. Its host is told in the sealed log alone.
func (p *Proxy) unprotected(ctx context.Context, o origin) error {
	if err := p.note(ctx, "tunnel", "", o, ReasonUnknownHost, 1); err != nil {
		return err
	}
	p.counters.unprotect(o.host)
	p.cfg.Log.LogAttrs(ctx, slog.LevelInfo, "not protected",
		slog.String("mode", string(o.way)), slog.String("reason", string(ReasonUnknownHost)))
	return nil
}

// discard is goproxy's logger.
type discard struct{}

// Printf implements goproxy.Logger.
func (discard) Printf(string, ...any) {}
