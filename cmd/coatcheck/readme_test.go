package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

// TestReadmeNamesEveryVariable: a sidecar is configured by its environment, so
// the table of it has to be whole, and serve has to know what it lists.
func TestReadmeNamesEveryVariable(t *testing.T) {
	var want []string
	for _, f := range serveCommand(stdio{}).Flags {
		want = append(want, f.(cli.DocGenerationFlag).GetEnvVars()...)
	}
	var got []string
	row := regexp.MustCompile("(?m)^\\| `(COATCHECK_[A-Z_]+)` \\|")
	for _, m := range row.FindAllStringSubmatch(readme(t), -1) {
		got = append(got, m[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables of serve (-flags +README):\n%s", diff)
	}
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readmeCommands returns the shell blocks of a section.
func readmeCommands(t *testing.T, section string) []string {
	t.Helper()
	_, text, ok := strings.Cut(readme(t), "\n## "+section+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	if !ok || len(blocks) == 0 {
		t.Fatalf("README has no commands under %q", section)
	}
	return blocks
}
