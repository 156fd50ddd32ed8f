package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/proxy/door"
)

func envCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "env",
		Usage:     "print shell exports that send an app's traffic through a running serve",
		UsageText: `eval "$(coatcheck env [options])"`,
		Description: "Give it the options that serve was given. What serve would make at its first start, keysets and a certificate authority, is made if it is not there, so that it does not matter which of them comes first.\n\n" +
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
			return printEnv(s, std)
		},
	}
}

func printEnv(s settings, std stdio) error {
	if s.ca == ephemeral {
		return errEphemeral()
	}
	entry := &url.URL{Scheme: "http", Host: s.listen}
	bases := baseURLs(entry, door.BasePath(s.password), func(string) string { return "" })
	if s.password != "" {
		entry.User = url.UserPassword(s.user, s.password)
	}
	authority, err := openAuthority(s, std)
	if err != nil {
		return err
	}
	bundle := filepath.Join(s.state, "ca", "bundle.pem")
	if err := writeBundle(bundle, authority.RootPEM()); err != nil {
		return err
	}
	vars := appEnv(entry, bundle, bases.vars)
	bypass, _ := noProxy(os.Getenv("NO_PROXY")+","+os.Getenv("no_proxy"), coversModel(door.Permitted(s.hosts, s.upstreams)))
	vars = append(vars, variable{"NO_PROXY", bypass}, variable{"no_proxy", bypass})
	for _, v := range vars {
		fmt.Fprintf(std.out, "export %s=%s\n", v.name, shellQuote(v.value))
	}
	fmt.Fprintln(std.out, "unset SSL_CERT_DIR")
	return nil
}

// shellQuote quotes for every POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
