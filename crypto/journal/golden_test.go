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
	var got bytes.Buffer
	for e, err := range journal.Read(filepath.Join(goldenDir, "log"), goldenAuditor(t)) {
		must(t, err)
		must(t, json.NewEncoder(&got).Encode(e))
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("got\n%swant\n%s", got.Bytes(), want)
	}
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
	var want bytes.Buffer
	for e, err := range journal.Read(filepath.Join(goldenDir, "log"), private) {
		must(t, err)
		must(t, json.NewEncoder(&want).Encode(e))
	}
	must(t, os.WriteFile(filepath.Join(goldenDir, "want.jsonl"), want.Bytes(), 0o644))
}
