package proxy

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// duplex is the two connections of a tunnel to a host that is not opened. The
// provider's bytes flow at once, so protocols in which the server speaks first
// work; the client's are held until they have been looked at.
type duplex struct {
	client, upstream net.Conn
	down             sync.WaitGroup
	taken            atomic.Bool // the client's side goes on without the provider's
}

// passOrOpen carries a connection that was asked for as a tunnel. A hello that
// names a model host is not tunnelled, whatever the CONNECT said.
func (p *Proxy) passOrOpen(client, upstream net.Conn, o origin) {
	if !p.live.add(upstream) {
		closeBoth(client, upstream)
		return
	}
	defer p.live.remove(upstream)
	d := &duplex{client: client, upstream: upstream}
	d.start()
	s, replay, err := look(client, p.cfg.Timeouts.Handshake)
	if err != nil {
		p.counters.handshake(handshakeFault(err))
		d.cut()
		return
	}
	switch v := p.judgeSeen(o, s); {
	case v.action == refuse:
		p.refused(o, v.reason)
		d.cut()
	case v.action == open && s.protocol == clearHTTP:
		o.tls = false
		p.tunnels.push(d.take(replay, o))
	case v.action == open:
		// Reached by address, named by its hello: dialled at that address and
		// verified under that name.
		o.host = s.name
		p.intercept(d.take(replay, o), o)
	default:
		if p.unprotected(context.Background(), o) != nil {
			p.refused(o, ReasonJournal)
			d.cut()
			return
		}
		d.carry(replay)
	}
}

// start lets the provider's bytes flow.
func (d *duplex) start() {
	d.down.Go(func() {
		_, err := io.Copy(d.client, d.upstream)
		if !d.taken.Load() {
			d.ended(d.client, err)
		}
	})
}

// carry lets the client's bytes flow too, and returns when both sides ended.
func (d *duplex) carry(replay io.Reader) {
	_, err := io.Copy(d.upstream, replay)
	d.ended(d.upstream, err)
	d.down.Wait()
	closeBoth(d.client, d.upstream)
}

// ended passes the end of one side on to the other: an orderly end as such, so
// that what is still to come the other way comes; anything else as the end of
// both, since nobody may be left to send to.
func (d *duplex) ended(to net.Conn, err error) {
	if err == nil {
		err = closeWrite(to)
	}
	if err != nil {
		closeBoth(d.client, d.upstream)
	}
}

// take ends the provider's side and returns the client's, with what was read
// of it put back. A client that does not read what the provider sent is not
// waited for.
func (d *duplex) take(replay io.Reader, o origin) *takenConn {
	d.taken.Store(true)
	_ = d.upstream.Close()
	_ = d.client.SetWriteDeadline(time.Now())
	d.down.Wait()
	_ = d.client.SetWriteDeadline(time.Time{})
	return &takenConn{Conn: d.client, r: replay, origin: o}
}

// cut ends both sides at once.
func (d *duplex) cut() {
	closeBoth(d.client, d.upstream)
	d.down.Wait()
}
