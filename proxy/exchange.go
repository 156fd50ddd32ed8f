package proxy

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"net/http"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"coatcheck/proxy/door"
	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/bodies"
	"coatcheck/redact"
	"coatcheck/redact/schema"
	"coatcheck/redact/token"
)

// exchange is one request and its answer. It belongs to the goroutine that
// handles it, and then to the one that concludes it, but for left, which the
// transport's sets.
type exchange struct {
	id      string
	start   time.Time
	in      *door.Request
	w       http.ResponseWriter
	rules   *ruleset
	adapter *wire.Adapter
	route   *wire.Route // nil: no table knows the path

	request request
	sending sending
	answer  answer

	state state
	left  atomic.Bool // bytes of the request may have reached the provider
	held  int64       // of the process's budget
}

// state is how far an exchange has come.
type state uint8

const (
	admitted state = iota
	clean          // every private value found has been replaced
	opened         // the opening frame is on disk
	answered       // the client has been sent a status
)

// request is what came. decode and scan fill it.
type request struct {
	raw       []byte // the body as it came, in its coding
	body      *bodies.Body
	fields    []redact.Field
	findings  []redact.Finding
	unscanned map[string]int // by kind, the parts that nobody here can read
}

// sending is what leaves in its place. tokenize fills it.
type sending struct {
	out    *http.Request
	body   []byte
	shapes schema.Choice // how tokens are written
	shield *token.Shield
	live   *token.Live
	tokens []string       // what stands in the place of each finding
	values map[string]int // distinct values by label
	stored bool           // the vault may hold values of it
}

// answer is what comes back. forward and restore fill it.
type answer struct {
	head                       *http.Response
	status                     int // that the client was sent
	received, returned         int64
	restored, unknown, guarded int
	kept                       []byte         // what the provider wrote, up to a cap
	made                       map[string]int // by entity, what the model wrote and the caller never sent
	unseen                     bool           // not all of it could be looked at
	unexamined                 *pipe          // it is looked at when the client has it
}

// carry takes one request down the line and answers it.
func (p *Proxy) carry(w http.ResponseWriter, in *door.Request) {
	p.running.begin()
	defer p.running.end()
	x := &exchange{id: newID(), start: time.Now(), in: in, w: w, rules: p.rules.Load(), adapter: in.Provider.Adapter}
	if failure := p.handle(in.Context(), x); failure != nil {
		p.fail(x, failure)
	}
}

// handle carries one exchange down the line. Nothing is forwarded unless every
// stage before forward succeeded, and every exchange is recorded: at once, or
// when its answer has been looked at, see [Proxy.conclude].
func (p *Proxy) handle(ctx context.Context, x *exchange) *stageError {
	failure := p.walk(ctx, x)
	if failure == nil && x.answer.unexamined != nil {
		p.running.begin()
		go p.conclude(x)
		return nil
	}
	if failure != nil && p.running.wasCut() {
		if why, _ := reasonOf(failure); why == reason.Canceled {
			failure.err = refusing(reason.Shutdown, nil)
		}
	}
	defer func() { p.release(x, x.held) }()
	return p.record(context.WithoutCancel(ctx), x, failure)
}

// walk takes an exchange from stage to stage until one of them fails.
func (p *Proxy) walk(ctx context.Context, x *exchange) (failure *stageError) {
	at := "accept"
	defer func() {
		if fault := recover(); fault != nil {
			// The fault's own text may quote what it fell over; the stack does not.
			p.cfg.Log.Error("a stage panicked", "stage", at, "id", x.id, "stack", string(debug.Stack()))
			failure = &stageError{at, refusing(reason.Internal, nil)}
		}
	}()
	if err := p.admit(x); err != nil {
		return &stageError{at, err}
	}
	for _, s := range line {
		at = s.name
		if err := s.run(p, ctx, x); err != nil {
			return &stageError{at, err}
		}
	}
	return nil
}

// fail tells the client. Once an answer has begun there is no clean way to
// say no, so the connection is broken: an answer cut short must look cut short.
func (p *Proxy) fail(x *exchange, failure *stageError) {
	why, note := reasonOf(failure)
	if x.state == answered || why == reason.Canceled {
		panic(http.ErrAbortHandler)
	}
	if why != reason.Incomplete { // else its time is up
		door.Hurry(x.w, p.cfg.Door.Timeouts.Stalled)
	}
	f := reason.Refusal{Reason: why, Note: note, Exchange: x.id, Retry: !x.left.Load() && why.Retryable()}
	f.Answer(x.w, x.adapter)
}

// admit refuses what must not walk the line at all, and settles by which table
// the exchange's bytes are read.
func (p *Proxy) admit(x *exchange) error {
	switch {
	case !slices.Contains(reason.Methods(), x.in.Method):
		return refusing(reason.Method, nil)
	case x.in.Header.Get("Upgrade") != "" || x.in.Header.Get("Http2-Settings") != "":
		return refusing(reason.Upgrade, nil)
	case x.in.InClear():
		return refusing(reason.Plaintext, nil)
	}
	x.adapter, x.route = route(x.in.Provider.Adapter, x.in.Method, x.in.URL.EscapedPath())
	return nil
}

// route finds the table of a request: the host's own, or, on an opened host
// without one, that of the API whose path it is.
func route(host *wire.Adapter, method, path string) (*wire.Adapter, *wire.Route) {
	if rt := host.Route(method, path); rt != nil {
		return host, rt
	}
	if host == wire.Generic() {
		if a, rt := wire.RouteByPath(method, path); rt != nil {
			return a, rt
		}
	}
	return host, nil
}

var idAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newID returns an exchange id: 48 bits of milliseconds and 80 random bits, so
// that ids sort by time.
func newID() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(time.Now().UnixMilli())<<16)
	_, _ = rand.Read(b[6:]) // never fails
	return idAlphabet.EncodeToString(b[:])
}
