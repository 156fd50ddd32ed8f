package door

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"coatcheck/crypto/hostname"
)

// protocol is what a client's first bytes begin.
type protocol uint8

const (
	otherProtocol protocol = iota
	clearHTTP              // a request in clear, HTTP/2 without TLS included
	tlsHello               // a whole hello
	tlsUnread              // TLS, but no hello that can be read to its end
)

// seen is what a client's first bytes say.
type seen struct {
	protocol protocol
	name     string // tlsHello: the server's name, empty if it has none
}

var (
	errSilent = errors.New("the client sent nothing")
	errCut    = errors.New("the client's first bytes broke off")
)

// maxHello bounds the bytes read to find a server name. A hello with
// post-quantum key shares takes 1.5 KB; RFC 8446 allows 64 KB and more.
const maxHello = 64 << 10

// look reads a connection's first bytes until they tell what it is, and
// returns a reader that replays them. A client that ends before that, or takes
// longer than patience, has told nothing: that is an error, never a guess.
func look(c net.Conn, patience time.Duration) (seen, io.Reader, error) {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	first := &heldReader{from: c}
	s, err := recognise(first)
	switch {
	case err != nil && first.held.Len() == 0:
		return seen{}, nil, errSilent
	case err != nil:
		return seen{}, nil, errCut
	}
	return s, io.MultiReader(bytes.NewReader(first.held.Bytes()), c), nil
}

// recognise reads no further than it must to tell the protocol.
func recognise(first *heldReader) (seen, error) {
	b, err := first.next()
	for err == nil && (b == '\r' || b == '\n') { // servers skip empty lines before a request (RFC 9112, 2.2)
		if first.held.Len() > maxHello {
			return seen{protocol: clearHTTP}, nil // a server of ours answers it
		}
		b, err = first.next()
	}
	switch {
	case err != nil:
		return seen{}, err
	case b >= recordFirst && b <= recordLast && first.held.Len() == 1:
		return readHello(first)
	default:
		return readMethod(first, b)
	}
}

// The content types of TLS records (RFC 8446, 5.1). Servers skip some that
// stand before the hello, so each of them begins TLS.
const (
	recordFirst     = 0x14
	recordHandshake = 0x16
	recordLast      = 0x17
)

// requestWords begin a request line. PRI begins HTTP/2 (RFC 9113, 3.4).
var requestWords = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodOptions, http.MethodTrace, http.MethodConnect, "PRI",
}

// readMethod reads on while what stands there may become a method.
func readMethod(first *heldReader, b byte) (seen, error) {
	for word := string(b); ; word += string(b) {
		if !slices.ContainsFunc(requestWords, func(m string) bool { return strings.HasPrefix(m, word) }) {
			return seen{}, nil
		}
		var err error
		if b, err = first.next(); err != nil {
			return seen{}, err
		}
		// Lenient servers take any white space for the space (RFC 9112, 3).
		if strings.IndexByte(" \t\v\f\r", b) >= 0 && slices.Contains(requestWords, word) {
			return seen{protocol: clearHTTP}, nil
		}
	}
}

var errLooked = errors.New("looked")

// readHello lets crypto/tls parse the hello and stops it there. Only a hello
// that was read to its end says that it names nobody.
func readHello(first *heldReader) (seen, error) {
	s := seen{protocol: tlsUnread}
	again := io.MultiReader(bytes.NewReader(bytes.Clone(first.held.Bytes())), first)
	_ = tls.Server(readOnly{io.LimitReader(again, maxHello)}, &tls.Config{
		GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			s = seen{protocol: tlsHello, name: h.ServerName}
			return nil, errLooked
		},
	}).Handshake()
	if s.protocol == tlsUnread {
		return s, first.err
	}
	if s.name != "" {
		name, err := hostname.Parse(s.name)
		if err != nil {
			return seen{protocol: tlsUnread}, nil // comparable with nothing
		}
		s.name = string(name)
	}
	return s, nil
}

// heldReader holds what it read, and how reading failed.
type heldReader struct {
	from io.Reader
	held bytes.Buffer
	err  error
}

// Read implements io.Reader.
func (h *heldReader) Read(p []byte) (n int, err error) {
	n, err = h.from.Read(p)
	h.held.Write(p[:n])
	h.err = err
	return n, err
}

func (h *heldReader) next() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(h, b[:])
	return b[0], err
}

// readOnly is a connection that can only be read; what tls.Server writes (an
// alert) goes nowhere.
type readOnly struct{ io.Reader }

func (readOnly) Write(p []byte) (int, error)      { return len(p), nil }
func (readOnly) Close() error                     { return nil }
func (readOnly) LocalAddr() net.Addr              { return nil }
func (readOnly) RemoteAddr() net.Addr             { return nil }
func (readOnly) SetDeadline(time.Time) error      { return nil }
func (readOnly) SetReadDeadline(time.Time) error  { return nil }
func (readOnly) SetWriteDeadline(time.Time) error { return nil }
