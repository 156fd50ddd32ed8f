// Package door is who may come in, and where to. Three ways lead in: CONNECT,
// absolute-form HTTP, and a base URL that points here. They differ only in what
// the door knows about the connection; behind it there is one kind of request.
//
// The door alone decides, by the host table, whether a connection is opened,
// passed unread or refused, and it alone dials. It reads no body: a request to
// an opened host goes to the Handler, and what is turned away or passes unread
// is told to the Book before anything else happens.
package door

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"coatcheck/proxy/reason"
)

// Handler carries a request to an opened host.
type Handler func(http.ResponseWriter, *Request)

// Book is told what becomes no request to a Handler. Its methods are called from
// many goroutines.
type Book interface {
	// Refused is told of each refusal. It returns the id that its client is told.
	Refused(Origin, reason.Reason) (id string)
	// Unprotected is told what is about to pass unread. After an error it does not.
	Unprotected(context.Context, Origin) error
	// Dropped is told of connections that ended before they asked for anything.
	Dropped(Fault)
}

// Door is the listeners and what stands behind them until there is a request.
// Make one with New.
type Door struct {
	cfg   Config
	hosts *hosts
	roads *roads
	serve Handler
	book  Book

	serverTLS *tls.Config // with which opened connections are met

	front   *http.Server // what clients connect to: CONNECT, absolute-form, base URL
	inner   *http.Server // opened connections, TLS ended by us
	tunnels *connListener
	live    connSet // hijacked connections, which no http.Server tracks
}

// New checks the configuration and reports every fault at once. It opens no
// connection and no listener.
func New(cfg Config, serve Handler, book Book) (*Door, error) {
	cfg = cfg.WithDefaults()
	hosts, err := newHosts(cfg)
	if err := errors.Join(err, cfg.validate()); err != nil {
		return nil, err
	}
	d := &Door{cfg: cfg, hosts: hosts, serve: serve, book: book, roads: newRoads(cfg, hosts), tunnels: newConnListener()}
	d.serverTLS = d.newServerTLS()
	d.front = d.newFront()
	d.inner = d.newInner()
	return d, nil
}

// Serve accepts connections from l until Shutdown or Close; then it returns nil,
// after them at once. It is called once. When l fails, everything is closed.
func (d *Door) Serve(l net.Listener) error {
	d.roads.refuse(l.Addr())
	inner := make(chan error, 1)
	go func() { inner <- d.inner.Serve(d.tunnels) }()
	err := d.front.Serve(l)
	if !errors.Is(err, http.ErrServerClosed) {
		d.Close()
		<-inner
		return fmt.Errorf("accept: %w", err)
	}
	<-inner
	return nil
}

// Shutdown stops accepting and lets running requests finish until ctx ends. It
// returns why if requests are left, for Close to cut. Tunnels and connections
// without a hello, which may never end, are cut when requests have.
func (d *Door) Shutdown(ctx context.Context) error {
	d.tunnels.Close()
	inner := make(chan error, 1)
	go func() { inner <- d.inner.Shutdown(ctx) }()
	err := d.front.Shutdown(ctx)
	err = errors.Join(err, <-inner)
	d.live.closeAll()
	if err == nil {
		d.roads.close()
	}
	return err
}

// Close cuts every connection at once.
func (d *Door) Close() {
	_ = d.front.Close()
	_ = d.tunnels.Close()
	_ = d.inner.Close()
	d.live.closeAll()
	d.roads.close()
}
