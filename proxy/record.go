package proxy

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/wire"
)

// outcome is how an exchange ended: a closed word of the log.
type outcome string

const (
	outcomeDone     outcome = "done"
	outcomeRefused  outcome = "refused"  // nothing left, or nothing came back
	outcomeBroken   outcome = "broken"   // the answer ended early
	outcomeCanceled outcome = "canceled" // the client went away
)

// open writes the entry's opening frame. It returns when the frame is on
// disk, so that nothing leaves that the log does not know of.
func (p *Proxy) open(ctx context.Context, x *Exchange) error {
	x.opened = true
	if p.cfg.Journal == nil {
		return nil
	}
	if err := p.cfg.Journal.Begin(ctx, x.opening()); err != nil {
		return refusing(ReasonJournal, err)
	}
	return nil
}

// record closes the entry, opening it first for an exchange that was refused
// before it came that far, deletes the exchange's values, and writes the one
// log line. It runs whatever happened, also when the client has gone.
func (p *Proxy) record(ctx context.Context, x *Exchange, failure error) error {
	var stage string
	var why Reason
	how := outcomeDone
	if e, ok := failure.(*StageError); ok {
		stage = e.Stage
		why, _ = reasonOf(e)
		how = ended(why)
	}
	if x.live.Len() > 0 {
		_ = p.cfg.Vault.DeleteScope(ctx, x.ID)
	}
	p.counters.exchange(&x.result, how, stage, why)
	p.logLine(x, how, stage, why)
	if p.cfg.Journal == nil || why == ReasonJournal {
		return nil
	}
	if !x.opened {
		if err := p.cfg.Journal.Begin(ctx, x.opening()); err != nil {
			return &StageError{"record", refusing(ReasonJournal, err)}
		}
	}
	if err := p.cfg.Journal.Finish(ctx, x.closing(how, stage, why)); err != nil {
		return &StageError{"record", refusing(ReasonJournal, err)}
	}
	return nil
}

func ended(why Reason) outcome {
	switch why {
	case ReasonCanceled:
		return outcomeCanceled
	case ReasonTruncated:
		return outcomeBroken
	default:
		return outcomeRefused
	}
}

func (x *Exchange) opening() journal.Open {
	o := journal.Open{
		Clear: journal.OpenClear{
			Exchange: x.ID, Mode: string(x.origin.way), Provider: x.Adapter.Name, Route: routeName(x.Route),
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
	for i, f := range x.Findings {
		o.Clear.Entities[f.Entity]++
		o.Clear.Actions[string(f.Action)]++
		o.Secret.Spans = append(o.Secret.Spans, journal.Span{
			Path: place(x.fields[f.Field].Path), Entity: f.Entity, Rule: f.Rule,
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

func (x *Exchange) closing(how outcome, stage string, why Reason) journal.Close {
	c := journal.Close{Clear: journal.CloseClear{
		Exchange: x.ID, Outcome: string(how), Status: x.result.status, Stage: stage, Reason: string(why),
		Duration: time.Since(x.Start).Milliseconds(), Received: x.result.bytesBack, Returned: x.result.bytesOut,
		Restored: x.result.restored, Unknown: x.result.unknown, Guarded: x.result.guarded,
	}}
	if len(x.result.answer) > 0 {
		c.Secret.Answer = &journal.Body{
			Bytes: x.result.answer, Size: x.result.bytesBack, Truncated: x.result.bytesBack > int64(len(x.result.answer)),
		}
	}
	return c
}

// note records what happens outside an exchange. A journal that fails here
// fails the next exchange, which is where something could leave.
func (p *Proxy) note(ctx context.Context, name string, o origin, why Reason) {
	if p.cfg.Journal == nil {
		return
	}
	err := p.cfg.Journal.Note(ctx, journal.Event{
		Clear:  journal.EventClear{Name: name, Reason: string(why), Count: 1},
		Secret: journal.EventSecret{Principal: string(o.principal), Client: o.client, Host: o.host},
	})
	if err != nil {
		p.cfg.Log.Error("the log cannot be written", "stage", "record", "error", err)
	}
}

// logLine is the exchange in one line. Every value is a closed word or a
// number: hosts, paths and models are sealed in the journal.
func (p *Proxy) logLine(x *Exchange, how outcome, stage string, why Reason) {
	attrs := []slog.Attr{
		slog.String("outcome", string(how)), slog.String("mode", string(x.origin.way)),
		slog.String("provider", x.Adapter.Name), slog.String("route", routeName(x.Route)),
		slog.Int("found", len(x.Findings)), slog.Int("tokens", x.live.Len()), slog.Int("restored", x.result.restored),
		slog.Int("status", x.result.status), slog.Int64("ms", time.Since(x.Start).Milliseconds()), slog.String("id", x.ID),
	}
	level := slog.LevelInfo
	if how != outcomeDone {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("stage", stage), slog.String("reason", string(why)))
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
