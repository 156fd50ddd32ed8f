package proxy

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/wire"
	"coatcheck/redact/hide"
	"coatcheck/redact/token"
)

// restore streams the answer to the client with this exchange's tokens turned
// back into values. It never buffers a stream and never restores a token that
// this request did not carry. An answer that breaks off upstream breaks off
// here too.
func (p *Proxy) restore(ctx context.Context, x *Exchange) error {
	resp := x.Response
	defer resp.Body.Close()
	h := x.w.Header()
	for name, values := range endToEnd(resp.Header) {
		h[name] = values
	}
	h.Del("Alt-Svc") // would lead the client around us, over QUIC
	if len(resp.Trailer) > 0 {
		h.Del("Content-Length") // HTTP/1 has trailers only behind chunks
	}
	for _, name := range []string{"Date", "Content-Type"} {
		if _, sent := h[name]; !sent {
			h[name] = nil // net/http would add its own
		}
	}
	if x.In.Method == http.MethodHead || resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified {
		x.begin(resp.StatusCode)
		return nil
	}
	out := &clientWriter{p: p, x: x, rc: http.NewResponseController(x.w)}
	body, err := p.readable(ctx, x, out)
	if err != nil {
		return err
	}
	x.begin(resp.StatusCode)
	out.live = resp.ContentLength < 0 && !body.whole
	out.flush()
	err = p.copy(ctx, x, body, out)
	p.examine(context.WithoutCancel(ctx), x, body)
	if err != nil {
		return err
	}
	if body.stream != nil {
		ofAnotherBody(resp.Trailer)
	}
	for name, values := range resp.Trailer {
		h[http.TrailerPrefix+name] = values
	}
	return nil
}

// pipe is an answer on its way: read from the provider, written to the client.
type pipe struct {
	from   io.Reader
	stream *wire.Stream // nil: the bytes pass as they are
	whole  bool         // the stream holds the body until it is whole
	judge  *hide.Judge  // answers are masked
}

// lane restores the text of one channel and counts what it did.
type lane struct {
	*token.Restorer
	into *result
}

// Close implements wire.Lane.
func (l lane) Close() {
	l.Restorer.Close()
	c := l.Counts()
	l.into.restored += c.Restored
	l.into.unknown += c.Unknown
	l.into.guarded += c.Guarded
}

// readable prepares the answer's body. Without a live token, and where nothing
// is masked, nothing can change, so the encoded bytes pass; else they are
// decoded as they arrive.
func (p *Proxy) readable(ctx context.Context, x *Exchange, out io.Writer) (*pipe, error) {
	resp, mask := x.Response, p.cfg.Answers == AnswersMask
	coding := strings.Join(resp.Header.Values("Content-Encoding"), ",")
	switch {
	case mask && !wire.Readable(coding):
		return nil, refusing(ReasonUnreadable, nil)
	case x.live.Len() == 0 && !mask || !wire.Readable(coding):
		return &pipe{from: resp.Body}, nil
	}
	from, err := wire.NewInflater(coding, resp.Body)
	if err != nil {
		return nil, refusing(ReasonTruncated, nil)
	}
	h := x.w.Header()
	h.Del("Content-Length")
	ofAnotherBody(h)
	pp := &pipe{from: from, whole: !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream")}
	o := wire.StreamOptions{
		Route: x.Route, MediaType: resp.Header.Get("Content-Type"), Status: resp.StatusCode,
		NewLane: func() wire.Lane { return lane{token.NewRestorer(x.live, p.guard), &x.result} },
		Out:     out, MaxEvent: p.cfg.Limits.Event, MaxBody: p.cfg.Limits.Body,
	}
	if mask {
		restore := o.NewLane
		pp.judge = p.answerJudge(ctx, x)
		o.NewLane = func() wire.Lane { return newMasked(hide.NewLane(pp.judge), restore()) }
		o.MaxQueued = hide.MaxHeld // a key block may come letter by letter
	}
	pp.stream = wire.NewStream(o)
	return pp, nil
}

// copySize is how much of an answer is read at once, in bytes.
const copySize = 32 << 10

// buffers are shared by exchanges; each is wiped before another gets it.
var buffers = sync.Pool{New: func() any { return new([copySize]byte) }}

// copy moves the body piece by piece, as the provider sends it.
func (p *Proxy) copy(ctx context.Context, x *Exchange, pp *pipe, out *clientWriter) error {
	buf := buffers.Get().(*[copySize]byte)[:]
	most := 0
	defer func() {
		clear(buf[:most])
		buffers.Put((*[copySize]byte)(buf))
	}()
	var into io.Writer = out
	if pp.stream != nil {
		into = pp.stream
	}
	for {
		n, err := pp.from.Read(buf)
		most = max(most, n)
		x.keep(buf[:n])
		if pp.whole {
			if err := p.hold(x, int64(n)); err != nil {
				return err
			}
		}
		if _, werr := into.Write(buf[:n]); werr != nil {
			return errors.Join(context.Canceled, werr)
		}
		if pp.stream == nil || n > 0 {
			out.flush()
		}
		if pp.judge != nil && pp.judge.Failed {
			return refusing(ReasonUnreadable, nil)
		}
		if err == io.EOF || x.passedWhole(pp) {
			break
		}
		if err != nil {
			return p.broken(ctx, pp, out)
		}
	}
	if pp.stream == nil {
		return nil
	}
	if err := pp.stream.Close(); err != nil {
		return errors.Join(context.Canceled, err)
	}
	out.flush()
	return nil
}

// passedWhole reports that a passing answer of known length is through. Its
// client may hang up from then on, and that is no fault.
func (x *Exchange) passedWhole(pp *pipe) bool {
	r := x.Response
	return pp.stream == nil && r.ContentLength > 0 && x.result.bytesBack == r.ContentLength && len(r.Trailer) == 0
}

// broken ends an answer that the provider did not end: what is whole goes
// out, then the connection is cut so that the client sees it was not the end.
func (p *Proxy) broken(ctx context.Context, pp *pipe, out *clientWriter) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if pp.stream != nil {
		if err := pp.stream.Abort(); err != nil {
			return errors.Join(context.Canceled, err)
		}
		out.flush()
	}
	return refusing(ReasonTruncated, nil)
}

// begin sends the answer's head.
func (x *Exchange) begin(status int) {
	x.answered, x.result.status = true, status
	x.w.WriteHeader(status)
}

// keep holds the answer as the provider wrote it, for the log.
func (x *Exchange) keep(b []byte) {
	x.result.bytesBack += int64(len(b))
	if room := journal.MaxBody - len(x.result.answer); room > 0 {
		x.result.answer = append(x.result.answer, b[:min(room, len(b))]...)
	}
}

// clientWriter writes to the client under a rolling deadline: a client that
// has stopped reading is dropped.
type clientWriter struct {
	p     *Proxy
	x     *Exchange
	rc    *http.ResponseController
	live  bool // somebody waits for each piece: no length is known, and nothing is held until it is whole
	dirty bool
}

// Write implements io.Writer.
func (c *clientWriter) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	_ = c.rc.SetWriteDeadline(time.Now().Add(c.p.cfg.Timeouts.Stalled))
	n, err := c.x.w.Write(b)
	c.x.result.bytesOut += int64(n)
	c.dirty = true
	return n, err
}

func (c *clientWriter) flush() {
	if c.live && (c.dirty || c.x.result.bytesOut == 0) {
		_ = c.rc.Flush()
		c.dirty = false
	}
}
