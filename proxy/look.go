package proxy

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// seen is what a client's first bytes say.
type seen struct {
	http bool   // an HTTP/1 request in clear
	name string // the server name of a TLS hello
}

// maxHello bounds the bytes read to find a server name. A hello with
// post-quantum key shares takes 1.5 KB; RFC 8446 allows 64 KB and more.
const maxHello = 64 << 10

// look reads a connection's first bytes and returns a reader that replays
// them. It fails when the client stays silent for longer than patience.
func look(c net.Conn, patience time.Duration) (seen, io.Reader, error) {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	var held bytes.Buffer
	first := io.TeeReader(c, &held)
	b := make([]byte, 1)
	if _, err := io.ReadFull(first, b); err != nil {
		return seen{}, nil, err
	}
	var s seen
	if b[0] == recordHandshake {
		s.name = helloName(io.MultiReader(bytes.NewReader(b), first))
	} else {
		s.http = looksLikeHTTP(b[0], first)
	}
	return s, io.MultiReader(bytes.NewReader(held.Bytes()), c), nil
}

// looksLikeHTTP reads on until the method has ended or cannot be one.
func looksLikeHTTP(b byte, r io.Reader) bool {
	word := []byte{b}
	for len(word) <= len(http.MethodOptions+" ") {
		for _, m := range []string{
			http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
			http.MethodDelete, http.MethodOptions, http.MethodTrace,
		} {
			if m+" " == string(word) {
				return true
			}
		}
		if last := word[len(word)-1]; last < 'A' || last > 'Z' {
			return false
		}
		next := make([]byte, 1)
		if _, err := io.ReadFull(r, next); err != nil {
			return false
		}
		word = append(word, next[0])
	}
	return false
}

var errLooked = errors.New("looked")

// helloName lets crypto/tls parse the hello and stops it there.
func helloName(r io.Reader) string {
	var name string
	_ = tls.Server(readOnly{io.LimitReader(r, maxHello)}, &tls.Config{
		GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			name = h.ServerName
			return nil, errLooked
		},
	}).Handshake()
	name, err := hostName(strings.ToLower(name))
	if err != nil {
		return ""
	}
	return name
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
