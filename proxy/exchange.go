package proxy

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"coatcheck/proxy/wire"
	"coatcheck/redact"
	"coatcheck/redact/schema"
	"coatcheck/redact/token"
)

// Exchange is one request and its answer. In is never changed; Out is what
// leaves. It belongs to the goroutine that handles it, and then to the one that
// concludes it, but for left, which the transport's sets.
type Exchange struct {
	ID      string
	Start   time.Time
	Host    string // the provider's name: scope of tokens, sealed in the log
	Adapter *wire.Adapter
	Route   *wire.Route

	In       *http.Request
	Findings []redact.Finding
	Out      *http.Request
	Response *http.Response

	origin   origin
	provider provider
	target   *url.URL // where Out goes
	spelled  string   // path and query as the client wrote them
	rules    *ruleset
	w        http.ResponseWriter

	raw    []byte // the request's body as it came, in its coding
	body   *wire.Body
	fields []redact.Field
	sent   []byte        // the body that leaves
	shapes schema.Choice // how its tokens are written
	shield *token.Shield
	live   *token.Live
	tokens []string // what stands in the place of each finding

	stored   bool        // the vault may hold values of it
	clean    bool        // every private value found has been replaced
	opened   bool        // the opening frame is on disk
	left     atomic.Bool // bytes of the request may have reached the provider
	answered bool        // the client has been sent a status
	held     int64
	result   result

	unexamined *pipe // of an answer that is looked at when the client has it
}

// result is what the closing frame and the log line say.
type result struct {
	status                       int
	bytesIn, bytesBack, bytesOut int64
	values                       map[string]int // distinct values by label
	restored, unknown, guarded   int
	answer                       []byte         // what the provider wrote, up to a cap
	made                         map[string]int // by entity, what the model wrote and the caller never sent
	unseen                       bool           // not all of the answer could be looked at
}

// serve carries one request whose origin accept has settled.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request, o origin) {
	pv, opened := p.hosts.find(o.host, o.port)
	if !opened {
		p.servePassed(w, r, o)
		return
	}
	x := &Exchange{
		ID: newID(), Start: time.Now(), Host: pv.host, Adapter: pv.adapter,
		In: r, origin: o, provider: pv, rules: p.rules.Load(), w: w, spelled: o.spelled,
	}
	if o.way != wayBase {
		x.spelled = spelledTarget(r)
	}
	if err := p.handle(r.Context(), x); err != nil {
		p.fail(x, err)
	}
}

// handle carries one exchange down the line. Nothing is forwarded unless every
// stage before forward succeeded, and every exchange is recorded.
func (p *Proxy) handle(ctx context.Context, x *Exchange) (err error) {
	at := "accept"
	defer func() {
		if fault := recover(); fault != nil {
			// The fault's own text may quote what it fell over; the stack does not.
			p.cfg.Log.Error("a stage panicked", "stage", at, "id", x.ID, "stack", string(debug.Stack()))
			err = &StageError{at, refusing(ReasonInternal, nil)}
		}
		if err == nil && x.unexamined != nil {
			if p.late.start(func() { p.conclude(x) }) {
				return
			}
			err = p.looked(x)
		}
		err = errors.Join(err, p.record(context.WithoutCancel(ctx), x, err))
		p.release(x, x.held)
	}()
	if err := p.admit(x); err != nil {
		return &StageError{at, err}
	}
	for _, s := range line {
		at = s.name
		if err := s.run(p, ctx, x); err != nil {
			return &StageError{at, err}
		}
	}
	return nil
}

// fail tells the client. Once an answer has begun there is no clean way to
// say no, so the connection is broken: an answer cut short must look cut short.
func (p *Proxy) fail(x *Exchange, err error) {
	why, note := reasonOf(err)
	if x.answered || why == ReasonCanceled {
		panic(http.ErrAbortHandler)
	}
	if why != ReasonIncomplete { // else its time is up
		p.hurry(x.w)
	}
	answer(x.w, x.Adapter, x.ID, why, note, !x.left.Load() && retryable(why))
}

// hurry bounds how long a client that is refused may take with the rest of its
// body: the server reads some of that before it answers.
func (p *Proxy) hurry(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(p.cfg.Timeouts.Stalled))
}

// methods are those that are forwarded. A method is a word of the client's, so
// an unknown one could say anything.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// admit refuses what must not walk the line at all, and settles where the
// exchange goes and by which table its bytes are read.
func (p *Proxy) admit(x *Exchange) error {
	r := x.In
	switch {
	case !slices.Contains(methods, r.Method):
		return refusing(ReasonMethod, nil)
	case r.Header.Get("Upgrade") != "" || r.Header.Get("Http2-Settings") != "":
		return refusing(ReasonUpgrade, nil)
	case !x.origin.tls && !x.provider.plain:
		return refusing(ReasonPlaintext, nil)
	}
	x.Adapter, x.Route = route(x.provider, r.Method, r.URL.EscapedPath())
	x.target = x.provider.url(x.origin)
	return nil
}

// route finds the table of a request: the host's own, or, on an opened host
// without one, that of the API whose path it is.
func route(pv provider, method, path string) (*wire.Adapter, *wire.Route) {
	if rt := pv.adapter.Route(method, path); rt != nil {
		return pv.adapter, rt
	}
	if pv.adapter == wire.Generic() {
		if a, rt := wire.RouteByPath(method, path); rt != nil {
			return a, rt
		}
	}
	return pv.adapter, nil
}

// url is where a provider is reached for a request of this origin.
func (pv provider) url(o origin) *url.URL {
	if pv.upstream != nil {
		return pv.upstream
	}
	u := &url.URL{Scheme: "https"}
	if !o.tls {
		u.Scheme = "http"
	}
	u.Host = authority(o.host, o.port, map[string]string{"https": "443", "http": "80"}[u.Scheme])
	return u
}

// refuseRequest answers and records a request that accept turned away.
func (p *Proxy) refuseRequest(w http.ResponseWriter, o origin, why Reason) {
	id := p.refused(o, why)
	var a *wire.Adapter
	if pv, ok := p.hosts.find(o.host, o.port); ok {
		a = pv.adapter
	}
	p.hurry(w)
	answer(w, a, id, why, "", false)
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
