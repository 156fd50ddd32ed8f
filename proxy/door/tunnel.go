package door

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"coatcheck/proxy/reason"
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
func (d *Door) passOrOpen(client, upstream net.Conn, o Origin) {
	if !d.live.add(upstream) {
		closeBoth(client, upstream)
		return
	}
	defer d.live.remove(upstream)
	t := &duplex{client: client, upstream: upstream}
	t.start()
	s, replay, err := look(client, d.cfg.Timeouts.Handshake)
	if err != nil {
		d.book.Dropped(faultOf(err))
		t.cut()
		return
	}
	switch v := d.judgeSeen(o, s); {
	case v.action == refuse:
		d.book.Refused(o, v.reason)
		t.cut()
	case v.action == open && s.protocol == clearHTTP:
		o.TLS = false
		d.tunnels.push(t.take(replay, o))
	case v.action == open:
		// Reached by address, named by its hello: dialled at that address and
		// verified under that name.
		o.Host = s.name
		d.intercept(t.take(replay, o), o)
	default:
		if d.book.Unprotected(context.Background(), o) != nil {
			d.book.Refused(o, reason.Journal)
			t.cut()
			return
		}
		t.carry(replay)
	}
}

// start lets the provider's bytes flow.
func (t *duplex) start() {
	t.down.Go(func() {
		_, err := io.Copy(t.client, t.upstream)
		if !t.taken.Load() {
			t.ended(t.client, err)
		}
	})
}

// carry lets the client's bytes flow too, and returns when both sides ended.
func (t *duplex) carry(replay io.Reader) {
	_, err := io.Copy(t.upstream, replay)
	t.ended(t.upstream, err)
	t.down.Wait()
	closeBoth(t.client, t.upstream)
}

// ended passes the end of one side on to the other: an orderly end as such, so
// that what is still to come the other way comes; anything else as the end of
// both, since nobody may be left to send to.
func (t *duplex) ended(to net.Conn, err error) {
	if err == nil {
		err = closeWrite(to)
	}
	if err != nil {
		closeBoth(t.client, t.upstream)
	}
}

// take ends the provider's side and returns the client's, with what was read
// of it put back. A client that does not read what the provider sent is not
// waited for.
func (t *duplex) take(replay io.Reader, o Origin) *takenConn {
	t.taken.Store(true)
	_ = t.upstream.Close()
	_ = t.client.SetWriteDeadline(time.Now())
	t.down.Wait()
	_ = t.client.SetWriteDeadline(time.Time{})
	return &takenConn{Conn: t.client, r: replay, origin: o}
}

// cut ends both sides at once.
func (t *duplex) cut() {
	closeBoth(t.client, t.upstream)
	t.down.Wait()
}
