package proxy

import (
	"context"
	"net/http"
	"strings"

	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire/codings"
	"coatcheck/proxy/wire/streams"
	"coatcheck/redact/hide"
	"coatcheck/redact/token"
)

// restore streams the answer to the client with this exchange's tokens turned
// back into values. It never buffers a stream and never restores a token that
// this request did not carry. An answer that breaks off upstream breaks off
// here too.
func (p *Proxy) restore(ctx context.Context, x *exchange) error {
	resp := x.answer.head
	defer resp.Body.Close()
	out := newClientWriter(x, p.cfg.Door.Timeouts.Stalled)
	if x.in.Method == http.MethodHead || resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified {
		out.begin()
		return nil
	}
	pp, err := p.readable(ctx, x, out)
	if err != nil {
		return err
	}
	defer pp.from.Close()
	pp.kept = p.cfg.Journal != nil || p.cfg.Answers == AnswersReport
	if pp.prompt {
		out.begin()
		out.flush()
	}
	err = p.copy(ctx, x, pp, out)
	p.examine(context.WithoutCancel(ctx), x, pp)
	if err != nil {
		return err
	}
	if pp.stream != nil {
		ofAnotherBody(resp.Trailer)
	}
	for name, values := range resp.Trailer {
		x.w.Header()[http.TrailerPrefix+name] = values
	}
	return nil
}

// lane restores the text of one channel and counts what it did.
type lane struct {
	*token.Restorer
	into *answer
}

// Close implements streams.Lane.
func (l lane) Close() {
	l.Restorer.Close()
	c := l.Counts()
	l.into.restored += c.Restored
	l.into.unknown += c.Unknown
	l.into.guarded += c.Guarded
}

// readable prepares the answer's body. Where nothing can change, or there is
// nothing to read, the encoded bytes pass; else they are decoded as they
// arrive. What nobody can look at does not pass where answers are masked.
func (p *Proxy) readable(ctx context.Context, x *exchange, out *clientWriter) (*pipe, error) {
	resp, mask := x.answer.head, p.cfg.Answers == AnswersMask
	contentType, coding := resp.Header.Get("Content-Type"), strings.Join(resp.Header.Values("Content-Encoding"), ",")
	promise := streams.PromiseOf(contentType, resp.StatusCode)
	unread := promise == streams.PromiseMedia || promise == streams.PromiseUnread || !codings.Readable(coding)
	switch {
	case resp.ContentLength == 0, !mask && (unread || x.sending.live.Len() == 0), mask && promise == streams.PromiseMedia:
		x.answer.unseen = mask && unread && resp.ContentLength != 0
		return &pipe{from: resp.Body, prompt: true}, nil
	case unread:
		x.answer.unseen = true
		return nil, refusing(reason.Unreadable, nil)
	}
	from, err := codings.NewReader(coding, resp.Body)
	if err != nil {
		return nil, refusing(reason.Unreadable, nil)
	}
	out.head.Del("Content-Length")
	ofAnotherBody(out.head)
	// Before its first bytes only the head of a stream of events is of use. What
	// has not begun can still be refused, and a document be given its length.
	pp := &pipe{from: from, prompt: promise == streams.PromiseEvents}
	o := streams.Options{
		Route: x.route, MediaType: contentType, Status: resp.StatusCode, Strict: mask,
		NewLane: func() streams.Lane { return lane{token.NewRestorer(x.sending.live, p.guard), &x.answer} },
		Out:     out, MaxEvent: p.cfg.Limits.Event, MaxBody: p.cfg.Limits.Body,
	}
	if mask {
		restore := o.NewLane
		pp.judge = p.answerJudge(ctx, x)
		o.NewLane = func() streams.Lane { return newMasked(hide.NewLane(pp.judge), restore()) }
		out.judge = pp.judge
		o.MaxQueued = hide.MaxHeld // a key block may come letter by letter
	}
	pp.stream = streams.New(o)
	return pp, nil
}
