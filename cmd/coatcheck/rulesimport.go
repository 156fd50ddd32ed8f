package main

import (
	"cmp"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/rules"
	"coatcheck/rules/importer"
)

func rulesImportCommand(std stdio) *cli.Command {
	known := strings.Join(importer.Formats(), ", ")
	return &cli.Command{
		Name:      "import",
		Usage:     "turn rules of other scanners into ours: " + known,
		UsageText: "coatcheck rules import [options] FORMAT FILE > RULES",
		Description: "FORMAT is one of " + known + ". What is left out or rewritten is said on standard error.\n\n" +
			"  coatcheck rules import gitleaks gitleaks.toml > gitleaks.yaml",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "pack", Usage: "the pack's `NAME` (default: imported/FORMAT)"},
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 2 {
				return usage("want FORMAT FILE; the formats are %s", known)
			}
			format, name := c.Args().Get(0), c.Args().Get(1)
			pack := cmp.Or(c.String("pack"), "imported/"+format)
			if !rules.IsPackID(pack) {
				return usage("--pack %q: want lower-case words joined by / . _ or -, such as acme/secrets", pack)
			}
			var src []byte
			read := func(r io.Reader) (err error) {
				src, err = readMost(name, r, maxText)
				return err
			}
			if err := withInput(name, std.in, read); err != nil {
				return err
			}
			r, err := importer.Import(format, src)
			if err != nil {
				return usage("%s: %w", name, err)
			}
			for _, n := range r.Notes {
				say(std.err, "%s", n)
			}
			say(std.err, "%s imported; coatcheck rules lint and rules test say whether they are sound", plural(len(r.Rules), "rule"))
			_, err = std.out.Write(r.File(pack))
			return err
		},
	}
}
