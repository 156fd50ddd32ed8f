package door

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

	"coatcheck/proxy/reason"
)

// hijack answers a CONNECT and carries the connection on by itself, so that
// goproxy's handler can return.
func (d *Door) hijack(client, upstream net.Conn, o Origin, v verdict) {
	if !d.live.add(client) {
		closeBoth(client, upstream)
		return
	}
	go func() {
		defer d.live.remove(client)
		if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			closeBoth(client, upstream)
			return
		}
		if v.action == open {
			d.intercept(client, o)
			return
		}
		d.passOrOpen(client, upstream, o)
	}()
}

// intercept ends the client's TLS with a certificate of ours and hands the
// connection to the inner server. One byte tells TLS from plain HTTP: Node
// tunnels http:// URLs through CONNECT.
func (d *Door) intercept(client net.Conn, o Origin) {
	_ = client.SetDeadline(time.Now().Add(d.cfg.Timeouts.Handshake))
	first := make([]byte, 1)
	if _, err := io.ReadFull(client, first); err != nil {
		d.book.Dropped(FaultSilent)
		_ = client.Close()
		return
	}
	taken := &takenConn{Conn: client, r: io.MultiReader(bytes.NewReader(first), client), origin: o}
	if first[0] != recordHandshake {
		taken.origin.TLS = false
		_ = client.SetDeadline(time.Time{})
		d.tunnels.push(taken)
		return
	}
	conn := tls.Server(taken, d.serverTLS)
	ctx, cancel := context.WithTimeout(context.Background(), d.cfg.Timeouts.Handshake)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		d.book.Dropped(faultOf(err))
		_ = conn.Close()
		return
	}
	_ = client.SetDeadline(time.Time{})
	d.tunnels.push(conn)
}

// newServerTLS is one configuration for all clients: the keys of session tickets
// are its own, so that a client's next connection can resume. A session says
// nothing about where requests go; that is the connection's origin alone.
func (d *Door) newServerTLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
			name := h.ServerName
			if name == "" {
				name = h.Conn.(*takenConn).origin.Host
			}
			return d.cfg.Authority.Certificate(name)
		},
	}
}

func (d *Door) newInner() *http.Server {
	return &http.Server{
		Handler:                      http.HandlerFunc(d.acceptTaken),
		ReadHeaderTimeout:            d.cfg.Timeouts.Handshake,
		IdleTimeout:                  d.cfg.Timeouts.Idle,
		MaxHeaderBytes:               d.cfg.Header,
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
func (d *Door) acceptTaken(w http.ResponseWriter, r *http.Request) {
	o := r.Context().Value(originKey{}).(Origin)
	host, port := splitPort(r.Host)
	if port == "" {
		port = o.Port
	}
	name, _, err := nameOrIP(host)
	if r.Method == "PRI" { // net/http hands the first line of HTTP/2 without TLS to its handler
		d.turnAway(w, o, reason.Upgrade)
		return
	}
	if err != nil || name != o.Host || port != o.Port || r.URL.IsAbs() || r.Method == http.MethodConnect {
		d.turnAway(w, o, reason.HostMismatch)
		return
	}
	d.enter(w, r, o, spelledTarget(r))
}

// Fault is how a connection ended before it had asked for anything. It is a
// closed word: a counter's label and a log field.
type Fault string

// The faults.
const (
	FaultSilent    Fault = "silent"    // the client sent nothing
	FaultCut       Fault = "cut"       // its first bytes broke off
	FaultUntrusted Fault = "untrusted" // it shows that it does not trust our certificate
	FaultSlow      Fault = "slow"      // it did not complete TLS in time
	FaultTLS       Fault = "tls"       // it could not complete TLS
)

// faultOf sorts the ways in which connections end before they have told who is
// asked, and those in which clients show that they do not trust our certificate:
// an alert, a bad record (OpenSSL with TLS 1.3), or a hang-up.
func faultOf(err error) Fault {
	var alert tls.AlertError
	switch {
	case errors.Is(err, errSilent):
		return FaultSilent
	case errors.Is(err, errCut):
		return FaultCut
	case errors.As(err, &alert), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return FaultUntrusted
	case errors.Is(err, context.DeadlineExceeded):
		return FaultSlow
	default:
		return FaultTLS
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
