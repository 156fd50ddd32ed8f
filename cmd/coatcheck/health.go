package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"coatcheck/proxy/admin"
)

const defaultHealth = "127.0.0.1:8897"

// healthTimeout is well below the second after which orchestrators give up on
// a probe, so that what failed is said.
const healthTimeout = 900 * time.Millisecond

func healthCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "health",
		Usage:     "ask the serve on this machine whether it takes requests; exit 0 if it does, else 1",
		UsageText: "coatcheck health [options]",
		Before:    noArguments,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "health", Usage: "where serve --health answers: `ADDR`", EnvVars: []string{"COATCHECK_HEALTH"}, Value: defaultHealth},
			&cli.BoolFlag{Name: "live", Usage: "ask only whether it runs: for a probe that restarts what fails"},
		},
		Action: func(c *cli.Context) error {
			path := "/readyz"
			if c.Bool("live") {
				path = "/livez"
			}
			return probe(c.Context, c.String("health"), path, std.out)
		},
	}
}

// probe asks one question over loopback and passes on a yes to w.
func probe(ctx context.Context, address, path string, w io.Writer) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return usage("health %q: want ADDR:PORT, such as %s", address, defaultHealth)
	}
	if ip, err := netip.ParseAddr(host); host == "" || (err == nil && ip.IsUnspecified()) {
		host = "127.0.0.1" // serve answers everywhere, and so here
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return usage("health %q: want ADDR:PORT, such as %s", address, defaultHealth)
	}
	client := http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}} // the environment's proxy may be ours
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("health: nothing answers at %s: is serve running there, with --health %[1]s?", net.JoinHostPort(host, port))
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return fmt.Errorf("health: the answer from %s broke off", net.JoinHostPort(host, port))
	}
	answer := strings.TrimSpace(string(text))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", answer)
	}
	_, err = fmt.Fprintln(w, answer)
	return err
}

var (
	errStarting = errors.New("starting")
	errDraining = errors.New("draining")
)

// phase is what serve tells its probes: a line that is starting, then the line
// itself, then one that drains. The zero value is starting.
type phase struct{ line atomic.Pointer[admin.Line] }

// Ready implements [admin.Line].
func (p *phase) Ready() error {
	l := p.line.Load()
	if l == nil {
		return errStarting
	}
	return (*l).Ready()
}

func (p *phase) enter(l admin.Line) { p.line.Store(&l) }

// draining is a line that finishes what runs and takes nothing new.
type draining struct{}

// Ready implements [admin.Line].
func (draining) Ready() error { return errDraining }

// answerProbes serves the probes at address until the returned function is
// called, and says so to w. Without an address it does nothing.
func answerProbes(address string, l admin.Line, w io.Writer) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	listener, err := listen("health", address)
	if err != nil {
		return nil, err
	}
	srv := admin.Health(l)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			newLog(w).Error("probes are not answered any more", "error", err)
		}
	}()
	say(w, "answering probes at http://%s", listener.Addr())
	return func() { _ = srv.Close(); <-done }, nil
}
