package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// hijack answers a CONNECT and carries the connection on by itself, so that
// goproxy's handler can return.
func (p *Proxy) hijack(client, upstream net.Conn, o origin, v verdict) {
	if !p.live.add(client) {
		closeBoth(client, upstream)
		return
	}
	go func() {
		defer p.live.remove(client)
		if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			closeBoth(client, upstream)
			return
		}
		if v.action == open {
			p.intercept(client, o)
			return
		}
		p.passOrOpen(client, upstream, o)
	}()
}

// intercept ends the client's TLS with a certificate of ours and hands the
// connection to the inner server. One byte tells TLS from plain HTTP: Node
// tunnels http:// URLs through CONNECT.
func (p *Proxy) intercept(client net.Conn, o origin) {
	_ = client.SetDeadline(time.Now().Add(p.cfg.Timeouts.Handshake))
	first := make([]byte, 1)
	if _, err := io.ReadFull(client, first); err != nil {
		p.counters.handshake(handshakeFault(errSilent))
		_ = client.Close()
		return
	}
	taken := &takenConn{Conn: client, r: io.MultiReader(bytes.NewReader(first), client), origin: o}
	if first[0] != recordHandshake {
		taken.origin.tls = false
		_ = client.SetDeadline(time.Time{})
		p.tunnels.push(taken)
		return
	}
	conn := tls.Server(taken, p.serverTLS)
	ctx, cancel := context.WithTimeout(context.Background(), p.cfg.Timeouts.Handshake)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		p.counters.handshake(handshakeFault(err))
		p.cfg.Log.Warn("client does not complete TLS", "stage", "intercept", "fault", handshakeFault(err),
			"hint", "the client may not trust coatcheck's certificate: run it with `coatcheck run -- …` or see `coatcheck env`")
		_ = conn.Close()
		return
	}
	_ = client.SetDeadline(time.Time{})
	p.tunnels.push(conn)
}

// newServerTLS is one configuration for all clients: the keys of session tickets
// are its own, so that a client's next connection can resume. A session says
// nothing about where requests go; that is the connection's origin alone.
func (p *Proxy) newServerTLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
			name := h.ServerName
			if name == "" {
				name = h.Conn.(*takenConn).origin.host
			}
			return p.cfg.Authority.Certificate(name)
		},
	}
}

func (p *Proxy) newInner() *http.Server {
	return &http.Server{
		Handler:                      http.HandlerFunc(p.acceptTaken),
		ReadHeaderTimeout:            p.cfg.Timeouts.Handshake,
		IdleTimeout:                  p.cfg.Timeouts.Idle,
		MaxHeaderBytes:               p.cfg.Limits.Header,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     quiet(),
		HTTP2:                        &http.HTTP2Config{MaxConcurrentStreams: 250},
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if t, ok := c.(*tls.Conn); ok {
				c = t.NetConn()
			}
			return context.WithValue(ctx, originKey{}, c.(*takenConn).origin)
		},
	}
}

type originKey struct{}

// acceptTaken takes a request from an opened connection. Its destination is
// the CONNECT target; a Host that says otherwise is refused.
func (p *Proxy) acceptTaken(w http.ResponseWriter, r *http.Request) {
	o := r.Context().Value(originKey{}).(origin)
	host, port := splitPort(r.Host)
	if port == "" {
		port = o.port
	}
	name, _, err := nameOrIP(host)
	if r.Method == "PRI" { // net/http hands the first line of HTTP/2 without TLS to its handler
		p.refuseRequest(w, o, ReasonUpgrade)
		return
	}
	if err != nil || name != o.host || port != o.port || r.URL.IsAbs() || r.Method == http.MethodConnect {
		p.refuseRequest(w, o, ReasonHostMismatch)
		return
	}
	p.serve(w, r, o)
}

// handshakeFault sorts the ways in which connections end before they have
// told who is asked, and those in which clients show that they do not trust
// our certificate: an alert, a bad record (OpenSSL with TLS 1.3), or a hang-up.
func handshakeFault(err error) string {
	var alert tls.AlertError
	switch {
	case errors.Is(err, errSilent):
		return "silent"
	case errors.Is(err, errCut):
		return "cut"
	case errors.As(err, &alert), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return "untrusted"
	case errors.Is(err, context.DeadlineExceeded):
		return "slow"
	default:
		return "tls"
	}
}

func closeBoth(a, b net.Conn) {
	_ = a.Close()
	if b != nil {
		_ = b.Close()
	}
}

// quiet is the servers' error log: net/http quotes addresses and, in panics,
// values, so nothing of it is printed.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
