//go:build unix

package secrets

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestSecretsPassHungSources: a file that became a pipe, a device or a folder is
// a fault of its own and takes away no other value.
func TestSecretsPassHungSources(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(
		syscall.Mkfifo(at("pipe"), 0o600),
		os.Symlink("/dev/zero", at("endless")),
		os.WriteFile(at("b"), []byte("c0rrect-h0rse-b4ttery"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	read, err := Sources{List: []Source{{File: at("pipe")}, {File: at("endless")}, {File: dir}, {File: at("b")}, {File: at("b")}}}.Read(t.Context())
	if len(read) != 2 || read[0].Name != "b" {
		t.Errorf("%d values are read", len(read))
	}
	for _, want := range []string{"entry 1: ", "entry 2: ", "entry 3: "} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "entry 4") {
			t.Errorf("%v, want it to hold %q", err, want)
		}
	}
}
