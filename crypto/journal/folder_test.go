package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"coatcheck/crypto/disk"
	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
)

// durable returns a writer to a folder, which is its own to remove.
func durable(t *testing.T, a *keys.AuditorPrivate) (dir string, w *journal.Writer) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("open files cannot be removed here")
	}
	dir = filepath.Join(t.TempDir(), "log")
	o := options(a)
	o.Sync = journal.SyncGroup
	return dir, create(t, dir, o)
}

func TestLogGoesOnInAFolderThatIsThereAgain(t *testing.T) {
	a := auditor(t)
	dir, w := durable(t, a)
	must(t, w.Begin(ctx, openOf("before")))
	must(t, os.RemoveAll(dir))
	for range 2 {
		if err := w.Begin(ctx, openOf("without")); !errors.Is(err, journal.ErrJournal) || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the folder is gone: %v", err)
		}
	}
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that may have been a volume was made: %v", err)
	}
	must(t, os.Mkdir(dir, 0o755))
	must(t, os.Chmod(dir, 0o755))
	if err := w.Ready(ctx); !errors.Is(err, disk.ErrUnsafe) {
		t.Errorf("a wide folder: %v", err)
	}
	must(t, os.Chmod(dir, 0o700))
	must(t, w.Ready(ctx))
	must(t, w.Begin(ctx, openOf("after")))
	must(t, w.Finish(ctx, closeOf("before")))
	must(t, w.Close())
	onlyFile(t, dir)
	entries, faults := readAll(dir, a)
	if len(faults) > 0 || len(entries) != 3 {
		t.Fatalf("%d entries, %v", len(entries), faults)
	}
	if g := entries[0].Gap; g == nil || g.Reason != "gone" || !g.Missing || g.Openings != 2 {
		t.Errorf("gap %+v", g)
	}
}

func TestRemovedFileIsNoticed(t *testing.T) {
	for name, remove := range map[string]func(dir, file string) error{
		"file":     func(_, file string) error { return os.Remove(file) },
		"renamed":  func(_, file string) error { return os.Rename(file, file+".old") },
		"replaced": func(_, file string) error { return errors.Join(os.Remove(file), os.WriteFile(file, nil, 0o600)) },
		"folder": func(dir, _ string) error {
			return errors.Join(os.Rename(dir, dir+".old"), os.Mkdir(dir, 0o700))
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := auditor(t)
			dir, w := durable(t, a)
			must(t, w.Begin(ctx, openOf("before")))
			must(t, remove(dir, onlyFile(t, dir)))
			if err := w.Begin(ctx, openOf("nowhere")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a record that nobody finds was acknowledged: %v", err)
			}
			must(t, w.Begin(ctx, openOf("after")))
			must(t, w.Close())
			entries, _ := readAll(dir, a)
			if len(entries) != 2 || entries[0].Gap == nil || entries[1].Exchange.ID != "after" {
				t.Errorf("%+v", entries)
			}
		})
	}
}

func TestReadySeesARemovedFileWithoutARecord(t *testing.T) {
	dir, w := durable(t, auditor(t))
	must(t, os.RemoveAll(dir))
	if err := w.Ready(ctx); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	must(t, os.Mkdir(dir, 0o700))
	must(t, w.Ready(ctx))
	must(t, w.Begin(ctx, openOf("one")))
}

func TestCloseTellsOfAFileThatIsGone(t *testing.T) {
	a := auditor(t)
	dir, w := durable(t, a)
	must(t, w.Begin(ctx, openOf("before")))
	must(t, os.Remove(onlyFile(t, dir)))
	must(t, w.Close())
	entries, faults := readAll(dir, a)
	if len(faults) > 0 || len(entries) != 1 || entries[0].Gap == nil || !entries[0].Gap.Missing {
		t.Errorf("%+v, %v", entries, faults)
	}
}

func TestCloseFailsIfItsFolderIsGone(t *testing.T) {
	dir, w := durable(t, auditor(t))
	must(t, os.RemoveAll(dir))
	if err := w.Close(); !errors.Is(err, journal.ErrJournal) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	must(t, w.Close())
}
