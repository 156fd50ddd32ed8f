package proxy

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"sync"

	"coatcheck/proxy/door"
	"coatcheck/proxy/reason"
)

// forward sends the request and waits for the head of the answer. It follows no
// redirect and sends no request with effects twice: only a GET, HEAD or OPTIONS
// whose kept connection turns out dead before any answer is sent again, by
// net/http, within the same entry of the log.
func (p *Proxy) forward(ctx context.Context, x *exchange) error {
	early := earlyAnswers{w: x.w}
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		Got1xxResponse: early.pass,
		WroteHeaders:   func() { x.left.Store(true) },
	})
	resp, err := p.door.Send(x.in, x.sending.out.WithContext(traced))
	early.end()
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		why := door.DialReason(err)
		if why == reason.Unreachable && x.left.Load() {
			why = reason.Garbled
		}
		return refusing(why, nil) // the error may quote the URL
	}
	x.answer.head = resp
	if why := p.checkHead(x, resp); why != "" {
		_ = resp.Body.Close()
		return refusing(why, nil)
	}
	return nil
}

// checkHead says why an answer cannot be passed on, and turns a redirect into one
// that leads the client to us.
func (p *Proxy) checkHead(x *exchange, resp *http.Response) (why reason.Reason) {
	switch {
	case resp.StatusCode == http.StatusSwitchingProtocols:
		return reason.Switched
	case resp.StatusCode < 200 || resp.StatusCode > 999:
		return reason.Garbled
	case resp.StatusCode < 300 || resp.StatusCode > 399 || len(resp.Header["Location"]) == 0:
		return ""
	}
	location, err := p.door.Location(x.in, resp.Header["Location"])
	if err != nil {
		return reason.Redirect
	}
	resp.Header.Set("Location", location)
	return ""
}

// earlyAnswers passes 103 Early Hints and the like on. The transport calls it
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
	for name, values := range endToEnd(http.Header(header)) {
		h[name] = values
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
