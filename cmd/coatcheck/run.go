package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"coatcheck/proxy/door"
)

func runCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "run an app with its model traffic protected",
		UsageText: "coatcheck run [options] -- COMMAND [ARG…]",
		Flags: lineFlags(
			&cli.BoolFlag{Name: "verbose", Usage: "print a line for every exchange; without it only what went wrong is printed, and the sealed log has the rest"},
			&cli.StringSliceFlag{Name: "pass-env", Usage: "hand the app the variable `NAME` although it holds a registered secret or opens Vault (repeat for more)"},
		),
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return &usageError{err: errors.New("no command to run"), hint: "coatcheck run -- python app.py"}
			}
			s, err := load(c)
			if err != nil {
				return err
			}
			if !c.Bool("verbose") { // the terminal is the app's
				s.logFrom = slog.LevelWarn
			}
			return runApp(c.Context, s, c.StringSlice("pass-env"), c.Args().Slice(), std)
		},
	}
}

// runApp starts a proxy of its own on a free port, with a random password,
// runs the app under it and ends with the app's exit code. The socket stays
// ours for the app's whole life, so nobody else can take the port.
func runApp(ctx context.Context, s settings, pass, argv []string, std stdio) (err error) {
	s.user, s.password, s.ca = "run", rand.Text(), ephemeral
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	entry := &url.URL{Scheme: "http", Host: l.Addr().String()}
	bases := baseURLs(entry, door.BasePath(s.password), os.Getenv)
	s.upstreams, s.hosts = merge(s.upstreams, bases.upstreams), append(s.hosts, bases.hosts...)
	for _, name := range bases.kept {
		say(std.err, "%s stays as it is: its URL cannot be put behind a base URL of ours", name)
	}
	if outer := os.Getenv("HTTPS_PROXY"); outer != "" {
		say(std.err, "HTTPS_PROXY was set; coatcheck goes out by itself, not through that proxy")
	}
	entry.User = url.UserPassword(s.user, s.password)

	h, err := openHouse(ctx, s, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	dir, err := os.MkdirTemp("", "coatcheck-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bundle := filepath.Join(dir, "bundle.pem")
	if err := h.writeBundle(bundle); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- h.proxy.Serve(l) }()
	defer h.keeping(ctx, newLogFrom(std.err, s.logFrom))()

	vars := appEnv(entry, bundle, bases.vars)
	bypass, dropped := noProxy(os.Getenv("NO_PROXY")+","+os.Getenv("no_proxy"), coversModel(door.Permitted(s.hosts, s.upstreams)))
	vars = append(vars, variable{"NO_PROXY", bypass}, variable{"no_proxy", bypass})
	if len(dropped) > 0 {
		say(std.err, "NO_PROXY entries dropped, they would lead model traffic past the proxy: %s", strings.Join(dropped, ", "))
	}
	kept := withheld(s.secrets, pass)
	if len(kept) > 0 {
		say(std.err, "the app does not get %s, for rules.secrets protects what it holds or opens: --pass-env NAME hands it over", strings.Join(kept, ", "))
	}
	started, childErr := runChild(argv, childEnv(vars, kept), std)

	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = h.proxy.Shutdown(stop) // what is left belongs to a child that is gone
	err = <-served
	if started {
		say(std.err, "%s", summaryOfApp(h.proxy.Counters()))
	}
	return errors.Join(childErr, err)
}

// merge adds upstreams that no explicit one names already.
func merge(explicit, more []door.Upstream) []door.Upstream {
	for _, u := range more {
		if !slices.ContainsFunc(explicit, func(e door.Upstream) bool { return e.Host == u.Host && e.Port == u.Port }) {
			explicit = append(explicit, u)
		}
	}
	return explicit
}

// runChild runs the app, passes signals on and returns its exit code as an
// error. A signal from the terminal reaches the app by itself: it belongs to
// the same process group.
func runChild(argv, env []string, std stdio) (started bool, err error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, std.in, std.out, std.err
	if ours, ok := std.out.(*sure); ok {
		cmd.Stdout = ours.Writer // the terminal itself
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, forwarded...)
	defer signal.Stop(signals)
	switch err := cmd.Start(); {
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist):
		return false, errors.Join(exitCode(exitNoCommand), fmt.Errorf("run: %s: command not found", argv[0]))
	case err != nil:
		return false, errors.Join(exitCode(exitCannotRun), fmt.Errorf("run: %w", err))
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case sig := <-signals:
				if !typed(sig) {
					_ = cmd.Process.Signal(sig)
				}
			case <-done:
				return
			}
		}
	}()
	err = cmd.Wait()
	close(done)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return true, exitCode(childCode(exit.ProcessState))
	}
	return true, err
}
