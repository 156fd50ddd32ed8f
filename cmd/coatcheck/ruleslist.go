package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"coatcheck/rules"
)

func rulesListCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "list the rules that run: the built-in ones, and those of the files",
		UsageText: "coatcheck rules list [options] [PATH…]",
		Description: "The digest of the whole set goes to standard error. With --output json each rule is an object a line.\n\n" +
			"  coatcheck rules list --own acme.yaml",
		Flags: []cli.Flag{
			outputFlag(),
			&cli.BoolFlag{Name: "own", Usage: "only what the files bring or change"},
		},
		Action: func(c *cli.Context) error {
			asJSON := wantsJSON(c)
			files, err := loadRuleFiles(c.Args().Slice())
			if err != nil {
				return err
			}
			list := files.set.Rules
			if c.Bool("own") {
				list = files.own
			}
			say(std.err, "%s run; the digest, by which a set is approved and logged, is %s", plural(len(files.set.Rules), "rule"), files.set.Digest)
			return listRules(std.out, files.set, list, asJSON)
		},
	}
}

// ruleLine is a line of `rules list --output json`.
type ruleLine struct {
	ID     string       `json:"id"`
	Entity string       `json:"entity"`
	Label  string       `json:"label"`
	Action rules.Action `json:"action"`
	Pack   string       `json:"pack"`
	Source string       `json:"source"`
}

func listRules(w io.Writer, set *rules.Set, list []rules.Rule, asJSON bool) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	lines := json.NewEncoder(w)
	for _, r := range list {
		pack, _ := set.Pack(r.ID)
		if asJSON {
			if err := lines.Encode(ruleLine{r.ID, r.Entity, r.Label, r.Action, pack, r.Pos.String()}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s:%d\n", r.ID, r.Entity, r.Action, pack, r.Pos.File, r.Pos.Line)
	}
	return table.Flush()
}
