package proxy

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"coatcheck/crypto/journal"
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
func (p *Proxy) open(ctx context.Context, x *Exchange) error {
	x.opened = true
	if p.cfg.Journal == nil {
		return nil
	}
	if err := p.cfg.Journal.Begin(context.WithoutCancel(ctx), x.opening()); err != nil {
		return refusing(ReasonJournal, err)
	}
	return ctx.Err()
}

// ending is how an exchange ended, and in which stage and why if not well.
type ending struct {
	how   outcome
	stage string
	why   Reason
	left  bool // something may have reached the provider
}

// record closes the entry, opening it first for an exchange that was refused
// before it came that far, deletes the exchange's values, and writes the one
// log line. It runs whatever happened, also when the client has gone.
func (p *Proxy) record(ctx context.Context, x *Exchange, failure error) error {
	kept := p.forget(ctx, x)
	failure = cmp.Or(failure, kept)
	e := x.ended(failure)
	err := p.closeEntry(ctx, x, e)
	if err != nil && failure == nil {
		e = x.ended(err)
	}
	p.counters.exchange(&x.result, e)
	p.logLine(x, e)
	return errors.Join(kept, err)
}

// forget deletes the exchange's values from the vault, also those of a request
// that was refused when only some of them had been put there.
func (p *Proxy) forget(ctx context.Context, x *Exchange) error {
	if !x.stored {
		return nil
	}
	if err := p.cfg.Vault.DeleteScope(ctx, x.ID); err != nil {
		p.cfg.Log.Error("the vault cannot forget an exchange's values", "stage", "record", "id", x.ID, "error", err)
		return &StageError{"record", refusing(ReasonVault, err)}
	}
	return nil
}

func (p *Proxy) closeEntry(ctx context.Context, x *Exchange, e ending) error {
	if p.cfg.Journal == nil || e.why == ReasonJournal {
		return nil
	}
	if !x.opened {
		if err := p.cfg.Journal.Begin(ctx, x.opening()); err != nil {
			return &StageError{"record", refusing(ReasonJournal, err)}
		}
	}
	if err := p.cfg.Journal.Finish(ctx, x.closing(e)); err != nil {
		return &StageError{"record", refusing(ReasonJournal, err)}
	}
	return nil
}

func (x *Exchange) ended(failure error) ending {
	f, ok := failure.(*StageError)
	if !ok {
		return ending{how: outcomeDone, left: true}
	}
	e := ending{stage: f.Stage, left: x.left.Load()}
	e.why, _ = reasonOf(f)
	switch {
	case e.why == ReasonCanceled:
		e.how = outcomeCanceled
	case x.answered:
		e.how = outcomeBroken
	case x.left.Load():
		e.how = outcomeFailed
	default:
		e.how = outcomeRefused
	}
	return e
}

func (x *Exchange) opening() journal.Open {
	o := journal.Open{
		Clear: journal.OpenClear{
			Exchange: x.ID, Digest: x.rules.engine.Digest(), Mode: string(x.origin.way), Provider: x.Adapter.Name, Route: routeName(x.Route),
			Received: x.result.bytesIn, Sent: int64(len(x.sent)), Tokens: x.live.Len(),
			Entities: map[string]int{}, Actions: map[string]int{},
		},
		Secret: journal.OpenSecret{
			Principal: string(x.origin.principal), Client: x.origin.client, Host: x.Host,
			Method: x.In.Method,
		},
	}
	if x.clean { // else the path itself may hold what was found
		o.Secret.Path = loggedPath(x.In.URL)
	}
	unshaped := x.unshaped()
	o.Clear.Unshaped, o.Secret.Unshaped = len(unshaped), unshaped[:min(len(unshaped), maxUnshaped)]
	for i, f := range x.Findings {
		o.Clear.Entities[f.Entity]++
		o.Clear.Actions[string(f.Action)]++
		if i >= maxSpans {
			o.Secret.Unlisted++
			continue
		}
		o.Secret.Spans = append(o.Secret.Spans, journal.Span{
			Path: x.fields[f.Field].Path, Entity: f.Entity, Rule: f.Rule,
			Start: f.Start, End: f.End, Action: string(f.Action), Token: replaced(x.tokens, i),
		})
	}
	if len(x.sent) > 0 {
		o.Secret.Sent = journal.Cut(x.sent)
	}
	return o
}

func replaced(tokens []string, i int) string {
	if i < len(tokens) {
		return tokens[i]
	}
	return ""
}

func (x *Exchange) closing(e ending) journal.Close {
	c := journal.Close{Clear: journal.CloseClear{
		Exchange: x.ID, Outcome: string(e.how), Status: x.result.status, Stage: e.stage, Reason: string(e.why),
		Duration: time.Since(x.Start).Milliseconds(), Received: x.result.bytesBack, Returned: x.result.bytesOut,
		Restored: x.result.restored, Unknown: x.result.unknown, Guarded: x.result.guarded,
		Made: x.result.made, Unread: x.result.unseen,
	}}
	if len(x.result.answer) > 0 {
		c.Secret.Answer = &journal.Body{
			Bytes: x.result.answer, Size: x.result.bytesBack, Truncated: x.result.bytesBack > int64(len(x.result.answer)),
		}
	}
	return c
}

// note records what happens outside an exchange: count refusals, by the id that
// their clients were told, or something that passes unread. If it fails, what
// would pass must not. A client that goes away does not take the record with it.
func (p *Proxy) note(ctx context.Context, name, exchange string, o origin, why Reason, count int64) error {
	if p.cfg.Journal == nil {
		return nil
	}
	err := p.cfg.Journal.Note(context.WithoutCancel(ctx), journal.Event{
		Clear:  journal.EventClear{Name: name, Reason: string(why), Count: count},
		Secret: journal.EventSecret{Principal: string(o.principal), Client: o.client, Host: o.host, Detail: exchange},
	})
	if err != nil {
		p.cfg.Log.Error("the log cannot be written", "stage", "record", "error", err)
	}
	return err
}

// logLine is the exchange in one line. Every value is a closed word or a
// number: hosts, paths and models are sealed in the journal.
func (p *Proxy) logLine(x *Exchange, e ending) {
	attrs := []slog.Attr{
		slog.String("outcome", string(e.how)), slog.String("mode", string(x.origin.way)),
		slog.String("provider", x.Adapter.Name), slog.String("route", routeName(x.Route)),
		slog.Int("found", len(x.Findings)), slog.Int("tokens", x.live.Len()), slog.Int("restored", x.result.restored),
		slog.Int("status", x.result.status), slog.Int64("ms", time.Since(x.Start).Milliseconds()), slog.String("id", x.ID),
	}
	if n := len(x.unshaped()); n > 0 {
		attrs = append(attrs, slog.Int("unshaped", n))
	}
	if n := x.result.guarded; n > 0 {
		attrs = append(attrs, slog.Int("guarded", n))
	}
	attrs = append(attrs, x.result.answerAttrs()...)
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
