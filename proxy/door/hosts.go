package door

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"coatcheck/crypto/hostname"
	"coatcheck/proxy/wire"
)

// Upstream says where an opened host is reached. The host keeps its name in
// the Host header and in the tokens' scope; TLS verifies the URL's own host.
type Upstream struct {
	Host string // a name or, for local models, an IP literal or localhost
	Port string // empty: every port
	URL  *url.URL
}

// ParseUpstream reads HOST[:PORT]=URL.
func ParseUpstream(s string) (Upstream, error) {
	name, raw, ok := strings.Cut(s, "=")
	if !ok {
		return Upstream{}, fmt.Errorf("upstream %q: want HOST=URL, such as api.example.com=https://127.0.0.1:8443", s)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return Upstream{}, fmt.Errorf("upstream %s: the URL must begin with https:// or http:// and name a host", name)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Upstream{}, fmt.Errorf("upstream %s: the URL may hold a host and a path, no user, query or fragment", name)
	}
	host, port := splitPort(name)
	if host, _, err = nameOrIP(host); err != nil {
		return Upstream{}, fmt.Errorf("upstream %q: %w", name, err)
	}
	return Upstream{Host: host, Port: port, URL: u}, nil
}

// hosts is the table that alone decides which hosts are opened. Immutable.
type hosts struct {
	opened    []string // patterns, by configuration
	upstreams map[string]*url.URL
	plain     map[string]bool
}

func newHosts(cfg Config) (*hosts, error) {
	h := &hosts{upstreams: map[string]*url.URL{}, plain: map[string]bool{}}
	var errs []error
	for _, name := range cfg.Hosts {
		pattern, err := ParseHost(name)
		errs = append(errs, err)
		h.opened = append(h.opened, pattern)
	}
	for _, u := range cfg.Upstreams {
		key := u.Host
		if u.Port != "" {
			key = net.JoinHostPort(u.Host, u.Port)
		}
		if _, twice := h.upstreams[key]; twice {
			errs = append(errs, fmt.Errorf("upstream %s is given twice", key))
		}
		h.upstreams[key] = u.URL
	}
	for _, name := range cfg.AllowPlaintext {
		host, err := hostname.Parse(name)
		if err != nil {
			err = fmt.Errorf("host %q: %w", name, err)
		}
		errs = append(errs, err)
		h.plain[string(host)] = true
	}
	return h, errors.Join(errs...)
}

// ParseHost reads a name to open, or *.NAME for every name below it, and
// returns it normalised.
func ParseHost(s string) (string, error) {
	instead := fmt.Sprintf("use --upstream %s=URL and the base URL http://LISTEN/%s/ instead", s, s)
	if _, err := netip.ParseAddr(strings.TrimPrefix(s, "*.")); err == nil {
		return "", fmt.Errorf("host %q: an IP address cannot be opened by certificate; %s", s, instead)
	}
	pattern, err := hostname.ParsePattern(s)
	switch {
	case errors.Is(err, hostname.ErrUncertifiable):
		return "", fmt.Errorf("host %q: %w; %s", s, err, instead)
	case err != nil:
		return "", fmt.Errorf("host %q: %w", s, err)
	}
	return pattern, nil
}

// find returns the provider behind a normalised name and port.
func (h *hosts) find(host, port string) (Provider, bool) {
	pv := Provider{Host: host, Adapter: wire.ForHost(host), plain: h.plain[host]}
	up, named := h.upstreams[net.JoinHostPort(host, port)]
	if named {
		pv.Host = net.JoinHostPort(host, port)
	} else {
		up, named = h.upstreams[host]
	}
	pv.upstream, pv.plain = up, pv.plain || named
	open := named || pv.Adapter != nil || slices.ContainsFunc(h.opened, hostname.Name(host).Matches)
	if pv.Adapter == nil {
		pv.Adapter = wire.Generic()
	}
	return pv, open
}

// Permitted lists the names that an authority for this configuration must be
// able to sign: known providers, --host and --upstream names, but for those
// that only a base URL can reach. A certificate's constraints know whole labels
// only, so a table's "runtime.*.example.com" and "*-api.example.com" become
// "*.example.com".
func Permitted(hostNames []string, upstreams []Upstream) []string {
	names := slices.Clone(hostNames)
	for _, a := range wire.Adapters() {
		for _, name := range a.Hosts {
			if i := strings.LastIndexByte(name, '*'); i >= 0 {
				_, domain, _ := strings.Cut(name[i:], ".")
				name = "*." + domain
			}
			names = append(names, name)
		}
	}
	for _, u := range upstreams {
		if hostname.Name(u.Host).Certifiable() {
			names = append(names, u.Host)
		}
	}
	return names
}

// nameOrIP normalises what stands for a host: a name, or an IP literal, which
// is returned parsed as well.
func nameOrIP(s string) (host string, ip netip.Addr, err error) {
	if ip, err := netip.ParseAddr(s); err == nil {
		ip = ip.Unmap()
		return ip.String(), ip, nil
	}
	name, err := hostname.Parse(s)
	return string(name), ip, err
}

// authority writes a host and its port, if that is not the usual one.
func authority(host, port, usual string) string {
	switch {
	case port != usual:
		return net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		return "[" + host + "]"
	default:
		return host
	}
}

// splitPort splits an authority; the port is empty when there is none.
func splitPort(authority string) (host, port string) {
	if host, port, err := net.SplitHostPort(authority); err == nil {
		return host, port
	}
	return strings.Trim(authority, "[]"), ""
}
