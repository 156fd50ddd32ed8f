package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/disk"
	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

func rulesCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "rules",
		Usage: "write rules and trust them: new, list, fmt, lint, test, explain, diff, bench, import, schema, baseline",
		Subcommands: []*cli.Command{
			rulesNewCommand(std), rulesListCommand(std), rulesFmtCommand(std), rulesLintCommand(std), rulesTestCommand(std), rulesExplainCommand(std),
			rulesDiffCommand(std), rulesBenchCommand(std), rulesImportCommand(std), rulesSchemaCommand(std), rulesBaselineCommand(std),
		},
	}
}

func rulesFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "rules", Usage: "rule `FILE` or folder besides the built-in packs (repeat for more)", EnvVars: []string{"COATCHECK_RULES"}}
}

func outputFlag() cli.Flag {
	return &cli.StringFlag{Name: "output", Value: "text", Usage: "`FORMAT`: text or json"}
}

// wantsJSON reads --output.
func wantsJSON(c *cli.Context) (bool, error) {
	switch f := c.String("output"); f {
	case "text":
		return false, nil
	case "json":
		return true, nil
	default:
		return false, usage("--output %q: want text or json", f)
	}
}

// typedNames reads files by the names that a person typed, so that a fault's place
// is one that their editor finds.
type typedNames struct{}

// Open implements [fs.FS], for names of the operating system.
func (typedNames) Open(name string) (fs.File, error) { return disk.OpenShared(name) }

// ruleFiles is what the commands under rules work on.
type ruleFiles struct {
	set *rules.Set   // all that will run: the built-in packs and the files, edits applied
	own []rules.Rule // what the files bring or change; without files, everything
}

// readRules reads the rule files and folders at paths.
func readRules(paths []string) (*rules.Set, error) {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = filepath.ToSlash(p)
	}
	return rules.Load(typedNames{}, names...)
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
	own, err := readRules(paths)
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
	changed, err := unlike(set, base)
	return &ruleFiles{set, changed}, err
}

// notFound tells a file that is not there, exit 1, from one that is wrong.
func notFound(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return &usageError{err: err, hint: "coatcheck rules lint lists every fault"}
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

// untuned compiles the rules as they are written, if tuned is not that already.
func (f *ruleFiles) untuned(tuned *redact.Engine) (*redact.Engine, error) {
	written, err := f.set.Untuned()
	if err != nil || written.Digest == f.set.Digest {
		return tuned, err
	}
	return redact.New(written, redact.Options{})
}

// pick keeps the rules whose id fits a regular expression; empty keeps all.
func (f *ruleFiles) pick(expr string) error {
	keep, err := matcher(expr)
	if err != nil {
		return err
	}
	f.own = slices.DeleteFunc(slices.Clone(f.own), func(r rules.Rule) bool { return !keep(r.ID) })
	return nil
}
