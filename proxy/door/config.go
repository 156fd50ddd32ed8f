package door

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Config is who may come in and where to. Authority is required; every other
// zero value means its default. It is not to be changed after New.
type Config struct {
	Hosts          []string   // opened besides the known providers; "*.suffix" allowed
	Upstreams      []Upstream // where opened hosts are reached, if not under their own name
	UpstreamCAs    []byte     // PEM, trusted besides the system's roots
	AllowPlaintext []string   // model hosts that may be spoken to without TLS
	RefuseUnknown  bool       // refuse hosts that are not opened instead of tunnelling them
	Names          []string   // names, besides loopback, under which base-URL clients reach us
	User, Password string     // asked from every client when Password is set
	Installation   string     // the principal of clients that show no identity

	Authority Authority
	Header    int // bytes of a request's head; 64 KiB
	Timeouts  Timeouts

	Connect ConnectFunc // nil: the operating system's
}

// Authority mints the certificates that opened hosts are impersonated with.
// It refuses names outside its constraints.
type Authority interface {
	Certificate(name string) (*tls.Certificate, error)
}

// Timeouts bound how long connections wait. Zero means the default, and none may
// be negative.
type Timeouts struct {
	Handshake time.Duration // for a client's head, hello or first byte; 10 s
	Dial      time.Duration // for a connection to the provider, TLS included; 15 s
	Upstream  time.Duration // for the head of the provider's answer; 15 min
	Stalled   time.Duration // for one read from or write to a client; 1 min
	Idle      time.Duration // for the next request of a kept connection; 2 min
}

// WithDefaults is c with its zero values replaced.
func (c Config) WithDefaults() Config {
	c.Installation = cmp.Or(c.Installation, "installation")
	c.Header = cmp.Or(c.Header, 64<<10)
	c.Timeouts = Timeouts{
		Handshake: cmp.Or(c.Timeouts.Handshake, 10*time.Second),
		Dial:      cmp.Or(c.Timeouts.Dial, 15*time.Second),
		Upstream:  cmp.Or(c.Timeouts.Upstream, 15*time.Minute),
		Stalled:   cmp.Or(c.Timeouts.Stalled, time.Minute),
		Idle:      cmp.Or(c.Timeouts.Idle, 2*time.Minute),
	}
	if c.Connect == nil {
		c.Connect = ConnectTCP(c.Timeouts.Dial)
	}
	return c
}

func (c Config) validate() error {
	var errs []error
	if c.Authority == nil {
		errs = append(errs, errors.New("door: Config.Authority is required"))
	}
	for name, n := range map[string]int64{
		"Header": int64(c.Header), "Timeouts.Handshake": int64(c.Timeouts.Handshake), "Timeouts.Dial": int64(c.Timeouts.Dial),
		"Timeouts.Upstream": int64(c.Timeouts.Upstream), "Timeouts.Stalled": int64(c.Timeouts.Stalled), "Timeouts.Idle": int64(c.Timeouts.Idle),
	} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("door: Config.%s is negative; 0 means its default", name))
		}
	}
	return errors.Join(errs...)
}

// BasePath is the first part of every base URL of a proxy with this password:
// empty, or a segment that carries it, since clients of a base URL have no other
// place for it.
func BasePath(password string) string {
	if password == "" {
		return ""
	}
	return "/~" + url.PathEscape(password)
}
