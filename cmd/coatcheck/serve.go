package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/secrets"
	"coatcheck/rules/live"
)

func serveCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "run the proxy until SIGTERM",
		UsageText: "coatcheck serve [options]",
		Before:    noArguments,
		Flags: lineFlags(
			&cli.StringFlag{Name: "listen", Usage: "accept clients at `ADDR`; port 0 picks one", EnvVars: []string{"COATCHECK_LISTEN"}, Value: defaultListen},
			&cli.StringFlag{Name: "ca", Usage: "`WHERE` the certificate authority lives: ephemeral keeps it in memory, a folder its sealed root", EnvVars: []string{"COATCHECK_CA"}, DefaultText: "DIR/ca"},
			&cli.StringFlag{Name: "auth-file", Usage: "ask clients for the USER:PASSWORD in `FILE`", EnvVars: []string{"COATCHECK_AUTH_FILE"}},
			&cli.StringFlag{Name: "health", Usage: "answer /livez and /readyz at `ADDR`", EnvVars: []string{"COATCHECK_HEALTH"}, DefaultText: "no probes"},
			&cli.BoolFlag{Name: "container", Usage: "be strict about what a container must not do by default; the image sets it", EnvVars: []string{"COATCHECK_CONTAINER"}},
			&cli.StringSliceFlag{Name: "approve", Usage: "let a reload put the rule set `DIGEST` in force even if it protects less (repeat for more)", EnvVars: []string{"COATCHECK_APPROVE"}},
			&cli.DurationFlag{Name: "drain", Usage: "`DURATION` for which running answers may go on after SIGTERM", EnvVars: []string{"COATCHECK_DRAIN"}, Value: 30 * time.Second},
		),
		Action: func(c *cli.Context) error {
			s, err := load(c)
			if err != nil {
				return err
			}
			if c.Duration("drain") < 0 {
				return usage("--drain: want a duration such as 30s, or 0 to cut off what runs")
			}
			return serve(c.Context, s, c.Duration("drain"), std)
		},
	}
}

const defaultListen = "127.0.0.1:8899"

func serve(ctx context.Context, s settings, drain time.Duration, std stdio) (err error) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop() // as process 1 we get no signal that we do not ask for
	if err := s.checkServe(); err != nil {
		return err
	}
	if s.container {
		std.err = jsonLines(std.err)
	}
	line := &phase{}
	stopProbes, err := answerProbes(s.health, line, std.err)
	if err != nil {
		return err
	}
	defer stopProbes()
	l, err := listen("listen", s.listen)
	if err != nil {
		return err
	}
	defer l.Close()
	usual := debug.SetGCPercent(startGC)
	h, err := openHouse(ctx, s, std)
	debug.SetGCPercent(usual)
	if err != nil {
		return explain(err, s.state, s.caOut)
	}
	defer func() { err = errors.Join(err, h.close()) }()
	defer h.keeping(ctx, newLog(std.err))()
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGHUP)
	defer signal.Stop(asked)
	due := time.NewTicker(secrets.RereadEvery)
	defer due.Stop()
	go h.newReloader(s).keep(ctx, live.Watch(ctx, s.watched()), asked, due.C, newLog(std.err))
	// In a container lines are collected, and hosts are for the sealed log.
	sums := &summaries{of: h.proxy.Counters, named: !s.container, to: std.err}
	hour := time.NewTicker(time.Hour)
	defer hour.Stop()
	go sums.keep(ctx, hour.C)
	err = h.serve(ctx, l, line, s.password == "" && !s.container, drain, std)
	sums.print(true)
	return err
}

// startGC is the collector's target, in percent, while the line is built. What is
// thrown away then lies between what stays, and pages that hold a little of both
// are never given back: collecting more often spares a tenth of the memory.
const startGC = 30

// serve carries clients until ctx ends, then drains. Probes hear of the drain
// before the listener closes.
func (h *house) serve(ctx context.Context, l net.Listener, line *phase, anybody bool, drain time.Duration, std stdio) error {
	served := make(chan error, 1)
	go func() { served <- h.proxy.Serve(l) }()
	line.enter(h)
	say(std.err, "listening on http://%s", l.Addr())
	if anybody {
		say(std.err, "clients are not asked for a credential: every user of this machine can use the proxy (--auth-file asks)")
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	line.enter(draining{})
	say(std.err, "stopping; running answers have %s", drain)
	limit, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := h.proxy.Shutdown(limit); err != nil {
		say(std.err, "cut off what was still running")
	}
	return <-served
}

// listen opens a listener; flag names it to the person whose port is taken.
func listen(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s: %w: stop what has the port, or take another with --%[1]s", flag, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return l, nil
}

// checkServe reports every fault of the settings that can be told before
// anything is opened.
func (s *settings) checkServe() error {
	errs := []error{checkListen(*s), checkClock(time.Now())}
	if s.noLog && s.auditor != "" {
		errs = append(errs, errors.New("--no-log and --auditor contradict each other: take one away"))
	}
	if s.container {
		errs = append(errs, s.contain())
	}
	err := errors.Join(errs...)
	if _, ok := errors.AsType[*usageError](err); err == nil || ok {
		return err
	}
	return &usageError{err: err}
}

// checkListen asks for client authentication off loopback, where strangers
// can reach the port.
func checkListen(s settings) error {
	host, port, err := net.SplitHostPort(s.listen)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return usage("--listen %q: want ADDR:PORT, such as %s", s.listen, defaultListen)
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
