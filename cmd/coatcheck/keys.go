package main

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/keys"
)

func keysCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "keys",
		Usage: "make the installation's keysets",
		Subcommands: []*cli.Command{{
			Name:  "init",
			Usage: "make the keysets under DIR/keys, and an auditor pair unless --auditor names one",
			Flags: []cli.Flag{
				stateFlag,
				auditorFlag(),
			},
			Action: func(c *cli.Context) error {
				state, err := stateFolder(c.String("state"))
				if err != nil {
					return &usageError{err: err}
				}
				dir := filepath.Join(state, "keys")
				made, err := keys.Init(dir, keys.Options{Auditors: oneOrNone(c.String("auditor"))})
				if err != nil {
					return err
				}
				for _, name := range made {
					fmt.Fprintln(std.out, filepath.Join(dir, name))
				}
				if len(made) == 0 {
					say(std.err, "nothing to do: the keysets in %s exist", dir)
				}
				return nil
			},
		}},
	}
}
