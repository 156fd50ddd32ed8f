package redact_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the findings of the texts as they are now")

// marked is a finding in a text under testdata/texts: ⟦EMAIL:jane@example.com⟧.
var marked = regexp.MustCompile(`⟦[A-Z_]+:([^⟦⟧]*)⟧`)

// TestTexts: whole texts of many kinds, every finding marked in them. What
// stands outside of the marks is found by no rule.
func TestTexts(t *testing.T) {
	e, _ := builtinEngine(t)
	files, err := filepath.Glob("testdata/texts/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text := marked.ReplaceAllString(string(want), "$1")
			var got strings.Builder
			at := 0
			for _, f := range scan(t, e, text) {
				got.WriteString(text[at:f.Start] + "⟦" + f.Entity + ":" + text[f.Start:f.End] + "⟧")
				at = f.End
			}
			got.WriteString(text[at:])
			if *update {
				if err := os.WriteFile(name, []byte(got.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			gotLines, wantLines := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
			for i, line := range wantLines {
				if i < len(gotLines) && gotLines[i] != line {
					t.Errorf("line %d: got %s, want %s", i+1, gotLines[i], line)
				}
			}
			if len(gotLines) != len(wantLines) {
				t.Errorf("%d lines, want %d", len(gotLines), len(wantLines))
			}
		})
	}
}
