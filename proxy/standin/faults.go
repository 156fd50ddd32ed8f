package standin

import (
	"html"
	"net"
	"net/http"
	"strings"
)

// End is how an answer ends.
type End uint8

// The ends of an answer. All but Whole come after Answer.EndAfter pieces.
const (
	// Whole is the right end.
	Whole End = iota
	// Short is a right end of the transfer, too early: a truncated gzip
	// stream, an event stream without its last events. In a Sized answer the
	// transfer breaks off as with Abort.
	Short
	// Abort breaks the transfer off: the connection closes without the last
	// chunk, or the HTTP/2 stream is reset.
	Abort
	// Reset resets the TCP connection, whatever else runs on it.
	Reset
	// Stall sends nothing more until the client goes or the server closes.
	Stall
)

// end ends an answer after its last piece.
func (p *player) end(e End) error {
	switch e {
	case Abort:
		return http.ErrAbortHandler
	case Reset:
		p.tape.reset()
		return http.ErrAbortHandler
	case Stall:
		return p.wait(make(chan struct{}))
	case Whole, Short:
	}
	return nil
}

// reset closes the TCP connection so that its peer sees a reset, not an end.
func (t *tape) reset() {
	if c, ok := t.tcp.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
	}
	_ = t.tcp.Close()
}

// ErrorJSON answers with an error in the shape of the API asked, which quotes
// the text that it received.
func ErrorJSON(status int) Script {
	return func(r *Request) Answer {
		return refusal(r, status, "invalid value: '"+string(r.Decoded)+"'")
	}
}

// ErrorHTML answers with an error page that quotes the text it received, as
// gateways do.
func ErrorHTML(status int) Script {
	return func(r *Request) Answer {
		return Answer{
			Status: status,
			Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			Body: []byte("<html><body><h1>" + http.StatusText(status) + "</h1><pre>" +
				html.EscapeString(string(r.Decoded)) + "</pre></body></html>\n"),
			Sized: true,
		}
	}
}

// Redirect answers with a redirection. Status 307 and 308 make clients send
// their body again.
func Redirect(status int, location string) Script {
	return func(*Request) Answer {
		return Answer{Status: status, Header: http.Header{"Location": {location}}, Sized: true}
	}
}

// HugeEvent answers with a stream of one event of about size bytes that quotes
// what it received at its very end.
func HugeEvent(size int) Script {
	return func(r *Request) Answer {
		var e events
		e.add("", object{"output": strings.Repeat("long ", size/5) + string(r.Decoded)})
		return stream(e.Bytes())
	}
}

// refusal is an error in the shape of the API asked.
func refusal(r *Request, status int, message string) Answer {
	var body object
	switch path := r.route(); {
	case strings.Contains(path, "/messages"):
		body = object{"type": "error", "error": object{"type": "invalid_request_error", "message": message}}
	case strings.HasSuffix(path, "/model"):
		body = object{"error": message}
	default:
		body = object{"error": object{
			"message": message, "type": "invalid_request_error", "param": nil, "code": nil,
		}}
	}
	a := unary(body)
	a.Status = status
	return a
}

// unary is a whole JSON answer.
func unary(v any) Answer {
	return Answer{
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   encode(v),
		Sized:  true,
	}
}

// stream is an answer of server-sent events.
func stream(body []byte) Answer {
	return Answer{
		Header: http.Header{
			"Content-Type":  {"text/event-stream; charset=utf-8"},
			"Cache-Control": {"no-cache"},
		},
		Body: body,
		Cut:  PerEvent,
	}
}
