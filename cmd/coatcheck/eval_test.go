package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coatcheck/redact/score"
)

var update = flag.Bool("update", false, "write the table of the README anew")

// sharedEval is the folder of the labelled data, which lies outside the
// repository: its licences are its authors'.
func sharedEval(t *testing.T) string {
	t.Helper()
	shared := os.Getenv("COATCHECK_SHARED")
	if shared == "" {
		t.Skip("COATCHECK_SHARED does not name the labelled data")
	}
	return filepath.Join(shared, "eval")
}

// TestSharedScorerAgrees scores `scan --jsonl` with the scorer that came with
// the data, which shares no code with eval: every figure must be the same.
func TestSharedScorerAgrees(t *testing.T) {
	dir := sharedEval(t)
	files, err := filepath.Glob(filepath.Join(dir, "dev", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no labelled data: %v", err)
	}
	found := filepath.Join(t.TempDir(), "found.jsonl")
	out, err := os.Create(found)
	if err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), append([]string{"coatcheck", "scan", "--jsonl"}, files...), stdio{out: out, err: os.Stderr}); code != exitFine {
		t.Fatalf("scan exits %d", code)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	ours := evalOutput(t, "json", dir)
	for _, types := range []string{"", strings.Join(score.Structured(), ",")} {
		theirs := filepath.Join(t.TempDir(), "score.json")
		args := []string{filepath.Join(dir, "score.py"), "score", "--gold", filepath.Join(dir, "dev"), "--pred", found, "--json", theirs}
		part := "total"
		if types != "" {
			args, part = append(args, "--types", types), "structured"
		}
		if msg, err := exec.Command("python3", args...).CombinedOutput(); err != nil {
			t.Fatalf("score.py: %v\n%s", err, msg)
		}
		text, err := os.ReadFile(theirs)
		if err != nil {
			t.Fatal(err)
		}
		want, got := decode(t, text), decode(t, ours)
		same(t, part, got[part], want["total"])
		if types == "" {
			same(t, "by_source", got["by_source"], want["by_source"])
		}
	}
}

// same compares two JSON values; what is left out is as good as null.
func same(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		got, _ := got.(map[string]any)
		for key := range maps.Keys(got) {
			if _, ok := want[key]; !ok && got[key] != nil {
				t.Errorf("%s.%s: eval alone has it", at, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			same(t, at+"."+key, got[key], want[key])
		}
	case float64:
		if got, ok := got.(float64); !ok || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: eval says %v, the scorer %v", at, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s: eval says %v, the scorer %v", at, got, want)
		}
	}
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func evalOutput(t *testing.T, output, dir string) []byte {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"coatcheck", "eval", "--output", output, filepath.Join(dir, "dev")}, stdio{out: &out, err: os.Stderr}); code != exitFine {
		t.Fatalf("eval exits %d", code)
	}
	return out.Bytes()
}

// TestSharedReadmeTable holds the README's table against the rules as they are;
// with -update it writes the table.
func TestSharedReadmeTable(t *testing.T) {
	const readme, begin, end = "../../README.md", "<!-- coatcheck eval --output markdown -->\n", "<!-- end -->\n"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the README has no place for the table")
	}
	want := head + begin + "\n" + string(evalOutput(t, "markdown", sharedEval(t))) + "\n" + end + tail
	if *update {
		if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(text) {
		t.Error("the README's table is not that of these rules: go test ./cmd/coatcheck -run SharedReadmeTable -update")
	}
}
