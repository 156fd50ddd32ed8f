package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// errForbidden is a destination that policy never dials.
var errForbidden = errors.New("forbidden destination")

// connectFunc connects to a host and port over TCP. It asks check about every
// address that the host's name resolves to, before it connects to it.
type connectFunc func(ctx context.Context, hostport string, check func(address string) error) (net.Conn, error)

// transports reach providers. Verification of their certificates is always on.
type transports struct {
	pooled *http.Transport // by name
	pinned *http.Transport // by an address the client chose: one connection a request
	pass   *http.Transport // what is not a model's, in clear: bodies cannot be sent twice

	connect connectFunc
	exempt  map[string]bool // host:port of configured upstreams

	mu  sync.Mutex
	own []netip.AddrPort // our listeners
	any bool             // a listener of ours is reachable from other machines
}

func newTransports(cfg Config, h *hosts) *transports {
	t := &transports{connect: cfg.connect, exempt: map[string]bool{}}
	for _, u := range h.upstreams {
		t.exempt[dialAddress(u)] = true
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // the linked-in fallback roots apply
	}
	if len(cfg.UpstreamCAs) > 0 {
		roots.AppendCertsFromPEM(cfg.UpstreamCAs)
	}
	verify := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, ClientSessionCache: tls.NewLRUClientSessionCache(256)}
	t.pooled = &http.Transport{
		DialContext:           t.dialProvider,
		TLSClientConfig:       verify,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // the client's own choice of codings is passed on
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   cfg.Timeouts.Dial,
		ResponseHeaderTimeout: cfg.Timeouts.Upstream,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second},
	}
	t.pinned = t.pooled.Clone()
	t.pinned.DialContext = t.dialPinned
	t.pinned.DisableKeepAlives = true
	t.pass = t.pooled.Clone()
	t.pass.DialContext = func(ctx context.Context, _, addr string) (net.Conn, error) { return t.dialTunnel(ctx, addr) }
	t.pass.DisableKeepAlives = true
	return t
}

func (t *transports) close() {
	t.pooled.CloseIdleConnections()
	t.pinned.CloseIdleConnections()
	t.pass.CloseIdleConnections()
}

// refuse adds a listener of ours to what is never dialled.
func (t *transports) refuse(a net.Addr) {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.own = append(t.own, ap)
	t.any = t.any || !ap.Addr().IsLoopback()
}

// dialTunnel reaches a host that is not opened.
func (t *transports) dialTunnel(ctx context.Context, addr string) (net.Conn, error) {
	return t.connect(ctx, addr, t.check)
}

// dialProvider reaches an opened host by name. Upstreams named in the
// configuration may be anywhere, on this machine too.
func (t *transports) dialProvider(ctx context.Context, _, addr string) (net.Conn, error) {
	if t.exempt[addr] {
		return t.connect(ctx, addr, anywhere)
	}
	return t.connect(ctx, addr, t.check)
}

func anywhere(string) error { return nil }

type pinKey struct{}

// pin makes a request's connection go to ip, whatever its URL's host resolves
// to; the certificate is still verified under the host's name.
func pin(ctx context.Context, ip netip.Addr) context.Context {
	return context.WithValue(ctx, pinKey{}, ip)
}

func (t *transports) dialPinned(ctx context.Context, _, addr string) (net.Conn, error) {
	ip := ctx.Value(pinKey{}).(netip.Addr)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return t.connect(ctx, net.JoinHostPort(ip.String(), port), t.check)
}

// connectTCP is the operating system's connectFunc. The check stands between
// resolving and connecting, which is what defeats DNS rebinding.
func connectTCP(timeout time.Duration) connectFunc {
	return func(ctx context.Context, hostport string, check func(string) error) (net.Conn, error) {
		d := &net.Dialer{
			Timeout:         timeout,
			KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 15 * time.Second, Count: 4},
			ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
				return check(address)
			},
		}
		return d.DialContext(ctx, "tcp", hostport)
	}
}

// check refuses the addresses that policy never dials.
func (t *transports) check(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: no address", errForbidden)
	}
	if t.forbidden(ap) {
		return errForbidden
	}
	return nil
}

var (
	nat64       = netip.MustParsePrefix("64:ff9b::/96")   // RFC 6052
	localNAT64  = netip.MustParsePrefix("64:ff9b:1::/48") // RFC 8215: any IPv4 address may be inside
	sixToFour   = netip.MustParsePrefix("2002::/16")      // RFC 3056
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8")      // RFC 791: reaches the machine itself
	metadata    = []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200")}
)

// forbidden reports whether an address belongs to this machine, its link, a
// cloud's metadata service, or, when others can reach us, a private network.
func (t *transports) forbidden(ap netip.AddrPort) bool {
	ip := ap.Addr().Unmap().WithZone("")
	switch b := ip.As16(); {
	case nat64.Contains(ip):
		ip = netip.AddrFrom4([4]byte(b[12:]))
	case sixToFour.Contains(ip):
		ip = netip.AddrFrom4([4]byte(b[2:]))
	case localNAT64.Contains(ip):
		return true
	}
	if ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || thisNetwork.Contains(ip) {
		return true
	}
	for _, m := range metadata {
		if ip == m {
			return true
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, own := range t.own {
		if own.Port() == ap.Port() && own.Addr().Unmap() == ip {
			return true
		}
	}
	return t.any && ip.IsPrivate()
}

// dialAddress is the host:port that an upstream's URL is dialled at.
func dialAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// dialReason sorts a failure to reach a provider.
func dialReason(err error) Reason {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, errForbidden):
		return ReasonForbiddenDest
	case errors.Is(err, context.Canceled):
		return ReasonCanceled
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &verify):
		return ReasonUpstreamTLS
	case errors.As(err, &timeout) && timeout.Timeout() && !dialling(err):
		return ReasonTimeout
	default:
		return ReasonUnreachable
	}
}

// dialling tells a connection that never stood from an answer that never came.
func dialling(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}
