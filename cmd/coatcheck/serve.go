package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/signal"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"
)

func serveCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "run the proxy until SIGTERM",
		Flags: lineFlags(
			&cli.StringFlag{Name: "listen", Usage: "accept clients at `ADDR`; port 0 picks one", EnvVars: []string{"COATCHECK_LISTEN"}, Value: defaultListen},
			&cli.StringFlag{Name: "ca", Usage: "`ephemeral` keeps the certificate authority in memory; a folder keeps its sealed root there", EnvVars: []string{"COATCHECK_CA"}, DefaultText: "DIR/ca"},
			&cli.StringFlag{Name: "auth-file", Usage: "ask clients for the USER:PASSWORD in `FILE`", EnvVars: []string{"COATCHECK_AUTH_FILE"}},
			&cli.DurationFlag{Name: "drain", Usage: "how long running answers may go on after SIGTERM", EnvVars: []string{"COATCHECK_DRAIN"}, Value: 30 * time.Second},
		),
		Action: func(c *cli.Context) error {
			s, err := load(c)
			if err != nil {
				return err
			}
			return serve(c.Context, s, c.Duration("drain"), std)
		},
	}
}

const defaultListen = "127.0.0.1:8899"

func serve(ctx context.Context, s settings, drain time.Duration, std stdio) (err error) {
	if err := checkListen(s); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", s.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer l.Close()
	h, err := openHouse(s, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if s.caOut != "" {
		if err := h.writePublic(s.caOut); err != nil {
			return err
		}
	}
	go h.keep(ctx, newLog(std.err))
	served := make(chan error, 1)
	go func() { served <- h.proxy.Serve(l) }()
	say(std.err, "listening on http://%s", l.Addr())
	if s.password == "" {
		say(std.err, "clients are not asked for a credential: every user of this machine can use the proxy (--auth-file asks)")
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	say(std.err, "stopping; running answers have %s", drain)
	limit, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := h.proxy.Shutdown(limit); err != nil {
		say(std.err, "cut off what was still running")
	}
	return <-served
}

// checkListen asks for client authentication off loopback, where strangers
// can reach the port.
func checkListen(s settings) error {
	host, _, err := net.SplitHostPort(s.listen)
	if err != nil {
		return usage("listen %q: want ADDR:PORT, such as %s", s.listen, defaultListen)
	}
	ip, err := netip.ParseAddr(host)
	if host == "localhost" || (err == nil && ip.IsLoopback()) || s.password != "" {
		return nil
	}
	return &usageError{
		err:  fmt.Errorf("listen %s: other machines could use the proxy", s.listen),
		hint: "give --auth-file FILE with USER:PASSWORD, or listen on 127.0.0.1",
	}
}
