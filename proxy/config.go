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

// Config is what a Proxy is made of. Zero limits and time-outs mean defaults.
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
	Log       *slog.Logger

	Answers Answers // what becomes of private text that the model made up

	Limits   Limits
	Timeouts Timeouts

	connect connectFunc // nil: the operating system's; tests lead it elsewhere
}

// Limits bound what one exchange and the whole process may hold.
type Limits struct {
	Body     int64 // decoded bytes of one request or answer
	Ratio    int   // decoded bytes per encoded byte
	Depth    int   // nesting of JSON
	InFlight int64 // decoded bytes of all exchanges together
	Header   int   // bytes of a request's head
	Event    int   // bytes of one streamed event
}

// Timeouts bound how long the line waits.
type Timeouts struct {
	Handshake time.Duration // for a client's head, hello or first byte
	Scan      time.Duration // for the scan stage
	Dial      time.Duration // for a connection to the provider, TLS included
	Upstream  time.Duration // for the head of the provider's answer
	Stalled   time.Duration // for one read from or write to a client
	Idle      time.Duration // for the next request of a kept connection
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
	if !slices.Contains(AnswerModes(), c.Answers) {
		errs = append(errs, errors.New("proxy: Config.Answers must be report, restore or mask"))
	}
	return errors.Join(errs...)
}
