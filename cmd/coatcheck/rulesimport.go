package main

import (
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/rules/importer"
)

func rulesImportCommand(std stdio) *cli.Command {
	known := strings.Join(importer.Formats(), ", ")
	return &cli.Command{
		Name:      "import",
		Usage:     "turn rules of other scanners into ours: " + known,
		UsageText: "coatcheck rules import [options] FORMAT FILE > RULES\n\nFORMAT is one of " + known + ". What is left out or rewritten\nis said on standard error.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "pack", Usage: "the pack's `NAME` (default: imported/FORMAT)"},
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 2 {
				return usage("want FORMAT FILE; the formats are %s", known)
			}
			format, name := c.Args().Get(0), c.Args().Get(1)
			var src []byte
			read := func(r io.Reader) (err error) {
				src, err = io.ReadAll(r)
				return err
			}
			if err := withInput(name, std.in, read); err != nil {
				return err
			}
			r, err := importer.Import(format, src)
			if err != nil {
				return usage("%s: %w", name, err)
			}
			pack := c.String("pack")
			if pack == "" {
				pack = "imported/" + format
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
