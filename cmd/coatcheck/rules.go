package main

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
	"coatcheck/rules/live"
)

func rulesCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "rules",
		Usage: "write rules and trust them: new, list, fmt, lint, test, explain, diff, bench, import, schema, validators, baseline",
		Subcommands: []*cli.Command{
			rulesNewCommand(std), rulesListCommand(std), rulesFmtCommand(std), rulesLintCommand(std), rulesTestCommand(std), rulesExplainCommand(std),
			rulesDiffCommand(std), rulesBenchCommand(std), rulesImportCommand(std), rulesSchemaCommand(std), rulesValidatorsCommand(std), rulesBaselineCommand(std),
		},
	}
}

func rulesFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "rules", Usage: "rule `FILE` or folder besides the built-in packs (repeat for more)", EnvVars: []string{"COATCHECK_RULES"}}
}

// ruleFiles is what the commands under rules work on.
type ruleFiles struct {
	set *rules.Set   // all that will run: the built-in packs and the files, edits applied
	own []rules.Rule // what the files bring or change; without files, everything
}

// loadRuleFiles reads rule files and puts them on top of the built-in packs,
// unless they are those: then they stand for themselves.
func loadRuleFiles(paths []string) (*ruleFiles, error) {
	base, err := builtin.Load()
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return &ruleFiles{base, base.Rules}, nil
	}
	own, err := live.Read(paths)
	if err != nil {
		return nil, notFound(err)
	}
	if !slices.ContainsFunc(own.Packs, func(p string) bool { return !slices.ContainsFunc(base.Packs, samePack(p)) }) {
		set, err := rules.Merge(own)
		if err != nil {
			return nil, &usageError{err: err}
		}
		return &ruleFiles{set, set.Rules}, nil
	}
	set, err := rules.Merge(base, own)
	if err != nil {
		return nil, &usageError{err: err}
	}
	changed, err := live.Changed(set, base)
	return &ruleFiles{set, changed}, err
}

// notFound tells a file that is not there, exit 1, from one that is wrong.
func notFound(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return &usageError{err: err, hint: "coatcheck rules lint says what is wrong with rule files"}
}

func samePack(name string) func(string) bool {
	id, _, _ := strings.Cut(name, "@")
	return func(other string) bool {
		o, _, _ := strings.Cut(other, "@")
		return o == id
	}
}

// engine compiles all that will run.
func (f *ruleFiles) engine() (*redact.Engine, error) {
	e, err := redact.New(f.set, redact.Options{})
	if err != nil {
		return nil, &usageError{err: err, hint: "coatcheck rules lint says more"}
	}
	return e, nil
}

// pick keeps the rules whose id fits --run; if it is given, one must.
func (f *ruleFiles) pick(c *cli.Context) error {
	keep, err := matcher(c.String("run"))
	if err != nil {
		return err
	}
	f.own = slices.DeleteFunc(slices.Clone(f.own), func(r rules.Rule) bool { return !keep(r.ID) })
	if len(f.own) == 0 && c.IsSet("run") {
		return noRuleFits(c)
	}
	return nil
}

func noRuleFits(c *cli.Context) error {
	return &usageError{
		err:  fmt.Errorf("no rule of these files fits --run %q", c.String("run")),
		hint: "coatcheck rules list shows their ids",
	}
}

// matcher compiles the expression of a --run flag; empty fits everything.
func matcher(expr string) (func(string) bool, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, usage("--run: %w", err)
	}
	return re.MatchString, nil
}
