// Package proxy is the line that every request to a model walks:
//
//	accept → intercept → decode → scan → tokenize → forward → restore → record
//
// One stage is one verb, one file and one function; the same word is the log
// field, the counter's label and the prefix of the stage's errors. Three ways
// lead in (CONNECT, absolute-form HTTP, and a base URL that points here); they
// differ only in what accept knows about the connection. The law of the line:
// a stage that fails stops the exchange. Nothing is forwarded unless every
// stage before forward succeeded, and every exchange is recorded.
package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"

	"coatcheck/crypto/journal"
	"coatcheck/redact"
	"coatcheck/redact/schema"
	"coatcheck/redact/token"
)

// stage is one step of the line.
type stage struct {
	name string
	run  func(*Proxy, context.Context, *Exchange) error
}

// line is the order in which an exchange is carried. The journal's opening
// frame stands before forward: nothing is dialled for what is not on disk.
// record's other half closes the entry in handle, whatever happened.
var line = []stage{
	{"decode", (*Proxy).decode},
	{"scan", (*Proxy).scan},
	{"tokenize", (*Proxy).tokenize},
	{"record", (*Proxy).open},
	{"forward", (*Proxy).forward},
	{"restore", (*Proxy).restore},
}

// Authority mints the certificates that opened hosts are impersonated with.
// It refuses names outside its constraints.
type Authority interface {
	Certificate(name string) (*tls.Certificate, error)
}

// Journal is the sealed log. Begin returns when the entry is durable.
type Journal interface {
	Begin(context.Context, journal.Open) error
	Finish(context.Context, journal.Close) error
	Note(context.Context, journal.Event) error
}

// PRF is the keyed function that names tokens.
type PRF = token.PRF

// Proxy is the line and its listeners. Make one with New.
type Proxy struct {
	cfg       Config
	hosts     *hosts
	rules     atomic.Pointer[ruleset]
	guard     token.Guard
	schemas   *schema.Chooser
	transport *transports
	budget    budget
	counters  counters
	folds     *folds
	late      *late

	serverTLS *tls.Config // with which opened connections are met

	front   *http.Server // what clients connect to: CONNECT, absolute-form, base URL
	inner   *http.Server // opened connections, TLS ended by us
	tunnels *connListener
	live    connSet // hijacked connections, which no http.Server tracks
}

// New checks the configuration, reports every fault at once, and builds the
// line. It opens no connection and no listener.
func New(cfg Config) (*Proxy, error) {
	cfg = cfg.withDefaults()
	hosts, err := newHosts(cfg)
	if err := errors.Join(err, cfg.validate()); err != nil {
		return nil, err
	}
	p := &Proxy{
		cfg:     cfg,
		hosts:   hosts,
		guard:   token.URLGuard(),
		schemas: schema.NewChooser(),
		budget:  budget{limit: cfg.Limits.InFlight},
		tunnels: newConnListener(),
	}
	p.SetEngine(cfg.Engine)
	p.transport = newTransports(cfg, hosts)
	p.folds = newFolds(p.writeRefusals)
	p.late = newLate()
	p.serverTLS = p.newServerTLS()
	p.front = p.newFront()
	p.inner = p.newInner()
	return p, nil
}

// SetEngine swaps the rules. An exchange keeps the engine it began with.
func (p *Proxy) SetEngine(e *redact.Engine) {
	p.rules.Store(&ruleset{e, token.NewShield(e.Labels())})
}

// ruleset is an engine with the shield that knows its labels: text that looks
// like one of its tokens is shielded from the same swap on.
type ruleset struct {
	engine *redact.Engine
	shield *token.Shield
}

// Counters returns a snapshot of what has happened so far.
func (p *Proxy) Counters() Counters { return p.counters.snapshot() }

// Serve accepts connections from l until Shutdown or Close; then it returns nil,
// after them at once. It is called once. When l fails, everything is closed.
func (p *Proxy) Serve(l net.Listener) error {
	p.transport.refuse(l.Addr())
	inner := make(chan error, 1)
	go func() { inner <- p.inner.Serve(p.tunnels) }()
	err := p.front.Serve(l)
	if !errors.Is(err, http.ErrServerClosed) {
		p.Close()
		<-inner
		return fmt.Errorf("accept: %w", err)
	}
	<-inner
	return nil
}

// Shutdown stops accepting and lets running exchanges finish until ctx ends; then
// it cuts what is left, and returns why if that were exchanges. Tunnels and
// connections without a hello, which may never end, are cut when exchanges have.
func (p *Proxy) Shutdown(ctx context.Context) error {
	err := p.front.Shutdown(ctx)
	p.tunnels.Close()
	err = errors.Join(err, p.inner.Shutdown(ctx))
	p.live.closeAll()
	if err != nil {
		p.Close()
	}
	p.late.end(ctx)
	p.transport.close()
	p.folds.close()
	return err
}

// Close cuts every connection at once.
func (p *Proxy) Close() {
	_ = p.front.Close()
	_ = p.tunnels.Close()
	_ = p.inner.Close()
	p.live.closeAll()
	atOnce, stop := context.WithCancel(context.Background())
	stop()
	p.late.end(atOnce)
	p.transport.close()
	p.folds.close()
}
