package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/rules"
)

const variablePrefix = "COATCHECK_"

// foreignVariables have our prefix and are no settings: they steer the tests.
// Beside them a cluster sets some for a Service that is named coatcheck.
var foreignVariables = []string{"COATCHECK_SHARED", "COATCHECK_CLIENTS", "COATCHECK_POD", "COATCHECK_TINK_V1"}

// checkVariables refuses variables that look like settings of ours and are none:
// a policy with a slip in its name would not be in force, and nobody would see
// it. Flags and the configuration file are as strict.
func checkVariables(app *cli.App, environ []string) error {
	known := slices.Clone(foreignVariables)
	eachCommand(app.Name, app.Commands, func(_ string, c *cli.Command) {
		for _, f := range c.Flags {
			if d, ok := f.(cli.DocGenerationFlag); ok {
				known = append(known, d.GetEnvVars()...)
			}
		}
	})
	var errs []error
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		word, ours := strings.CutPrefix(name, variablePrefix)
		if !ours || slices.Contains(known, name) || word == "PORT" || strings.HasPrefix(word, "PORT_") || strings.HasPrefix(word, "SERVICE_") {
			continue
		}
		errs = append(errs, usage("%s is no setting%s", name, meant(word, known)))
	}
	return errors.Join(errs...)
}

// meant suggests the variable that a slip in its name hides.
func meant(word string, known []string) string {
	var words []string
	for _, name := range known {
		words = append(words, strings.ToLower(strings.TrimPrefix(name, variablePrefix)))
	}
	near, ok := rules.Nearest(word, words)
	if !ok {
		return ": take it out of the environment; --help lists those that are"
	}
	return ": did you mean " + variablePrefix + strings.ToUpper(near) + "?"
}
