package door

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
)

// connListener is a net.Listener over a channel: it feeds connections that we
// took over from a CONNECT to an http.Server.
type connListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newConnListener() *connListener {
	return &connListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

// push hands a connection to the server; it is closed if the server has stopped.
func (l *connListener) push(c net.Conn) {
	select {
	case l.conns <- c:
	case <-l.done:
		_ = c.Close()
	}
}

// Accept implements net.Listener.
func (l *connListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *connListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr implements net.Listener.
func (l *connListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero} }

// takenConn is a connection taken over from a CONNECT, with what accept knows
// about it. Reads go through r, which replays bytes that were looked at.
type takenConn struct {
	net.Conn
	r      io.Reader
	origin Origin
}

// Read implements net.Conn.
func (c *takenConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// CloseWrite passes a half-close on, where the connection can do it.
func (c *takenConn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(c net.Conn) error {
	if hc, ok := c.(interface{ CloseWrite() error }); ok {
		return hc.CloseWrite()
	}
	return c.Close()
}

// earlyBytes wraps the ResponseWriter of a request that ends in a connection,
// so that bytes sent in the same write (the ClientHello after a CONNECT, the
// first frame after an upgrade) are replayed instead of lost with the server's
// buffer.
type earlyBytes struct{ http.ResponseWriter }

// Unwrap serves [http.ResponseController].
func (e earlyBytes) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// Hijack implements http.Hijacker.
func (e earlyBytes) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(e.ResponseWriter).Hijack()
	if err != nil || rw.Reader.Buffered() == 0 {
		return c, rw, err
	}
	early, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		return c, rw, err
	}
	r := io.MultiReader(bytes.NewReader(bytes.Clone(early)), c)
	return &takenConn{Conn: c, r: r}, rw, nil
}

// connSet tracks connections that no http.Server knows of.
type connSet struct {
	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

// add reports false, and closes c, when the set has been closed.
func (s *connSet) add(c net.Conn) bool {
	if s.keep(c) {
		return true
	}
	_ = c.Close()
	return false
}

func (s *connSet) keep(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.conns == nil {
		s.conns = map[net.Conn]struct{}{}
	}
	s.conns[c] = struct{}{}
	return true
}

func (s *connSet) remove(c net.Conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
}

// closeAll closes what is in the set and all that is added later.
func (s *connSet) closeAll() {
	s.mu.Lock()
	conns := s.conns
	s.closed, s.conns = true, nil
	s.mu.Unlock()
	for c := range conns {
		_ = c.Close() // may remove itself
	}
}

// trackedConn is a connection that leaves its set when it is closed.
type trackedConn struct {
	net.Conn
	set *connSet
}

// Close implements net.Conn.
func (c *trackedConn) Close() error {
	c.set.remove(c)
	return c.Conn.Close()
}

// CloseWrite passes a half-close on, where the connection can do it.
func (c *trackedConn) CloseWrite() error { return closeWrite(c.Conn) }
