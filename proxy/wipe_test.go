package proxy

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// spy remembers the memory that it was given to read into.
type spy struct {
	io.Reader
	into []byte
}

func (s *spy) Read(b []byte) (int, error) {
	s.into = b
	return s.Reader.Read(b)
}

// TestBuffersAreWiped: what is shared by exchanges carries nothing from one to
// the next.
func TestBuffersAreWiped(t *testing.T) {
	p := &Proxy{}
	w := httptest.NewRecorder()
	x := &exchange{w: w, answer: answer{head: &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: 13_000}}}
	from := &spy{Reader: bytes.NewReader(bytes.Repeat([]byte("private text "), 1000))}
	if err := p.copy(context.Background(), x, &pipe{from: io.NopCloser(from)}, newClientWriter(x, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if w.Body.Len() != 13_000 || len(from.into) != copySize {
		t.Fatalf("%d bytes passed", w.Body.Len())
	}
	if bytes.Contains(from.into, []byte("private")) {
		t.Error("the buffer still holds the answer")
	}
}
