package standin

import (
	"bytes"
	"crypto/tls"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// recorder is a listener whose connections keep what they receive.
type recorder struct {
	net.Listener
	server *Server
}

func (l *recorder) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	t := &tape{Conn: c, tcp: c}
	if l.server.tls != nil {
		t.Conn = tls.Server(c, l.server.tls) // shakes hands at the first Read
	}
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.tapes = append(l.server.tapes, t)
	return t, nil
}

// tapeKey finds the tape of a request's connection in its context.
type tapeKey struct{}

// tape is a connection that keeps the decrypted bytes it received.
type tape struct {
	net.Conn
	tcp net.Conn

	mu     sync.Mutex
	bytes  []byte
	taken  int  // bytes[:taken] belong to captured requests
	erased bool // HTTP/2: frames are kept by nobody, requests are
}

// Read keeps what it reads.
func (t *tape) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.erased {
		t.bytes = append(t.bytes, p[:n]...)
	}
	return n, err
}

// serverName returns the name that the client asked for by SNI.
func (t *tape) serverName() string {
	if c, ok := t.Conn.(*tls.Conn); ok {
		return c.ConnectionState().ServerName
	}
	return ""
}

// erase forgets what was recorded and stops recording.
func (t *tape) erase() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes, t.taken, t.erased = nil, 0, true
}

// drop forgets what was recorded so far.
func (t *tape) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes, t.taken = nil, 0
}

// rest returns the bytes that belong to no captured request.
func (t *tape) rest() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.bytes[t.taken:])
}

// head returns the head of the HTTP/1 request that was just read and steps
// over its body, which has length bytes or, if that is negative, chunks.
func (t *tape) head(length int64) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	fresh := t.bytes[t.taken:]
	end := bytes.Index(fresh, []byte("\r\n\r\n"))
	if end < 0 {
		return nil
	}
	end += 4
	size := int(length)
	if length < 0 {
		size = chunkedSize(fresh[end:])
	}
	t.taken += min(end+size, len(fresh))
	return fresh[:end:end]
}

// chunkedSize returns how many bytes a chunked body takes with its framing and
// trailer, or all of b if b ends earlier.
func chunkedSize(b []byte) int {
	at := 0
	for {
		line := bytes.Index(b[at:], []byte("\r\n"))
		if line < 0 {
			return len(b)
		}
		digits, _, _ := strings.Cut(string(b[at:at+line]), ";")
		size, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 31)
		if at += line + 2; err != nil {
			return len(b)
		}
		if size == 0 {
			return min(at+trailerSize(b[at:]), len(b))
		}
		if at += int(size) + 2; at > len(b) {
			return len(b)
		}
	}
}

// trailerSize returns the size of a trailer with the empty line that ends it.
func trailerSize(b []byte) int {
	if bytes.HasPrefix(b, []byte("\r\n")) {
		return 2
	}
	if end := bytes.Index(b, []byte("\r\n\r\n")); end >= 0 {
		return end + 4
	}
	return len(b)
}
