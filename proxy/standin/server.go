// Package standin is a model provider that runs on loopback and keeps
// everything it receives.
//
// The law it keeps: it owes nothing to the code under test. It reads requests
// with its own parsers, answers from what it received and nothing else, and
// [Server.Holds] searches whatever arrived for a value in every spelling that
// a careless encoder could give it. So an answer that carries a private value
// proves that the value was restored on the way back, and an empty result of
// Holds proves that it never left.
//
//	s, err := standin.Start(standin.Config{})
//	// … drive a client at s.URL(), trusting s.CAPEM() …
//	leaks := s.Holds("jane@example.com")
//
// Without further orders it is a model of several providers at once: see
// [Voice]. [Server.Enqueue] and [Server.Handle] give other answers: recorded
// ones, broken ones, slow ones. Nothing in it sleeps; what waits, waits for a
// channel that the caller opens.
package standin

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Config configures a [Server]. The zero value is a TLS server for loopback
// names that speaks HTTP/1.1 and HTTP/2.
type Config struct {
	// Address is where the server listens; "" is a free port of 127.0.0.1.
	Address string
	// Names are the DNS names and IP addresses of the certificate, besides
	// localhost, 127.0.0.1 and ::1.
	Names []string
	// Plain serves without TLS.
	Plain bool
	// HTTP1 leaves HTTP/2 out of the protocols offered by ALPN.
	HTTP1 bool
	// Leaf edits the server's certificate before it is signed, to make one
	// that a careful client must refuse.
	Leaf Leaf
	// Voice answers the requests that no queue and no route answers.
	Voice Voice
}

// Script decides how one request is answered. It may be called from several
// goroutines at once.
type Script func(*Request) Answer

// Server is a running stand-in provider. It is safe for concurrent use.
type Server struct {
	address string
	tls     *tls.Config // nil for plain HTTP
	caPEM   []byte
	voice   Voice
	closing chan struct{}
	running sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	http     *http.Server
	queue    []Script
	routes   map[string]Script
	requests []*Request
	tapes    []*tape
}

// Start starts a server.
func Start(c Config) (*Server, error) {
	s := &Server{
		address: cmp.Or(c.Address, "127.0.0.1:0"),
		voice:   c.Voice,
		closing: make(chan struct{}),
		routes:  map[string]Script{},
	}
	if !c.Plain {
		if err := s.certify(c); err != nil {
			return nil, err
		}
	}
	if err := s.Up(); err != nil {
		return nil, err
	}
	return s, nil
}

// URL returns the server's base URL, an IP address and a port without a path.
func (s *Server) URL() string {
	scheme := "https"
	if s.tls == nil {
		scheme = "http"
	}
	return scheme + "://" + s.address
}

// CAPEM returns the certificate that clients must trust, as PEM. It is nil for
// a plain server.
func (s *Server) CAPEM() []byte { return s.caPEM }

// Up listens again after [Server.Down], at the same address and with the same
// certificate.
func (s *Server) Up() error {
	l, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	// Connections are decrypted and recorded before net/http sees them, so
	// that HTTP/2 looks unencrypted to it whether or not there was TLS.
	protocols.SetUnencryptedHTTP2(true)
	h := &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		Protocols:         &protocols,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, tapeKey{}, c)
		},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.address, s.http = l.Addr().String(), h
	s.running.Go(func() { _ = h.Serve(&recorder{Listener: l, server: s}) })
	return nil
}

// Down closes the listener and every connection: whoever dials now is refused.
// What was captured stays.
func (s *Server) Down() {
	s.mu.Lock()
	h := s.http
	s.mu.Unlock()
	_ = h.Close()
}

// Close stops the server, releases every answer that waits, and returns when
// all of them have ended. It must be called once.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	close(s.closing)
	s.Down()
	s.running.Wait()
}

// Enqueue adds scripts for the next requests, one request each, in order of
// arrival. The queue goes before routes.
func (s *Server) Enqueue(scripts ...Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, scripts...)
}

// Forget drops the queue and everything captured, and numbers requests from 0
// again. Routes stay. No request may be under way.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue, s.requests = nil, nil
	for _, t := range s.tapes {
		t.drop()
	}
}

// Handle sets the script of a path, which is compared without its query.
func (s *Server) Handle(path string, script Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routes[path] = script
}

// errGone reports that the client went away before its answer was whole.
var errGone = errors.New("the client went away")

// serve captures a request and answers it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		panic(http.ErrAbortHandler)
	}
	defer s.running.Done()
	t := r.Context().Value(tapeKey{}).(*tape)
	q := capture(r, t)
	script := s.admit(q, r.URL.Path)
	if q.Broken {
		panic(http.ErrAbortHandler)
	}
	a := script(q)
	s.mu.Lock()
	q.Reply = a.Body
	s.mu.Unlock()
	p := player{w: w, ctx: r.Context(), tape: t, closing: s.closing}
	if err := p.play(a); err != nil {
		if errors.Is(err, errGone) {
			close(q.gone)
		}
		panic(http.ErrAbortHandler)
	}
}

// enter counts an answer that Close must wait for, unless it waits already.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.running.Add(1)
	}
	return !s.closed
}

// admit files a request and picks its script.
func (s *Server) admit(q *Request, path string) Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.Number = len(s.requests)
	s.requests = append(s.requests, q)
	if len(s.queue) > 0 {
		script := s.queue[0]
		s.queue = s.queue[1:]
		return script
	}
	if script, ok := s.routes[path]; ok {
		return script
	}
	return s.voice.Answer
}
