package main

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/ca"
	"coatcheck/crypto/keys"
	"coatcheck/proxy/door"
)

func caCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "ca",
		Usage: "the certificate authority that clients of serve trust",
		Subcommands: []*cli.Command{{
			Name:  "export",
			Usage: "print the root certificate as PEM",
			Flags: lineFlags(&cli.StringFlag{Name: "ca", Usage: "the `DIR` with the sealed root", EnvVars: []string{"COATCHECK_CA"}, DefaultText: "DIR/ca"}),
			Action: func(c *cli.Context) error {
				s, err := load(c)
				if err != nil {
					return err
				}
				if s.ca == "ephemeral" {
					return &usageError{
						err:  errors.New("an ephemeral authority lives in the serving process only"),
						hint: "let serve write its certificates with --ca-out DIR",
					}
				}
				a, err := openAuthority(s, std)
				if err != nil {
					return err
				}
				_, err = std.out.Write(a.RootPEM())
				return err
			},
		}},
	}
}

// openAuthority opens the sealed root, made at first use, and issues the
// constrained intermediate for the hosts of these settings.
func openAuthority(s settings, std stdio) (*ca.Authority, error) {
	log := newLog(std.err)
	o := ca.Options{
		Hosts: door.Permitted(s.hosts, s.upstreams),
		Warn:  func(err error) { log.Error("apps can be served only until the intermediate lapses", "error", err) },
	}
	if s.ca == "ephemeral" {
		return ca.Ephemeral(o)
	}
	ring, err := openKeys(s, std)
	if err != nil {
		return nil, err
	}
	dir := s.ca
	if dir == "" {
		dir = filepath.Join(s.state, "ca")
	}
	return ca.Open(dir, ring.CA(), o)
}

// openKeys opens the installation's keysets and makes them at first use.
func openKeys(s settings, std stdio) (*keys.Ring, error) {
	if s.container && s.noLog {
		return keys.Ephemeral() // a container that keeps no log keeps nothing, and needs no state volume
	}
	if s.auditor != "" {
		if _, err := keys.ReadAuditorPublic(s.auditor); err != nil {
			return nil, usage("--auditor: %w", err)
		}
	}
	dir := filepath.Join(s.state, "keys")
	o := keys.Options{Auditors: oneOrNone(s.auditor)}
	made, err := keys.Init(dir, o)
	if err != nil {
		return nil, err
	}
	if len(made) > 0 {
		say(std.err, "made the installation's keysets in %s", dir)
	}
	ring, err := keys.Open(dir, o)
	if err != nil {
		return nil, err
	}
	_, err = ring.Rotate(time.Now())
	return ring, err
}
