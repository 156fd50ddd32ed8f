package proxy

import (
	"cmp"
	"context"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire"
)

// outcome is how an exchange ended: a closed word of the log.
type outcome string

const (
	outcomeDone     outcome = "done"
	outcomeRefused  outcome = "refused"  // nothing left
	outcomeFailed   outcome = "failed"   // it was sent, no answer was passed on
	outcomeBroken   outcome = "broken"   // the answer ended early
	outcomeCanceled outcome = "canceled" // the client went away
)

// maxSpans is how many places an entry names. It keeps an opening, however long
// the paths in it, well under the size of a frame (64 MiB).
const maxSpans = 10_000

// open writes the entry's opening frame. It returns when the frame is on
// disk, so that nothing leaves that the log does not know of. A client that
// goes away meanwhile does not take its record with it, but nothing is sent for it.
func (p *Proxy) open(ctx context.Context, x *exchange) error {
	x.state = opened
	if p.cfg.Journal == nil {
		return nil
	}
	if err := p.begin(context.WithoutCancel(ctx), x); err != nil {
		return refusing(reason.Journal, err)
	}
	return ctx.Err()
}

// durable is how long the opening frame may take to be on disk: a disk that has
// stopped answering is one that cannot be written.
const durable = 10 * time.Second

func (p *Proxy) begin(ctx context.Context, x *exchange) error {
	ctx, cancel := context.WithTimeout(ctx, durable)
	defer cancel()
	return p.cfg.Journal.Begin(ctx, x.opening())
}

// ending is how an exchange ended, and in which stage and why if not well.
type ending struct {
	how   outcome
	stage string
	why   reason.Reason
	left  bool // something may have reached the provider
}

// record closes the entry, opening it first for an exchange that was refused
// before it came that far, deletes the exchange's values, and writes the one
// log line. It runs whatever happened, also when the client has gone. It returns
// the failure, or its own if there was none.
func (p *Proxy) record(ctx context.Context, x *exchange, failure *stageError) *stageError {
	failure = cmp.Or(failure, p.forget(ctx, x))
	e := x.ended(failure)
	if unclosed := p.closeEntry(ctx, x, e); unclosed != nil && failure == nil {
		failure, e = unclosed, x.ended(unclosed)
	}
	p.counters.exchange(x, e)
	p.logLine(x, e)
	return failure
}

// forget deletes the exchange's values from the vault, also those of a request
// that was refused when only some of them had been put there.
func (p *Proxy) forget(ctx context.Context, x *exchange) *stageError {
	if !x.sending.stored {
		return nil
	}
	if err := p.cfg.Vault.DeleteScope(ctx, x.id); err != nil {
		p.cfg.Log.Error("the vault cannot forget an exchange's values", "stage", "record", "id", x.id, "error", err)
		return &stageError{"record", refusing(reason.Vault, err)}
	}
	return nil
}

func (p *Proxy) closeEntry(ctx context.Context, x *exchange, e ending) *stageError {
	if p.cfg.Journal == nil || e.why == reason.Journal {
		return nil
	}
	if x.state < opened {
		if err := p.begin(ctx, x); err != nil {
			return &stageError{"record", refusing(reason.Journal, err)}
		}
	}
	if err := p.cfg.Journal.Finish(ctx, x.closing(e)); err != nil {
		return &stageError{"record", refusing(reason.Journal, err)}
	}
	return nil
}

func (x *exchange) ended(failure *stageError) ending {
	if failure == nil {
		return ending{how: outcomeDone, left: true}
	}
	e := ending{stage: failure.stage, left: x.left.Load()}
	e.why, _ = reasonOf(failure)
	switch {
	case e.why == reason.Canceled:
		e.how = outcomeCanceled
	case x.state == answered:
		e.how = outcomeBroken
	case e.left:
		e.how = outcomeFailed
	default:
		e.how = outcomeRefused
	}
	return e
}

func (x *exchange) opening() journal.Open {
	o := journal.Open{
		Clear: journal.OpenClear{
			Exchange: x.id, Digest: x.rules.engine.Digest(), Mode: string(x.in.Origin.Way), Provider: x.adapter.Name, Route: routeName(x.route),
			Received: int64(len(x.request.raw)), Sent: int64(len(x.sending.body)), Tokens: x.sending.live.Len(),
			Entities: map[string]int{}, Actions: map[string]int{},
		},
		Secret: journal.OpenSecret{
			Principal: string(x.in.Origin.Principal), Client: x.in.Origin.Client, Host: x.in.Provider.Host,
			Method: x.in.Method,
		},
	}
	if x.state >= clean { // else the path itself may hold what was found
		o.Secret.Path = loggedPath(x.in.URL)
	}
	o.Clear.Unscanned = total(x.request.unscanned)
	unshaped := x.unshaped()
	o.Clear.Unshaped, o.Secret.Unshaped = len(unshaped), unshaped[:min(len(unshaped), maxUnshaped)]
	for i, f := range x.request.findings {
		o.Clear.Entities[f.Entity]++
		o.Clear.Actions[string(f.Action)]++
		if i >= maxSpans {
			o.Secret.Unlisted++
			continue
		}
		o.Secret.Spans = append(o.Secret.Spans, journal.Span{
			Path: x.request.fields[f.Field].Path, Entity: f.Entity, Rule: f.Rule,
			Start: f.Start, End: f.End, Action: string(f.Action), Token: replaced(x.sending.tokens, i),
		})
	}
	if len(x.sending.body) > 0 {
		o.Secret.Sent = journal.Cut(x.sending.body)
	}
	return o
}

func replaced(tokens []string, i int) string {
	if i < len(tokens) {
		return tokens[i]
	}
	return ""
}

func (x *exchange) closing(e ending) journal.Close {
	c := journal.Close{Clear: journal.CloseClear{
		Exchange: x.id, Outcome: string(e.how), Status: x.answer.status, Stage: e.stage, Reason: string(e.why),
		Duration: time.Since(x.start).Milliseconds(), Received: x.answer.received, Returned: x.answer.returned,
		Restored: x.answer.restored, Unknown: x.answer.unknown, Guarded: x.answer.guarded,
		Made: x.answer.made, Unread: x.answer.unseen,
	}}
	if len(x.answer.kept) > 0 {
		c.Secret.Answer = &journal.Body{
			Bytes: x.answer.kept, Size: x.answer.received, Truncated: x.answer.received > int64(len(x.answer.kept)),
		}
	}
	return c
}

// logLine is the exchange in one line. Every value is a closed word or a
// number: hosts, paths and models are sealed in the journal.
func (p *Proxy) logLine(x *exchange, e ending) {
	attrs := []slog.Attr{
		slog.String("outcome", string(e.how)), slog.String("mode", string(x.in.Origin.Way)),
		slog.String("provider", x.adapter.Name), slog.String("route", routeName(x.route)),
		slog.Int("found", len(x.request.findings)), slog.Int("tokens", x.sending.live.Len()), slog.Int("restored", x.answer.restored),
		slog.Int("status", x.answer.status), slog.Int64("ms", time.Since(x.start).Milliseconds()), slog.String("id", x.id),
	}
	if len(x.request.unscanned) > 0 {
		attrs = append(attrs, numbers("unscanned", x.request.unscanned))
	}
	if n := len(x.unshaped()); n > 0 {
		attrs = append(attrs, slog.Int("unshaped", n))
	}
	attrs = append(attrs, x.answer.attrs()...)
	level := slog.LevelInfo
	if e.how != outcomeDone {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("stage", e.stage), slog.String("reason", string(e.why)))
	}
	p.cfg.Log.LogAttrs(context.Background(), level, "exchange", attrs...)
}

func routeName(rt *wire.Route) string {
	if rt == nil {
		return "other"
	}
	return rt.Name
}

// loggedPath is a request's path and query without the credentials in it.
func loggedPath(u *url.URL) string {
	path := u.EscapedPath()
	if u.RawQuery == "" {
		return path
	}
	parts := strings.Split(u.RawQuery, "&")
	for i, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err != nil || credentialParam(plain) {
			parts[i] = name + "=[credential]"
		}
	}
	return path + "?" + strings.Join(parts, "&")
}
