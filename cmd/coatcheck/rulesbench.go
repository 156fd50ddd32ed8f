package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"coatcheck/rules/check"
)

func rulesBenchCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "bench",
		Usage:     "measure what each rule adds to a scan, the slowest first",
		UsageText: "coatcheck rules bench [options] [PATH…]",
		Description: "Each rule is measured by itself on 64 KB of made-up prose, program text, JSON and log lines. Without a path it measures the built-in packs. " +
			"Times are those of this machine now. How often the search stops for a rule, how many characters it then reads again, and how often the rule matches is the same everywhere, and what lint judges by.\n\n" +
			"  coatcheck rules bench acme.yaml",
		Flags: []cli.Flag{
			outputFlag(),
			&cli.StringFlag{Name: "run", Usage: "only rules whose id fits the regular expression `RE`"},
		},
		Action: func(c *cli.Context) error {
			asJSON := wantsJSON(c)
			files, err := loadRuleFiles(c.Args().Slice())
			if err != nil {
				return err
			}
			if err := files.pick(c); err != nil {
				return err
			}
			costs, err := check.Bench(c.Context, files.own)
			if err != nil {
				return &usageError{err: err}
			}
			table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', tabwriter.AlignRight)
			lines := json.NewEncoder(std.out)
			if !asJSON {
				fmt.Fprint(table, "ns/KB\tstops/KB\treads/KB\tmatches/KB\t rule\n")
			}
			for _, x := range costs {
				if asJSON {
					if err := lines.Encode(costLine{x.Rule, x.Pos.String(), max(0, x.NsPerKB), x.StopsPerKB, x.ReadsPerKB, x.MatchesPerKB}); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(table, "%.0f\t%.1f\t%.1f\t%.2f\t %s (%s:%d)\n", max(0, x.NsPerKB), x.StopsPerKB, x.ReadsPerKB, x.MatchesPerKB, x.Rule, x.Pos.File, x.Pos.Line)
			}
			return table.Flush()
		},
	}
}

// costLine is a line of `rules bench --output json`.
type costLine struct {
	Rule         string  `json:"rule"`
	Source       string  `json:"source"`
	NsPerKB      float64 `json:"ns_per_kb"`
	StopsPerKB   float64 `json:"stops_per_kb"` // where the search stops for the rule
	ReadsPerKB   float64 `json:"reads_per_kb"` // characters that it reads again there
	MatchesPerKB float64 `json:"matches_per_kb"`
}
