package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"coatcheck/redact/detect/validate"
)

func rulesValidatorsCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "validators",
		Usage: "list the checks that a rule may name under validators, and what each of them tells",
		Flags: []cli.Flag{outputFlag()},
		Action: func(c *cli.Context) error {
			return listValidators(std.out, wantsJSON(c))
		},
	}
}

// validatorLine is a line of `rules validators --output json`.
type validatorLine struct {
	Name        string   `json:"name"`
	Proof       bool     `json:"proof"` // a pass is evidence by itself
	Countries   []string `json:"countries"`
	Description string   `json:"description"`
	Source      string   `json:"source,omitempty"`
}

func listValidators(w io.Writer, asJSON bool) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	lines := json.NewEncoder(w)
	for _, v := range validate.All() {
		if asJSON {
			if err := lines.Encode(validatorLine{v.Name, v.Proof, strings.Fields(v.Countries), v.Description, v.Source}); err != nil {
				return err
			}
			continue
		}
		strength := "hint"
		if v.Proof {
			strength = "proof"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", v.Name, strength, v.About())
	}
	return table.Flush()
}
