package proxy_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
)

// The destinations of these tests: a model host reached by address, and hosts
// that are not opened.
const (
	byAddress = "203.0.113.7:443"
	unknown   = "unknown.example.net:443"
	rebound   = "rebound.example.net:443"
)

// farEnd is a server that speaks no protocol of its own: the test reads from
// its connections and writes to them.
type farEnd struct {
	t testing.TB
	l net.Listener
}

func newFarEnd(t testing.TB) farEnd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return farEnd{t, l}
}

// accept returns the next connection that the proxy made.
func (f farEnd) accept() *net.TCPConn {
	f.t.Helper()
	must(f.t, f.l.(*net.TCPListener).SetDeadline(time.Now().Add(10*time.Second)))
	c, err := f.l.Accept()
	must(f.t, err)
	f.t.Cleanup(func() { _ = c.Close() })
	must(f.t, c.SetDeadline(time.Now().Add(10*time.Second)))
	return c.(*net.TCPConn)
}

// answer gives one HTTP answer on the next connection.
func (f farEnd) answer(response string) {
	c := f.accept()
	if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
		_, _ = io.WriteString(c, response)
	}
}

// tunnelled is a rig whose proxy reaches the hosts of these tests at far.
func tunnelled(t testing.TB, far farEnd, config func(*proxy.Config)) *rig {
	return newRig(t, rigOptions{config: func(c *proxy.Config) {
		c.Reroute(map[string]proxy.Road{
			byAddress: {Address: byAddress, Listener: far.l.Addr().String()},
			unknown:   {Address: "203.0.113.8:443", Listener: far.l.Addr().String()},
			rebound:   {Address: "127.0.0.1:443", Listener: far.l.Addr().String()},

			"vector_db:8080":         {Address: "203.0.113.8:8080", Listener: far.l.Addr().String()},
			"unknown.example.net:80": {Address: "203.0.113.8:80", Listener: far.l.Addr().String()},
		})
		if config != nil {
			config(c)
		}
	}})
}

// open asks for a tunnel and returns the client's and the server's ends of it.
func (r *rig) open(far farEnd, target string) (*net.TCPConn, *net.TCPConn) {
	r.t.Helper()
	resp, c, br := r.raw(connectRequest(target, ""))
	if resp.StatusCode != 200 {
		r.t.Fatalf("CONNECT %s: status %d", target, resp.StatusCode)
	}
	if br.Buffered() > 0 {
		r.t.Fatalf("CONNECT %s: %d bytes follow the head", target, br.Buffered())
	}
	return c.(*net.TCPConn), far.accept()
}

// helloFor is the hello of a client that asks for name.
func helloFor(name string) []byte {
	var b bytes.Buffer
	_ = tls.Client(sink{&b}, &tls.Config{ServerName: name, InsecureSkipVerify: true}).Handshake()
	return b.Bytes()
}

// sink is a connection whose peer never answers.
type sink struct{ w io.Writer }

func (s sink) Write(p []byte) (int, error)    { return s.w.Write(p) }
func (sink) Read([]byte) (int, error)         { return 0, io.EOF }
func (sink) Close() error                     { return nil }
func (sink) LocalAddr() net.Addr              { return nil }
func (sink) RemoteAddr() net.Addr             { return nil }
func (sink) SetDeadline(time.Time) error      { return nil }
func (sink) SetReadDeadline(time.Time) error  { return nil }
func (sink) SetWriteDeadline(time.Time) error { return nil }

// expect reads exactly want.
func expect(t testing.TB, who string, r io.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%s received %q (%v), want %q", who, got[:n], err, want)
	}
}

// expectEnd reads to the end of a connection, which must come, and returns
// what stood before it.
func expectEnd(t testing.TB, who string, c net.Conn) []byte {
	t.Helper()
	got, err := io.ReadAll(c)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		t.Fatalf("%s: the connection is still open, after %d bytes", who, len(got))
	}
	return got
}

// noted is a journal that tells of its notes.
type noted struct {
	proxy.Journal
	notes chan journal.Event
}

// tellNotes gives c a journal whose notes can be received.
func tellNotes(c *proxy.Config) <-chan journal.Event {
	notes := make(chan journal.Event, 10)
	c.Journal = noted{c.Journal, notes}
	return notes
}

func (n noted) Note(ctx context.Context, e journal.Event) error {
	n.notes <- e
	return n.Journal.Note(ctx, e)
}
