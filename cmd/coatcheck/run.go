package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
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

	"coatcheck/proxy"
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
	s.user, s.password, s.ca = "run", rand.Text(), "ephemeral"
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

	vars := appEnv(entry, bundle, bases.vars)
	bypass, dropped := noProxy(os.Getenv("NO_PROXY")+","+os.Getenv("no_proxy"), coversModel(door.Permitted(s.hosts, s.upstreams)))
	vars = append(vars, variable{"NO_PROXY", bypass}, variable{"no_proxy", bypass})
	if len(dropped) > 0 {
		say(std.err, "NO_PROXY entries dropped, they would lead model traffic past the proxy: %s", strings.Join(dropped, ", "))
	}
	withheld := s.secrets.withheld(pass)
	if len(withheld) > 0 {
		say(std.err, "the app does not get %s, for rules.secrets protects what it holds or opens: --pass-env NAME hands it over", strings.Join(withheld, ", "))
	}
	started, childErr := runChild(argv, childEnv(vars, withheld), std)

	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = h.proxy.Shutdown(stop) // what is left belongs to a child that is gone
	err = <-served
	if started {
		summarize(std.err, h.proxy.Counters())
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

// summarize prints one line: what was protected and what was not.
func summarize(w io.Writer, c proxy.Counters) {
	total, kinds := tally(c.Values)
	refusals, why := tally(c.Refused)
	failures, failed := tally(c.Failed)
	line := fmt.Sprintf("%s, %s kept from the provider%s, %d refused%s",
		plural(c.Forwarded, "exchange"), plural(total, "value"), bracket(kinds), refusals, bracket(why))
	if failures > 0 {
		line += fmt.Sprintf(", %d sent without an answer%s", failures, bracket(failed))
	}
	if c.Broken > 0 {
		line += fmt.Sprintf(", %d broken off", c.Broken)
	}
	line += verdict(c)
	if n, kinds := tally(c.Made); n > 0 {
		line += fmt.Sprintf("; the model wrote %s that nobody sent%s", plural(n, "private value"), bracket(kinds))
	}
	if n, faults := tally(c.Handshakes); n > 0 {
		line += fmt.Sprintf("; %s did not complete TLS%s: nothing of it was sent", plural(n, "connection"), bracket(faults))
	}
	say(w, "%s", line)
}

// verdict says how far protection went, and never more than the proxy can know:
// of what did not come to it, it knows nothing.
func verdict(c proxy.Counters) string {
	_, hosts := tally(c.Unprotected)
	switch {
	case len(hosts) > 0:
		if c.Hidden > 0 {
			hosts = append(hosts, fmt.Sprintf("%d more", c.Hidden))
		}
		return "; not protected: " + strings.Join(hosts, ", ")
	case c.Forwarded > 0 && len(c.Handshakes) == 0:
		return "; every connection that reached coatcheck was protected"
	case c.Forwarded > 0:
		return ""
	case len(c.Refused)+len(c.Handshakes) > 0:
		return "; nothing reached a provider"
	}
	return "; nothing came through coatcheck: if the app spoke to a model, it went around (Node before 22, Java and others do not read HTTPS_PROXY: give them a base URL)"
}

func tally(m map[string]int) (total int, items []string) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		total += m[name]
		items = append(items, fmt.Sprintf("%s %d", name, m[name]))
	}
	return total, items
}

func bracket(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return " (" + strings.Join(items, ", ") + ")"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
