package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// TestHelpFitsATerminal: no line of any help is wider than 80 columns, and
// every flag that takes a value names it.
func TestHelpFitsATerminal(t *testing.T) {
	app := newApp(stdio{})
	narrow := func(name, text string) {
		for line := range strings.SplitSeq(text, "\n") {
			if utf8.RuneCountInString(line) > helpWidth {
				t.Errorf("help of %s: %d columns: %s", name, utf8.RuneCountInString(line), line)
			}
		}
	}
	narrow("coatcheck", app.CustomAppHelpTemplate)
	eachCommand("coatcheck", app.Commands, func(name string, c *cli.Command) {
		narrow(name, c.CustomHelpTemplate)
		for _, r := range flagRows(c.Flags) {
			if f := valued(c, strings.Fields(r[0])[0]); f != nil && !strings.Contains(r[0], " ") {
				t.Errorf("%s: %s takes a value and does not name it", name, r[0])
			}
		}
	})
}

// TestHelpShowsAnExample: the commands that a rule writer uses are shown at work.
func TestHelpShowsAnExample(t *testing.T) {
	app := newApp(stdio{})
	eachCommand("coatcheck", app.Commands, func(name string, c *cli.Command) {
		writes := strings.HasPrefix(name, "coatcheck rules ") || name == "coatcheck scan" || name == "coatcheck eval"
		if text := c.UsageText + "\n" + c.Description; writes && !strings.Contains(text, name+" ") || writes && !strings.Contains(c.Description, "\n  ") {
			t.Errorf("help of %s shows no example", name)
		}
	})
}

// TestCompletion: what a shell is told of the last word.
func TestCompletion(t *testing.T) {
	for _, c := range []struct{ words, want string }{
		{"", "demo run serve env scan rules eval logs keys ca health recipe completion help version"},
		{"r", "run rules recipe"},
		{"rules l", "list lint"},
		{"rules nope l", ""},
		{"nope l", ""},
		{"rules lint --", "--output --builtin --strict --help"},
		{"rules lint --output ", "text json"},
		{"eval --output j", "json junit"},
		{"serve --answers ", "report restore mask"},
		{"serve --config ", ""},
		{"serve --no-log --unknown-hosts r", "refuse"},
		{"scan a.txt --baseline", "--baseline --baseline-key"},
		{"run -- app --", ""},
		{"help rules t", "test"},
		{"help rules test t", ""},
		{"completion ", "bash zsh fish"},
	} {
		t.Run(c.words, func(t *testing.T) {
			got := complete(newApp(stdio{}), strings.Split(c.words, " "))
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}
