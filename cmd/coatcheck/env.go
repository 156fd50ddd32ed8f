package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"coatcheck/proxy/door"
)

func envCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "env",
		Usage:     "print shell exports that send an app's traffic through a running serve",
		UsageText: `eval "$(coatcheck env [options])"`,
		Description: "Give it the options that serve was given. It waits a few seconds for a serve that is starting; where none answers it says so, and prints the exports all the same: an app that cannot reach its proxy fails, one without the exports would go around it.\n\n" +
			"  coatcheck serve &\n  eval \"$(coatcheck env)\"",
		Before: noArguments,
		Flags: []cli.Flag{
			stateFlag, configFlag(), hostFlag(), upstreamFlag(), auditorFlag(), caFlag(),
			&cli.StringFlag{Name: "listen", Usage: "where serve listens: `ADDR`", EnvVars: []string{"COATCHECK_LISTEN"}, Value: defaultListen},
			&cli.StringFlag{Name: "auth-file", Usage: "the USER:PASSWORD that serve asks for, in `FILE`", EnvVars: []string{"COATCHECK_AUTH_FILE"}},
		},
		Action: func(c *cli.Context) error {
			s, err := load(c)
			if err != nil {
				return err
			}
			return printEnv(c.Context, s, std)
		},
	}
}

// envPatience is how long env waits for a serve that has just been started.
const envPatience = 3 * time.Second

// printEnv prints the exports even where no serve answers.
func printEnv(ctx context.Context, s settings, std stdio) error {
	if s.ca == ephemeral {
		return errEphemeral()
	}
	entry := &url.URL{Scheme: "http", Host: s.listen}
	bases := baseURLs(entry, door.BasePath(s.password), os.Getenv)
	bases.say(s, std.err)
	if s.password != "" {
		entry.User = url.UserPassword(s.user, s.password)
	}
	bundle := filepath.Join(s.state, "ca", "bundle.pem")
	if err := s.awaitServe(ctx); err != nil {
		say(std.err, "%v", err)
	} else {
		authority, err := openAuthority(s, std)
		if err != nil {
			return err
		}
		if err := writeBundle(bundle, authority.RootPEM()); err != nil {
			return err
		}
	}
	vars := appEnv(entry, bundle, bases.vars)
	hosts, upstreams := append(s.hosts, bases.hosts...), merge(s.upstreams, bases.upstreams)
	bypass, _ := noProxy(os.Getenv("NO_PROXY")+","+os.Getenv("no_proxy"), coversModel(door.Permitted(hosts, upstreams)))
	vars = append(vars, variable{"NO_PROXY", bypass}, variable{"no_proxy", bypass})
	for _, v := range vars {
		fmt.Fprintf(std.out, "export %s=%s\n", v.name, shellQuote(v.value))
	}
	fmt.Fprintln(std.out, "unset SSL_CERT_DIR")
	return nil
}

// say tells of base URLs that the user had set: which stay as they are, and
// what serve must open for the others, which env cannot do for it.
func (b *bases) say(s settings, w io.Writer) {
	for _, name := range b.kept {
		say(w, "%s stays as it is: its URL cannot be put behind a base URL of ours", name)
	}
	for _, host := range b.hosts {
		opened := func(name string) bool {
			return name == host || (strings.HasPrefix(name, "*.") && strings.HasSuffix(host, name[1:]))
		}
		if !slices.ContainsFunc(door.Permitted(s.hosts, s.upstreams), opened) {
			say(w, "a base URL leads to %s: serve needs --host %[1]s", host)
		}
	}
	for _, u := range b.upstreams {
		if !slices.ContainsFunc(s.upstreams, func(e door.Upstream) bool { return e.Host == u.Host && e.Port == u.Port }) {
			say(w, "a base URL leads to %s: serve needs --upstream %[1]s=%s", u.URL.Host, u.URL)
		}
	}
}

// awaitServe waits until a serve listens and has made the installation's keys,
// which are not env's to make.
func (s settings) awaitServe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, envPatience)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := s.serveIsThere()
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return err
		}
	}
}

func (s settings) serveIsThere() error {
	conn, err := net.DialTimeout("tcp", s.listen, time.Second)
	if err != nil {
		return fmt.Errorf("nothing listens at %s: start coatcheck serve, then ask for env again", s.listen)
	}
	conn.Close()
	if _, err := os.Lstat(filepath.Join(s.state, "keys")); err != nil {
		return fmt.Errorf("no keysets under %s: name the state folder of serve with --state, then ask for env again", s.state)
	}
	return nil
}

// shellQuote quotes for every POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
