package door

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"coatcheck/proxy/reason"
)

// newRoads makes the ways out. Verification of certificates is always on.
func newRoads(cfg Config, h *hosts) *roads {
	r := &roads{connect: cfg.Connect, exempt: map[string]bool{}}
	for _, u := range h.upstreams {
		r.exempt[dialAddress(u)] = true
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // the linked-in fallback roots apply
	}
	if len(cfg.UpstreamCAs) > 0 {
		roots.AppendCertsFromPEM(cfg.UpstreamCAs)
	}
	verify := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, ClientSessionCache: tls.NewLRUClientSessionCache(256)}
	r.pooled = &http.Transport{
		DialContext:           r.dialProvider,
		TLSClientConfig:       verify,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // the client's own choice of codings is passed on
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   cfg.Timeouts.Dial,
		ResponseHeaderTimeout: cfg.Timeouts.Upstream,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second},
	}
	r.pinned = r.pooled.Clone()
	r.pinned.DialContext = r.dialPinned
	r.pinned.DisableKeepAlives = true
	r.pass = r.pooled.Clone()
	r.pass.DialContext = func(ctx context.Context, _, addr string) (net.Conn, error) { return r.dialTunnel(ctx, addr) }
	r.pass.DisableKeepAlives = true
	return r
}

func (r *roads) close() {
	r.pooled.CloseIdleConnections()
	r.pinned.CloseIdleConnections()
	r.pass.CloseIdleConnections()
}

// Send sends out, whose URL is in's target, to where in goes, and waits for the
// head of the answer. It follows no redirect.
func (d *Door) Send(in *Request, out *http.Request) (*http.Response, error) {
	if in.Origin.IP.IsValid() && in.Provider.upstream == nil {
		return d.roads.pinned.RoundTrip(out.WithContext(pin(out.Context(), in.Origin.IP)))
	}
	return d.roads.pooled.RoundTrip(out)
}

type pinKey struct{}

// pin makes a request's connection go to ip, whatever its URL's host resolves
// to; the certificate is still verified under the host's name.
func pin(ctx context.Context, ip netip.Addr) context.Context {
	return context.WithValue(ctx, pinKey{}, ip)
}

func (r *roads) dialPinned(ctx context.Context, _, addr string) (net.Conn, error) {
	ip := ctx.Value(pinKey{}).(netip.Addr)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return r.connect(ctx, net.JoinHostPort(ip.String(), port), r.check)
}

// dialAddress is the host:port that an upstream's URL is dialled at.
func dialAddress(u *url.URL) string {
	return net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), usualPort[u.Scheme]))
}

// DialReason sorts a failure to reach a provider.
func DialReason(err error) reason.Reason {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, errForbidden):
		return reason.ForbiddenDest
	case errors.Is(err, context.Canceled):
		return reason.Canceled
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &verify):
		return reason.UpstreamTLS
	case errors.As(err, &timeout) && timeout.Timeout() && !dialling(err):
		return reason.Timeout
	default:
		return reason.Unreachable
	}
}

// dialling tells a connection that never stood from an answer that never came.
func dialling(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}
