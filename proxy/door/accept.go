package door

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"strings"

	"github.com/elazarl/goproxy"

	"coatcheck/proxy/reason"
)

func (d *Door) newFront() *http.Server {
	front := goproxy.NewProxyHttpServer()
	front.Logger = discard{} // its lines may quote URLs
	front.ConnectDial = nil  // it would take the proxy from our own environment
	front.Tr = nil           // it forwards nothing itself
	front.OnRequest().HandleConnectFunc(d.connect)

	srv := &http.Server{
		Handler:                      http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.accept(front, w, r) }),
		ReadHeaderTimeout:            d.cfg.Timeouts.Handshake,
		IdleTimeout:                  d.cfg.Timeouts.Idle,
		MaxHeaderBytes:               d.cfg.Header,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     quiet(),
		Protocols:                    new(http.Protocols),
	}
	srv.Protocols.SetHTTP1(true)
	return srv
}

// accept sorts what arrives at the listener into the three ways in.
func (d *Door) accept(front http.Handler, w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		front.ServeHTTP(earlyBytes{w}, r)
	case r.URL.IsAbs():
		d.acceptPlain(w, r)
	default:
		d.acceptBase(w, r)
	}
}

// connect is goproxy's CONNECT hook. It decides every case explicitly: a hook
// that returned nothing would end in a blind tunnel.
func (d *Door) connect(authority string, c *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
	o, v := d.connectTarget(authority, c.Req)
	var upstream net.Conn
	if v.action == tunnel {
		var err error
		if upstream, err = d.roads.dialTunnel(c.Req.Context(), net.JoinHostPort(o.Host, o.Port)); err != nil {
			v = verdict{refuse, DialReason(err)}
		}
	}
	if v.action == refuse {
		id := d.book.Refused(o, v.reason)
		if v.reason != reason.Canceled { // else nobody is there to be told
			c.Resp = connectRefusal(c.Req, reason.Refusal{Reason: v.reason, Exchange: id})
		}
		return goproxy.RejectConnect, authority
	}
	return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: func(_ *http.Request, client net.Conn, _ *goproxy.ProxyCtx) {
		d.hijack(client, upstream, o, v)
	}}, authority
}

// connectTarget authenticates a CONNECT and reads its target.
func (d *Door) connectTarget(authority string, r *http.Request) (Origin, verdict) {
	o := Origin{Way: WayConnect, Client: r.RemoteAddr, TLS: true}
	who, ok := d.principal(r.Header.Get("Proxy-Authorization"))
	if !ok {
		return o, verdict{refuse, reason.Unauthorized}
	}
	o.Principal = who
	if err := o.aim(authority, "443"); err != nil {
		return o, verdict{refuse, reason.BadTarget}
	}
	return o, d.judge(o, "")
}

// aim reads the target out of an authority: a name or an address, and a port.
func (o *Origin) aim(authority, defaultPort string) (err error) {
	o.Host, o.Port = splitPort(authority)
	if o.Port == "" {
		o.Port = defaultPort
	}
	o.Host, o.IP, err = nameOrIP(o.Host)
	return err
}

// acceptPlain takes an absolute-form request: a proxy client speaking HTTP.
func (d *Door) acceptPlain(w http.ResponseWriter, r *http.Request) {
	o := Origin{Way: WayPlain, Client: r.RemoteAddr}
	who, ok := d.principal(r.Header.Get("Proxy-Authorization"))
	o.Principal = who
	err := o.aim(r.URL.Host, "80")
	switch {
	case !ok:
		d.turnAway(w, o, reason.Unauthorized)
	case err != nil || r.URL.Scheme != "http":
		d.turnAway(w, o, reason.BadTarget)
	default:
		d.enter(w, r, o, spelledTarget(r))
	}
}

// principal checks a Proxy-Authorization value. Without a password everybody
// is the installation.
func (d *Door) principal(header string) (Principal, bool) {
	if d.cfg.Password == "" {
		return Principal(d.cfg.Installation), true
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	user, password, _ := strings.Cut(string(raw), ":")
	if err != nil || !strings.EqualFold(scheme, "Basic") || !equal(user, d.cfg.User) || !equal(password, d.cfg.Password) {
		return "", false
	}
	return Principal(user), true
}

// equal compares in constant time, lengths included.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// connectRefusal is the answer to a CONNECT that is refused.
func connectRefusal(r *http.Request, f reason.Refusal) *http.Response {
	resp := goproxy.NewResponse(r, "application/json", f.Reason.Status(), string(f.Body(nil)))
	if f.Reason == reason.Unauthorized {
		resp.Header.Set("Proxy-Authenticate", reason.Challenge)
	}
	return resp
}

// discard is goproxy's logger.
type discard struct{}

// Printf implements goproxy.Logger.
func (discard) Printf(string, ...any) {}
