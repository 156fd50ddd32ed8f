package proxy

import (
	"context"
	"io"
	"net"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/streams"
	"coatcheck/redact/hide"
	"coatcheck/redact/plain"
	"coatcheck/redact/token"
)

// RestoreBench runs the restore stage's stream without a network around it.
type RestoreBench struct {
	live  *token.Live
	route *wire.Route
}

// NewRestoreBench has one live token, for value.
func NewRestoreBench(value string) RestoreBench {
	t := token.Token{Label: "EMAIL", ID: "7K3QXM"}
	live := token.NewLive([]token.Token{t}, func(token.Token) (plain.Text, bool) { return plain.New(value), true })
	_, route := wire.RouteByPath("POST", "/v1/chat/completions")
	return RestoreBench{live, route}
}

// Run restores one answer, event by event.
func (r RestoreBench) Run(answer []byte, out io.Writer) {
	var res result
	s := streams.New(streams.Options{
		Route: r.route, MediaType: "text/event-stream", Status: 200, Out: out, MaxEvent: 1 << 20, MaxBody: 1 << 26,
		NewLane: func() streams.Lane { return lane{token.NewRestorer(r.live, token.URLGuard()), &res} },
	})
	const event = 134
	for len(answer) > 0 {
		n := min(event, len(answer))
		_, _ = s.Write(answer[:n])
		answer = answer[n:]
	}
	_ = s.Close()
}

// MaskedLane hides and restores, as the lanes of answers do that are masked.
func MaskedLane(j *hide.Judge, live *token.Live) streams.Lane {
	return newMasked(hide.NewLane(j), token.NewRestorer(live, token.URLGuard()))
}

// ReaderLane judges a text when it ends, as where answers are only reported.
func ReaderLane(j *hide.Judge) streams.Lane {
	return &reader{judge: j, ended: context.Background().Err}
}

// Road is where connections to a host and port really lead in a test: the
// address that the name resolves to, which the proxy checks like any other,
// and the listener on loopback that stands for it.
type Road struct {
	Address, Listener string
	Closed            chan<- string // told the address when the proxy closes a connection
}

// toldConn tells when it is closed.
type toldConn struct {
	*net.TCPConn
	road Road
}

// Close implements net.Conn.
func (c toldConn) Close() error {
	err := c.TCPConn.Close()
	if c.road.Closed != nil && err == nil { // not when it was closed already
		c.road.Closed <- c.road.Address
	}
	return err
}

// Reroute sends connections to the given hosts and ports over their roads.
func (c *Config) Reroute(roads map[string]Road) {
	c.connect = func(ctx context.Context, hostport string, check func(string) error) (net.Conn, error) {
		road, ok := roads[hostport]
		if !ok {
			return connectTCP(c.Timeouts.Dial)(ctx, hostport, check)
		}
		if err := check(road.Address); err != nil {
			return nil, err
		}
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", road.Listener)
		if err != nil {
			return nil, err
		}
		return toldConn{conn.(*net.TCPConn), road}, nil
	}
}
