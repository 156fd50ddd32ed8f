package main

import (
	_ "embed"
	"io"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/urfave/cli/v2"

	"coatcheck/rules"
)

//go:embed recipes/rule.yaml
var ruleTemplate string

var ruleID = regexp.MustCompile(`^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$`)

func rulesNewCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:        "new",
		Usage:       "print a rule file to begin with; it lints and tests clean",
		UsageText:   "coatcheck rules new NAME > FILE",
		Description: "NAME becomes the rule's id, for life.\n\n  coatcheck rules new acme.case > acme.yaml",
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return usage("give the rule a name, such as acme.case")
			}
			return newRule(std.out, c.Args().First())
		},
	}
}

// newRule fills the template for a rule's id.
func newRule(w io.Writer, id string) error {
	if !ruleID.MatchString(id) || len(id) > 40 {
		return usage("the name %q must be lower-case words joined by . _ or -, such as acme.case", id)
	}
	pack, _, _ := strings.Cut(id, ".")
	entity := strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(id))
	if _, taken := rules.Label(entity); taken {
		entity = "OWN_" + entity
	}
	last := id[strings.LastIndexAny(id, "._-")+1:]
	other := "order" // a word that speaks against it
	if last == other {
		other = "build"
	}
	_, err := strings.NewReplacer(
		"{id}", scalar(id), "{pack}", scalar(pack), "{entity}", entity[:min(40, len(entity))], "{label}", scalar(newLabel(last)),
		"{prefix}", strings.ToUpper(last), "{word}", scalar(last), "{word number}", scalar(last+" number"), "{plain}", last, "{other}", other,
	).WriteString(w, ruleTemplate)
	return err
}

// scalar spells a word so that YAML reads it as one: "true" and "2" need quotes.
func scalar(word string) string {
	b, err := yaml.Marshal(word)
	if err != nil { // every string has a spelling
		panic(err)
	}
	return strings.TrimSpace(string(b))
}

// newLabel makes a label of a word, or a neutral one where the word would say
// something else about the value.
func newLabel(word string) string {
	label := strings.ToUpper(strings.Map(func(r rune) rune {
		if r < 'a' || 'z' < r {
			return -1
		}
		return r
	}, word))
	if _, taken := rules.Label(label); taken || len(label) < 2 || len(label) > 12 {
		return "ID"
	}
	return label
}
