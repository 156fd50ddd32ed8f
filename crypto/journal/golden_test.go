package journal_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
)

// Files of version 1 must be readable for ever: refresh only to add cases.
var update = flag.Bool("update", false, "write testdata/v1 anew")

const goldenDir = "testdata/v1"

// goldenAuditor returns the key of the golden files, which protects nothing.
func goldenAuditor(t testing.TB) *keys.AuditorPrivate {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	for _, name := range []string{"kek.key", "auditor.json"} {
		data, err := os.ReadFile(filepath.Join(goldenDir, "keys", name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, name), data, 0o600)) // modes that a repository cannot keep
	}
	private, err := keys.OpenAuditorPrivate(dir)
	must(t, err)
	return private
}

func TestFilesOfVersionOneAreRead(t *testing.T) {
	if *update {
		writeGolden(t)
	}
	want, err := os.ReadFile(filepath.Join(goldenDir, "want.jsonl"))
	must(t, err)
	if got := lines(t, filepath.Join(goldenDir, "log"), goldenAuditor(t)); !bytes.Equal(got, want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A file that was given up with a torn end, and the one that goes on from it.
func TestGapsOfVersionOneAreRead(t *testing.T) {
	dir, wanted := filepath.Join(goldenDir, "gap"), filepath.Join(goldenDir, "gap.want.jsonl")
	if *update {
		writeGap(t, dir)
		must(t, os.WriteFile(wanted, lines(t, dir, goldenAuditor(t)), 0o644))
	}
	want, err := os.ReadFile(wanted)
	must(t, err)
	if got := lines(t, dir, goldenAuditor(t)); !bytes.Equal(got, want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// lines returns what a folder holds, one entry a line. A fault fails the test.
func lines(t *testing.T, dir string, a *keys.AuditorPrivate) []byte {
	t.Helper()
	var got bytes.Buffer
	for e, err := range journal.Read(dir, a) {
		must(t, err)
		must(t, json.NewEncoder(&got).Encode(e))
	}
	return got.Bytes()
}

func writeGap(t *testing.T, dir string) {
	t.Helper()
	o := options(goldenAuditor(t))
	o.Sync = journal.SyncGroup
	w := create(t, dir, o)
	must(t, w.Begin(ctx, openOf("01A")))
	first := onlyFile(t, dir)
	aside := filepath.Join(t.TempDir(), "aside")
	must(t, os.Rename(first, aside))
	if w.Begin(ctx, openOf("01B")) == nil {
		t.Fatal("a record that nobody finds was acknowledged")
	}
	must(t, w.Begin(ctx, openOf("01C")))
	must(t, w.Finish(ctx, closeOf("01A")))
	must(t, w.Close())
	raw, err := os.ReadFile(aside)
	must(t, err)
	must(t, os.WriteFile(first, append(raw, raw[len(raw)-100:len(raw)-50]...), 0o600))
}

// writeGolden makes two files, the second going on from the first.
func writeGolden(t *testing.T) {
	must(t, os.RemoveAll(goldenDir))
	dir := filepath.Join(goldenDir, "keys")
	_, err := keys.Init(dir, keys.Options{})
	must(t, err)
	for _, name := range []string{"token.json", "ca.json", "vault.json", "auditor.pub.json", ".lock"} {
		must(t, os.Remove(filepath.Join(dir, name)))
	}
	private := goldenAuditor(t)
	o := options(private)
	o.MaxBytes = 2500
	w := create(t, filepath.Join(goldenDir, "log"), o)
	must(t, w.Note(ctx, journal.Event{Clear: journal.EventClear{Name: "start"}}))
	must(t, w.Begin(ctx, openOf("01A")))
	must(t, w.Begin(ctx, openOf("01B")))
	must(t, w.Finish(ctx, closeOf("01A")))
	must(t, w.Note(ctx, tunnel("www.example.net")))
	must(t, w.Close())
	must(t, os.WriteFile(filepath.Join(goldenDir, "want.jsonl"), lines(t, filepath.Join(goldenDir, "log"), private), 0o644))
}
