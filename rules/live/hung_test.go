//go:build unix

package live

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestWatchPassesPipes: what cannot be read hides no change of other files.
func TestWatchPassesPipes(t *testing.T) {
	dir := t.TempDir()
	ok(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	ok(t, syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600))
	file := filepath.Join(t.TempDir(), "file")
	moved := Watch(t.Context(), []string{filepath.Join(dir, "pipe"), dir, file})
	receive(t, moved, "the first look")
	ok(t, os.WriteFile(file, []byte("new"), 0o600))
	receive(t, moved, "the file beside a pipe")
}
