package proxy

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync"
)

// forward sends Out and waits for the head of the answer. It follows no
// redirect and sends no request with effects twice: only a GET, HEAD or OPTIONS
// whose kept connection turns out dead before any answer is sent again, by
// net/http, within the same entry of the log.
func (p *Proxy) forward(ctx context.Context, x *Exchange) error {
	u := *x.target
	if err := spell(&u, joinPath(x.target.EscapedPath(), x.spelled)); err != nil {
		return refusing(ReasonBadTarget, nil)
	}
	x.Out.URL = &u
	sendOnce(x.Out.Header)
	if x.live.Len() > 0 || p.cfg.Answers == AnswersMask {
		askWhole(x.Out.Header)
	}

	transport := p.transport.pooled
	if x.origin.ip.IsValid() && x.provider.upstream == nil {
		transport, ctx = p.transport.pinned, pin(ctx, x.origin.ip)
	}
	early := earlyAnswers{w: x.w}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		Got1xxResponse: early.pass,
		WroteHeaders:   func() { x.left.Store(true) },
	})
	resp, err := transport.RoundTrip(x.Out.WithContext(ctx))
	early.end()
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		why := dialReason(err)
		if why == ReasonUnreachable && x.left.Load() {
			why = ReasonGarbled
		}
		return refusing(why, nil) // the error may quote the URL
	}
	x.Response = resp
	switch {
	case resp.StatusCode == http.StatusSwitchingProtocols:
		_ = resp.Body.Close()
		return refusing(ReasonSwitched, nil)
	case resp.StatusCode < 200 || resp.StatusCode > 999:
		_ = resp.Body.Close()
		return refusing(ReasonGarbled, nil)
	}
	return p.checkRedirect(x)
}

// sendOnce keeps net/http from repeating a request whose bytes may have left:
// it takes an Idempotency-Key as leave to do so. Under another spelling of its
// name, which no server tells apart, the header is only data.
func sendOnce(h http.Header) {
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if v, ok := h[name]; ok {
			delete(h, name)
			h[strings.ToLower(name)] = v
		}
	}
}

// askWhole takes back a client's wish for a part of the answer, as a server may
// (RFC 9110, 14.2): a token or a value could be cut in two, and the ranges of
// an answer that changes are not those that the provider counts.
func askWhole(h http.Header) {
	h.Del("Range")
	h.Del("If-Range")
}

// joinPath puts an upstream's own path in front of the client's.
func joinPath(prefix, path string) string {
	if prefix == "" || prefix == "/" {
		return path
	}
	return strings.TrimSuffix(prefix, "/") + path
}

// earlyAnswers passes 103 Early Hints and the like on, with their links and
// nothing else: the rest of a head comes with the answer itself. The transport calls it
// from a goroutine of its own, which may outlive the wait for the answer.
type earlyAnswers struct {
	mu    sync.Mutex
	w     http.ResponseWriter
	ended bool
}

func (e *earlyAnswers) pass(code int, header textproto.MIMEHeader) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	// 100 is answered by our own server when the body is read.
	if e.ended || code == http.StatusContinue || code == http.StatusSwitchingProtocols {
		return nil
	}
	h := e.w.Header()
	if link := header["Link"]; len(link) > 0 {
		h["Link"] = link
	}
	e.w.WriteHeader(code)
	clear(h)
	return nil
}

func (e *earlyAnswers) end() {
	e.mu.Lock()
	e.ended = true
	e.mu.Unlock()
}
