package rig

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"coatcheck/proxy"
)

// The destinations of these tests: a model host reached by address, and hosts
// that are not opened.
const (
	ByAddress = "203.0.113.7:443"
	Unknown   = "unknown.example.net:443"
	Rebound   = "rebound.example.net:443"
)

// FarEnd is a server that speaks no protocol of its own: the test reads from
// its connections and writes to them.
type FarEnd struct {
	t testing.TB
	l net.Listener
}

// NewFarEnd listens on loopback until the test ends.
func NewFarEnd(t testing.TB) FarEnd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Must(t, err)
	f := FarEnd{t, l}
	t.Cleanup(f.Close)
	return f
}

// Addr is where it listens.
func (f FarEnd) Addr() string { return f.l.Addr().String() }

// Close takes no more connections.
func (f FarEnd) Close() { _ = f.l.Close() }

// Accept returns the next connection that the proxy made.
func (f FarEnd) Accept() *net.TCPConn {
	f.t.Helper()
	Must(f.t, f.l.(*net.TCPListener).SetDeadline(time.Now().Add(10*time.Second)))
	c, err := f.l.Accept()
	Must(f.t, err)
	f.t.Cleanup(func() { _ = c.Close() })
	Must(f.t, c.SetDeadline(time.Now().Add(10*time.Second)))
	return c.(*net.TCPConn)
}

// Answer gives one HTTP answer on the next connection.
func (f FarEnd) Answer(response string) {
	c := f.Accept()
	if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
		_, _ = io.WriteString(c, response)
	}
}

// Tunnelled is a rig whose proxy reaches the hosts of these tests at far.
func Tunnelled(t testing.TB, far FarEnd, config func(*proxy.Config)) *Rig {
	return New(t, Options{Config: func(c *proxy.Config) {
		Reroute(c, map[string]Road{
			ByAddress: {Address: ByAddress, Listener: far.Addr()},
			Unknown:   {Address: "203.0.113.8:443", Listener: far.Addr()},
			Rebound:   {Address: "127.0.0.1:443", Listener: far.Addr()},

			"vector_db:8080":         {Address: "203.0.113.8:8080", Listener: far.Addr()},
			"unknown.example.net:80": {Address: "203.0.113.8:80", Listener: far.Addr()},
		})
		if config != nil {
			config(c)
		}
	}})
}

// Open asks for a tunnel and returns the client's and the server's ends of it.
func (r *Rig) Open(far FarEnd, target string) (*net.TCPConn, *net.TCPConn) {
	r.t.Helper()
	resp, c, br := r.Raw(ConnectRequest(target, ""))
	if resp.StatusCode != 200 {
		r.t.Fatalf("CONNECT %s: status %d", target, resp.StatusCode)
	}
	if br.Buffered() > 0 {
		r.t.Fatalf("CONNECT %s: %d bytes follow the head", target, br.Buffered())
	}
	return c.(*net.TCPConn), far.Accept()
}

// Upgrade opens a WebSocket through the proxy and returns its two ends.
func (r *Rig) Upgrade(far FarEnd, frame string) (client, server net.Conn) {
	r.t.Helper()
	head := "GET http://unknown.example.net/ws HTTP/1.1\r\nHost: unknown.example.net\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	answered := make(chan *bufio.ReadWriter)
	go func() {
		c := far.Accept()
		br := bufio.NewReader(c)
		if _, err := http.ReadRequest(br); err == nil {
			_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		}
		server = c
		answered <- bufio.NewReadWriter(br, nil)
	}()
	resp, c, _ := r.Raw(head + frame)
	if resp.StatusCode != 101 {
		r.t.Fatalf("status %d", resp.StatusCode)
	}
	br := <-answered
	Expect(r.t, "the server", br, []byte(frame))
	return c, server
}

// HelloFor is the hello of a client that asks for name.
func HelloFor(name string) []byte {
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

// Expect reads exactly want.
func Expect(t testing.TB, who string, r io.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%s received %q (%v), want %q", who, got[:n], err, want)
	}
}

// ExpectEnd reads to the end of a connection, which must come, and returns
// what stood before it.
func ExpectEnd(t testing.TB, who string, c net.Conn) []byte {
	t.Helper()
	got, err := io.ReadAll(c)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		t.Fatalf("%s: the connection is still open, after %d bytes", who, len(got))
	}
	return got
}
