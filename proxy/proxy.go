// Package proxy is the line that every request to a model walks:
//
//	door → decode → scan → tokenize → forward → restore → record
//
// One stage is one verb, one file and one function; the same word is the log
// field, the counter's label and the prefix of the stage's errors. Package
// [coatcheck/proxy/door] stands before it: who may come in, and where to. The law
// of the line: a stage that fails stops the exchange. Nothing is forwarded unless
// every stage before forward succeeded, and every exchange is recorded.
package proxy

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/door"
	"coatcheck/redact"
	"coatcheck/redact/schema"
	"coatcheck/redact/token"
)

// stage is one step of the line.
type stage struct {
	name string
	run  func(*Proxy, context.Context, *exchange) error
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

// Journal is the sealed log. Begin returns when the entry is durable.
type Journal interface {
	Begin(context.Context, journal.Open) error
	Finish(context.Context, journal.Close) error
	Note(context.Context, journal.Event) error
}

// PRF is the keyed function that names tokens.
type PRF = token.PRF

// Proxy is the line, and the door before it. Make one with New.
type Proxy struct {
	cfg      Config
	door     *door.Door
	rules    atomic.Pointer[ruleset]
	guard    token.Guard
	schemas  *schema.Chooser
	budget   budget
	counters counters
	book     *book
	running  running
}

// lastWords is how long exchanges that were cut may take to close their entries.
const lastWords = 10 * time.Second

// New checks the configuration, reports every fault at once, and builds the
// line. It opens no connection and no listener.
func New(cfg Config) (*Proxy, error) {
	cfg = cfg.withDefaults()
	p := &Proxy{
		cfg:     cfg,
		guard:   token.URLGuard(),
		schemas: schema.NewChooser(),
		budget:  budget{limit: cfg.Limits.InFlight},
	}
	p.book = newBook(cfg, &p.counters)
	var err error
	p.door, err = door.New(cfg.Door, p.carry, p.book)
	if err := errors.Join(err, cfg.validate()); err != nil {
		return nil, err
	}
	p.SetEngine(cfg.Engine)
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
	err := p.door.Serve(l)
	if err != nil {
		p.book.close()
	}
	return err
}

// Shutdown stops accepting and lets running exchanges finish until ctx ends; then
// it cuts what is left, and returns why if that were exchanges. Tunnels and
// connections without a hello, which may never end, are cut when exchanges have.
// When it returns, every exchange has closed its entry in the journal.
func (p *Proxy) Shutdown(ctx context.Context) error {
	err := p.door.Shutdown(ctx)
	if err != nil {
		p.running.cutOff()
		p.door.Close()
	}
	p.running.wait(lastWords)
	p.book.close()
	return err
}

// Close cuts every connection at once, and returns when every exchange has
// closed its entry in the journal.
func (p *Proxy) Close() {
	p.running.cutOff()
	p.door.Close()
	p.running.wait(lastWords)
	p.book.close()
}
