package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
)

// duplex is the two connections of a tunnel to a host that is not opened. The
// provider's bytes flow at once, so protocols in which the server speaks first
// work; the client's are held until they have been looked at.
type duplex struct {
	client, upstream net.Conn
	down             sync.WaitGroup
}

// passOrOpen carries a connection that was asked for as a tunnel. A hello that
// names a model host is not tunnelled, whatever the CONNECT said.
func (p *Proxy) passOrOpen(client, upstream net.Conn, o origin) {
	if !p.live.add(upstream) {
		closeBoth(client, upstream)
		return
	}
	defer p.live.remove(upstream)
	t := &duplex{client: client, upstream: upstream}
	t.start()
	s, replay, err := look(client, p.cfg.Timeouts.Handshake)
	if err != nil {
		p.counters.handshake(handshakeFault(err))
		t.cut()
		return
	}
	switch v := p.judgeSeen(o, s); {
	case v.action == refuse:
		p.refused(context.Background(), o, v.reason)
		t.cut()
	case v.action == open && s.protocol == clearHTTP:
		o.tls = false
		p.tunnels.push(t.take(replay, o))
	case v.action == open:
		// Reached by address, named by its hello: dialled at that address and
		// verified under that name.
		o.host = s.name
		p.intercept(t.take(replay, o), o)
	default:
		p.counters.unprotect(o.host)
		p.note(context.Background(), "tunnel", "", o, v.reason)
		t.carry(replay)
	}
}

// start lets the provider's bytes flow.
func (t *duplex) start() {
	t.down.Go(func() {
		if _, err := io.Copy(t.client, t.upstream); !errors.Is(err, net.ErrClosed) {
			_ = closeWrite(t.client) // the provider ended; we did not take the connection over
		}
	})
}

// carry lets the client's bytes flow too, and returns when both sides ended.
func (t *duplex) carry(replay io.Reader) {
	_, _ = io.Copy(t.upstream, replay)
	_ = closeWrite(t.upstream)
	t.down.Wait()
	closeBoth(t.client, t.upstream)
}

// take ends the provider's side and returns the client's, with what was read
// of it put back.
func (t *duplex) take(replay io.Reader, o origin) *takenConn {
	_ = t.upstream.Close()
	t.down.Wait()
	return &takenConn{Conn: t.client, r: replay, origin: o}
}

// cut ends both sides at once.
func (t *duplex) cut() {
	closeBoth(t.client, t.upstream)
	t.down.Wait()
}
