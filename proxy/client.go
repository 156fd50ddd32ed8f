package proxy

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"time"

	"coatcheck/redact/hide"
)

// clientWriter writes the answer to the client under a rolling deadline: a
// client that has stopped reading is dropped. The head leaves with the first
// bytes, or with begin. Of a masked answer nothing more leaves once a text could
// not be looked at.
type clientWriter struct {
	x       *Exchange
	rc      *http.ResponseController
	judge   *hide.Judge   // of an answer that is masked
	head    http.Header   // the answer's, until it has begun
	stalled time.Duration // how long one write may take
	live    bool          // no length is known, so somebody may wait for each piece
	last    bool          // no more than one write follows
	dirty   bool          // something is written and not flushed
}

// errUnseen says that a text of a masked answer could not be looked at.
var errUnseen = errors.New("a text of the answer could not be scanned")

func newClientWriter(x *Exchange, stalled time.Duration) *clientWriter {
	return &clientWriter{
		x: x, rc: http.NewResponseController(x.w), stalled: stalled,
		head: answerHead(x.Response), live: x.Response.ContentLength < 0,
	}
}

// answerHead is what of the provider's head the client gets.
func answerHead(resp *http.Response) http.Header {
	h := endToEnd(resp.Header)
	h.Del("Alt-Svc") // would lead the client around us, over QUIC
	if len(resp.Trailer) > 0 {
		h.Del("Content-Length") // HTTP/1 has trailers only behind chunks
	}
	for _, name := range []string{"Date", "Content-Type"} {
		if _, sent := h[name]; !sent {
			h[name] = nil // net/http would add its own
		}
	}
	return h
}

// begin sends the answer's head, once.
func (c *clientWriter) begin() {
	if c.x.answered {
		return
	}
	maps.Copy(c.x.w.Header(), c.head)
	c.x.answered, c.x.result.status, c.dirty = true, c.x.Response.StatusCode, true
	c.x.w.WriteHeader(c.x.Response.StatusCode)
}

// Write implements io.Writer.
func (c *clientWriter) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if c.judge != nil && c.judge.Failed() {
		return 0, errUnseen
	}
	if c.last && !c.x.answered && len(c.x.Response.Trailer) == 0 {
		c.head.Set("Content-Length", strconv.Itoa(len(b))) // so that the client knows its end at once
	}
	c.begin()
	_ = c.rc.SetWriteDeadline(time.Now().Add(c.stalled))
	n, err := c.x.w.Write(b)
	c.x.result.bytesOut += int64(n)
	c.dirty = true
	return n, err
}

// flush sends what is written to a client that may wait for it.
func (c *clientWriter) flush() {
	if c.live {
		c.send()
	}
}

// end sends the rest: the answer is whole.
func (c *clientWriter) end() {
	c.begin()
	c.send()
}

func (c *clientWriter) send() {
	if c.dirty {
		_ = c.rc.Flush()
		c.dirty = false
	}
}
