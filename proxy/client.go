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
	x       *exchange
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

func newClientWriter(x *exchange, stalled time.Duration) *clientWriter {
	return &clientWriter{
		x: x, rc: http.NewResponseController(x.w), stalled: stalled,
		head: answerHead(x.answer.head), live: x.answer.head.ContentLength < 0,
	}
}

// begin sends the answer's head, once.
func (c *clientWriter) begin() {
	if c.x.state == answered {
		return
	}
	maps.Copy(c.x.w.Header(), c.head)
	c.x.state, c.x.answer.status, c.dirty = answered, c.x.answer.head.StatusCode, true
	c.x.w.WriteHeader(c.x.answer.head.StatusCode)
}

// Write implements io.Writer.
func (c *clientWriter) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if c.judge != nil && c.judge.Failed() {
		return 0, errUnseen
	}
	if c.last && c.x.state < answered && len(c.x.answer.head.Trailer) == 0 {
		c.head.Set("Content-Length", strconv.Itoa(len(b))) // so that the client knows its end at once
	}
	c.begin()
	_ = c.rc.SetWriteDeadline(time.Now().Add(c.stalled))
	n, err := c.x.w.Write(b)
	c.x.answer.returned += int64(n)
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
