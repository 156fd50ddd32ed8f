package proxy

import (
	"context"
	"errors"
	"io"
	"sync"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire/streams"
	"coatcheck/redact/hide"
)

// pipe is an answer on its way: read from the provider, written to the client.
type pipe struct {
	from   io.ReadCloser
	stream *streams.Stream // nil: the bytes pass as they are
	held   int64           // of the budget, for what the stream keeps
	judge  *hide.Judge     // answers are masked
	prompt bool            // the head leaves before there is a body
	kept   bool            // somebody reads the answer when it is over
	unread bool            // it ended before what nobody could look at
}

// copySize is how much of an answer is read at once, in bytes.
const copySize = 32 << 10

// buffers are shared by exchanges; each is wiped before another gets it.
var buffers = sync.Pool{New: func() any { return new([copySize]byte) }}

// copy moves the body piece by piece, as the provider sends it.
func (p *Proxy) copy(ctx context.Context, x *exchange, pp *pipe, out *clientWriter) error {
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
		p.retain(x, pp, buf[:n])
		if _, werr := into.Write(buf[:n]); werr != nil {
			return pp.undelivered(werr)
		}
		out.flush()
		if err := p.charge(x, pp); err != nil {
			return err
		}
		if out.judge != nil && out.judge.Failed() {
			return pp.undelivered(errUnseen)
		}
		if err == io.EOF || x.passedWhole(pp) {
			break
		}
		if err != nil {
			return p.broken(ctx, pp, out)
		}
	}
	if pp.stream != nil {
		out.last = true
		if err := pp.stream.Close(); err != nil {
			return pp.undelivered(err)
		}
	}
	out.end()
	return nil
}

// charge keeps what is reserved of the process's budget in step with what the
// stream keeps of the answer.
func (p *Proxy) charge(x *exchange, pp *pipe) error {
	if pp.stream == nil {
		return nil
	}
	grown := pp.stream.Held() - pp.held
	pp.held += grown
	if grown > 0 {
		return p.hold(x, grown)
	}
	p.budget.give(-grown)
	x.held += grown
	return nil
}

// passedWhole reports that a passing answer of known length is through. Its
// client may hang up from then on, and that is no fault.
func (x *exchange) passedWhole(pp *pipe) bool {
	r := x.answer.head
	return pp.stream == nil && r.ContentLength > 0 && x.answer.received == r.ContentLength && len(r.Trailer) == 0
}

// broken ends an answer that the provider did not end: what is whole goes
// out, then the connection is cut so that the client sees it was not the end.
func (p *Proxy) broken(ctx context.Context, pp *pipe, out *clientWriter) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if pp.stream != nil {
		if err := pp.stream.Abort(); err != nil {
			return pp.undelivered(err)
		}
		out.flush()
	}
	return refusing(reason.Truncated, nil)
}

// undelivered says why an answer did not reach the client: it holds what may
// not pass without a look, or the client has gone.
func (pp *pipe) undelivered(err error) error {
	if errors.Is(err, streams.ErrUnread) || errors.Is(err, errUnseen) {
		pp.unread = true
		return refusing(reason.Unreadable, nil)
	}
	return errors.Join(context.Canceled, err)
}

// retain counts what the provider wrote and holds the beginning of it for the log
// and for [Proxy.examine]. It ends where the budget is scarce: an exchange is
// worth more than a whole entry.
func (p *Proxy) retain(x *exchange, pp *pipe, b []byte) {
	whole := x.answer.received == int64(len(x.answer.kept))
	x.answer.received += int64(len(b))
	n := min(len(b), journal.MaxBody-len(x.answer.kept))
	if pp.kept && whole && p.budget.spare(int64(n)) {
		x.held += int64(n)
		x.answer.kept = append(x.answer.kept, b[:n]...)
	}
}
