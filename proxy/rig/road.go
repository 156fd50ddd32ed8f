package rig

import (
	"context"
	"net"

	"coatcheck/proxy"
	"coatcheck/proxy/door"
)

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
func Reroute(c *proxy.Config, roads map[string]Road) {
	c.Door.Connect = func(ctx context.Context, hostport string, check func(string) error) (net.Conn, error) {
		road, ok := roads[hostport]
		if !ok {
			return door.ConnectTCP(c.Door.Timeouts.Dial)(ctx, hostport, check)
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
