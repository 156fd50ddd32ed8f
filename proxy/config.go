package proxy

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"coatcheck/crypto/vault"
	"coatcheck/redact"
)

// Config is what a Proxy is made of. Authority, Engine, PRF and Vault are
// required; every other zero value means its default. It is not to be changed
// after New. The caller closes Vault and Journal, after Shutdown or Close.
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
	Engine    *redact.Engine
	PRF       func() PRF // asked once an exchange: its key rotates
	Vault     vault.Store
	Journal   Journal // nil: nothing is recorded, said aloud by the caller
	// Log gets one line an exchange, of closed words and numbers: no value, host,
	// path or model. Nil: nothing is logged.
	Log *slog.Logger

	Answers Answers // what becomes of private text that the model made up

	Limits   Limits
	Timeouts Timeouts

	connect connectFunc // nil: the operating system's; tests lead it elsewhere
}

// Limits bound what one exchange and the whole process may hold. Zero means the
// default, and none may be negative.
type Limits struct {
	Body  int64 // decoded bytes of one request or answer; 64 MiB
	Ratio int   // decoded bytes per encoded byte; 100
	Depth int   // containers that JSON may nest; 1000
	// InFlight bounds what all exchanges take together, in bytes: bodies, and
	// what it takes to read, scan and change them, which is some five times a
	// body and, while a string is scanned, 48 times its longest; 512 MiB. A
	// request over it alone is refused for good, one that finds no room for now.
	InFlight int64
	Header   int // bytes of a request's head; 64 KiB
	Event    int // bytes of one streamed event that is read; 16 MiB
}

// Timeouts bound how long the line waits. Zero means the default, and none may
// be negative.
type Timeouts struct {
	Handshake time.Duration // for a client's head, hello or first byte; 10 s
	Scan      time.Duration // for the scan stage; 5 s
	Dial      time.Duration // for a connection to the provider, TLS included; 15 s
	Upstream  time.Duration // for the head of the provider's answer; 15 min
	Stalled   time.Duration // for one read from or write to a client; 1 min
	Idle      time.Duration // for the next request of a kept connection; 2 min
}

func (c Config) withDefaults() Config {
	def(&c.Limits.Body, 64<<20)
	def(&c.Limits.Ratio, 100)
	def(&c.Limits.Depth, 1000)
	def(&c.Limits.InFlight, 512<<20)
	def(&c.Limits.Header, 64<<10)
	def(&c.Limits.Event, 16<<20)
	def(&c.Timeouts.Handshake, 10*time.Second)
	def(&c.Timeouts.Scan, 5*time.Second)
	def(&c.Timeouts.Dial, 15*time.Second)
	def(&c.Timeouts.Upstream, 15*time.Minute)
	def(&c.Timeouts.Stalled, time.Minute)
	def(&c.Timeouts.Idle, 2*time.Minute)
	def(&c.Installation, "installation")
	def(&c.Answers, AnswersReport)
	if c.connect == nil {
		c.connect = connectTCP(c.Timeouts.Dial)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func def[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

func (c Config) validate() error {
	var errs []error
	for _, part := range []struct {
		missing bool
		name    string
	}{
		{c.Authority == nil, "Authority"},
		{c.Engine == nil, "Engine"},
		{c.PRF == nil, "PRF"},
		{c.Vault == nil, "Vault"},
	} {
		if part.missing {
			errs = append(errs, fmt.Errorf("proxy: Config.%s is required", part.name))
		}
	}
	for name, n := range map[string]int64{
		"Limits.Body": c.Limits.Body, "Limits.Ratio": int64(c.Limits.Ratio), "Limits.Depth": int64(c.Limits.Depth),
		"Limits.InFlight": c.Limits.InFlight, "Limits.Header": int64(c.Limits.Header), "Limits.Event": int64(c.Limits.Event),
		"Timeouts.Handshake": int64(c.Timeouts.Handshake), "Timeouts.Scan": int64(c.Timeouts.Scan), "Timeouts.Dial": int64(c.Timeouts.Dial),
		"Timeouts.Upstream": int64(c.Timeouts.Upstream), "Timeouts.Stalled": int64(c.Timeouts.Stalled), "Timeouts.Idle": int64(c.Timeouts.Idle),
	} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("proxy: Config.%s is negative; 0 means its default", name))
		}
	}
	if !slices.Contains(AnswerModes(), c.Answers) {
		errs = append(errs, errors.New("proxy: Config.Answers must be report, restore or mask"))
	}
	return errors.Join(errs...)
}
