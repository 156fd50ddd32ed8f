package live

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWatchSeesConfigMapSwaps changes a folder as kubelet does: the files are
// links into a hidden folder behind one link, and that link is replaced.
func TestWatchSeesConfigMapSwaps(t *testing.T) {
	dir := t.TempDir()
	write := func(version, text string) {
		t.Helper()
		ok(t, os.MkdirAll(filepath.Join(dir, version), 0o755))
		ok(t, os.WriteFile(filepath.Join(dir, version, "own.yaml"), []byte(text), 0o644))
	}
	write("..1", "one")
	ok(t, os.Symlink("..1", filepath.Join(dir, "..data")))
	ok(t, os.Symlink("..data/own.yaml", filepath.Join(dir, "own.yaml")))
	for name, path := range map[string]string{"the folder": dir, "a file in it": filepath.Join(dir, "own.yaml")} {
		moved := Watch(t.Context(), []string{path})
		receive(t, moved, name+": the first look")
		write("..2", name)
		ok(t, os.Symlink("..2", filepath.Join(dir, "..tmp")))
		ok(t, os.Rename(filepath.Join(dir, "..tmp"), filepath.Join(dir, "..data")))
		receive(t, moved, name+": the swap")
	}
}

func receive(t *testing.T, moved <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-moved:
	case <-time.After(pollEvery / 2): // before the poll would see it
		t.Fatalf("%s was not seen", what)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
