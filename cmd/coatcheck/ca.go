package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/ca"
	"coatcheck/crypto/keys"
	"coatcheck/proxy/door"
)

// ephemeral is the setting of an authority that is in memory alone.
const ephemeral = "ephemeral"

func caCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "ca",
		Usage: "the certificate authority that clients of serve trust",
		Subcommands: []*cli.Command{{
			Name:        "init",
			Usage:       "make the authority that serve would make at its first start, and keysets to seal it with",
			UsageText:   "coatcheck ca init [options]",
			Description: "It makes what is missing and leaves what exists.\n\n  coatcheck ca init && coatcheck ca export > root.pem",
			Flags:       []cli.Flag{stateFlag, configFlag(), auditorFlag(), caFlag()},
			Action: func(c *cli.Context) error {
				s, err := load(c)
				if err != nil {
					return err
				}
				if s.ca == ephemeral {
					return errEphemeral()
				}
				a, err := openAuthority(s, std)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(std.out, "%s\nSHA-256 %s\nuntil %s\n", s.caFolder(), a.Fingerprint(), a.NotAfter().Format(time.DateOnly))
				return err
			},
		}, {
			Name:        "export",
			Usage:       "print the root certificate as PEM",
			UsageText:   "coatcheck ca export [options]",
			Description: "It makes nothing: an authority that no serve uses would be of no use to a client.\n\n  coatcheck ca export > root.pem",
			Flags:       []cli.Flag{stateFlag, configFlag(), caFlag()},
			Action: func(c *cli.Context) error {
				s, err := load(c)
				if err != nil {
					return err
				}
				root, err := exportRoot(s)
				if err != nil {
					return err
				}
				_, err = std.out.Write(root)
				return err
			},
		}},
	}
}

func errEphemeral() error {
	return &usageError{
		err:  errors.New("an ephemeral authority lives in the serving process only"),
		hint: "let serve write its certificates with --ca-out DIR, and point clients to DIR/bundle.pem",
	}
}

// exportRoot reads the root that is there.
func exportRoot(s settings) ([]byte, error) {
	if s.ca == ephemeral {
		return nil, errEphemeral()
	}
	ring, err := keys.Open(filepath.Join(s.state, "keys"), keys.Options{Auditors: oneOrNone(s.auditor)})
	if err == nil {
		var root []byte
		if root, err = ca.ReadRoot(s.caFolder(), ring.CA()); err == nil {
			return root, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no certificate authority in %s yet: the first start of serve makes one, and so does coatcheck ca init", s.caFolder())
	}
	return nil, err
}

// caFolder is where the sealed root lies.
func (s *settings) caFolder() string { return cmp.Or(s.ca, filepath.Join(s.state, "ca")) }

// openAuthority opens the sealed root, made at first use, and issues the
// constrained intermediate for the hosts of these settings.
func openAuthority(s settings, std stdio) (*ca.Authority, error) {
	log := newLog(std.err)
	o := ca.Options{
		Hosts: door.Permitted(s.hosts, s.upstreams),
		Warn:  func(err error) { log.Error("apps can be served only until the intermediate lapses", "error", err) },
	}
	if s.ca == ephemeral {
		return ca.Ephemeral(o)
	}
	ring, err := openKeys(s, std)
	if err != nil {
		return nil, err
	}
	_, missing := os.Stat(s.caFolder())
	a, err := ca.Open(s.caFolder(), ring.CA(), o)
	if err == nil && errors.Is(missing, fs.ErrNotExist) {
		say(std.err, "made a certificate authority in %s", s.caFolder())
	}
	return a, err
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
