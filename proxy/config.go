package proxy

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"coatcheck/crypto/vault"
	"coatcheck/proxy/door"
	"coatcheck/redact"
)

// Config is what a Proxy is made of. Door.Authority, Engine, PRF and Vault are
// required; every other zero value means its default. It is not to be changed
// after New. The caller closes Vault and Journal, after Shutdown or Close.
type Config struct {
	Door door.Config // who may come in, and where to

	Engine  *redact.Engine
	PRF     func() PRF // asked once an exchange: its key rotates
	Vault   vault.Store
	Journal Journal // nil: nothing is recorded, said aloud by the caller
	// Log gets one line an exchange, of closed words and numbers: no value, host,
	// path or model. Nil: nothing is logged.
	Log *slog.Logger

	Answers Answers // what becomes of private text that the model made up
	Limits  Limits
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
	Event    int           // bytes of one streamed event that is read; 16 MiB
	Scan     time.Duration // for which the scan stage may go on; 5 s
}

func (c Config) withDefaults() Config {
	c.Door = c.Door.WithDefaults()
	c.Limits = Limits{
		Body:     cmp.Or(c.Limits.Body, 64<<20),
		Ratio:    cmp.Or(c.Limits.Ratio, 100),
		Depth:    cmp.Or(c.Limits.Depth, 1000),
		InFlight: cmp.Or(c.Limits.InFlight, 512<<20),
		Event:    cmp.Or(c.Limits.Event, 16<<20),
		Scan:     cmp.Or(c.Limits.Scan, 5*time.Second),
	}
	c.Answers = cmp.Or(c.Answers, AnswersReport)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	return c
}

func (c Config) validate() error {
	var errs []error
	for _, part := range []struct {
		missing bool
		name    string
	}{
		{c.Engine == nil, "Engine"},
		{c.PRF == nil, "PRF"},
		{c.Vault == nil, "Vault"},
	} {
		if part.missing {
			errs = append(errs, fmt.Errorf("proxy: Config.%s is required", part.name))
		}
	}
	for name, n := range map[string]int64{
		"Body": c.Limits.Body, "Ratio": int64(c.Limits.Ratio), "Depth": int64(c.Limits.Depth),
		"InFlight": c.Limits.InFlight, "Event": int64(c.Limits.Event), "Scan": int64(c.Limits.Scan),
	} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("proxy: Config.Limits.%s is negative; 0 means its default", name))
		}
	}
	if !slices.Contains(AnswerModes(), c.Answers) {
		errs = append(errs, errors.New("proxy: Config.Answers must be report, restore or mask"))
	}
	return errors.Join(errs...)
}
