package door

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// errForbidden is a destination that policy never dials.
var errForbidden = errors.New("forbidden destination")

// ConnectFunc connects to a host and port over TCP. It asks check about every
// address that the host's name resolves to, before it connects to it.
type ConnectFunc func(ctx context.Context, hostport string, check func(address string) error) (net.Conn, error)

// roads lead out: what may be dialled, and how opened hosts are reached.
type roads struct {
	connect ConnectFunc
	exempt  map[string]bool // host:port of configured upstreams

	pooled *http.Transport // to opened hosts, by name
	pinned *http.Transport // to them by an address the client chose: one connection a request
	pass   *http.Transport // to other hosts in clear: bodies cannot be sent twice

	mu  sync.Mutex
	own []netip.AddrPort // our listeners
	any bool             // a listener of ours is reachable from other machines
}

// refuse adds a listener of ours to what is never dialled.
func (r *roads) refuse(a net.Addr) {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.own = append(r.own, ap)
	r.any = r.any || !ap.Addr().IsLoopback()
}

// dialTunnel reaches a host that is not opened.
func (r *roads) dialTunnel(ctx context.Context, addr string) (net.Conn, error) {
	return r.connect(ctx, addr, r.check)
}

// dialProvider reaches an opened host by name. Upstreams named in the
// configuration may be anywhere, on this machine too.
func (r *roads) dialProvider(ctx context.Context, _, addr string) (net.Conn, error) {
	if r.exempt[addr] {
		return r.connect(ctx, addr, anywhere)
	}
	return r.connect(ctx, addr, r.check)
}

func anywhere(string) error { return nil }

// ConnectTCP is the operating system's ConnectFunc. The check stands between
// resolving and connecting, which is what defeats DNS rebinding.
func ConnectTCP(timeout time.Duration) ConnectFunc {
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
func (r *roads) check(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: no address", errForbidden)
	}
	if r.forbidden(ap) {
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
func (r *roads) forbidden(ap netip.AddrPort) bool {
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
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, own := range r.own {
		if own.Port() == ap.Port() && own.Addr().Unmap() == ip {
			return true
		}
	}
	return r.any && ip.IsPrivate()
}
