package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"coatcheck/crypto/disk"
)

func TestUnsafeFilesAreRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes here")
	}
	tests := []struct {
		name string
		make func(t *testing.T, path string)
	}{
		{"readable by the group", func(t *testing.T, path string) { write(t, path, 0o640) }},
		{"readable by all", func(t *testing.T, path string) { write(t, path, 0o644) }},
		{"writable by all", func(t *testing.T, path string) { write(t, path, 0o602) }},
		{"executable", func(t *testing.T, path string) { write(t, path, 0o700) }},
		{"a link to a private file", func(t *testing.T, path string) {
			write(t, path+".real", 0o600)
			must(t, os.Symlink(path+".real", path))
		}},
		{"a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }},
		{"another user's", func(t *testing.T, path string) {
			write(t, path, 0o600)
			if err := os.Chown(path, 12345, -1); err != nil {
				t.Skip("only root can give a file away")
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			test.make(t, path)
			data, err := disk.Read(path)
			if !errors.Is(err, disk.ErrUnsafe) || data != nil {
				t.Errorf("got %d bytes and %v", len(data), err)
			}
		})
	}
}

func TestWideFolderIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes here")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	must(t, disk.Dir(dir))
	must(t, disk.Dir(dir))
	must(t, os.Chmod(dir, 0o755))
	err := disk.Dir(dir)
	if !errors.Is(err, disk.ErrUnsafe) || !strings.Contains(err.Error(), "chmod 700 "+dir) {
		t.Errorf("got %v", err)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	var made atomic.Int32
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			err := disk.Create(path, []byte{byte('0' + i)})
			if err == nil {
				made.Add(1)
			} else if !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if made.Load() != 1 {
		t.Errorf("%d calls made the file", made.Load())
	}
	data, err := disk.Read(path)
	if err != nil || len(data) != 1 {
		t.Errorf("got %q, %v", data, err)
	}
	onlyFile(t, dir)
}

func TestReplaceKeepsTheAskedMode(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, mode := range []fs.FileMode{0o600, 0o644} {
		must(t, disk.Replace(path, []byte("new"), mode))
		info, err := os.Stat(path)
		must(t, err)
		if runtime.GOOS != "windows" && info.Mode().Perm() != mode {
			t.Errorf("mode %o, want %o", info.Mode().Perm(), mode)
		}
	}
	onlyFile(t, dir)
}

func TestReadRefusesHugeFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(path, make([]byte, disk.MaxSize+1), 0o600))
	if data, err := disk.Read(path); err == nil {
		t.Errorf("read %d bytes", len(data))
	}
}

func TestLockLetsOneInAtATime(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no locks here")
	}
	path := filepath.Join(t.TempDir(), ".lock")
	var inside, most atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			unlock, err := disk.Lock(path)
			if err != nil {
				t.Error(err)
				return
			}
			most.Store(max(most.Load(), inside.Add(1)))
			runtime.Gosched()
			inside.Add(-1)
			if err := unlock(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if most.Load() != 1 {
		t.Errorf("%d holders at once", most.Load())
	}
}

func write(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	must(t, os.WriteFile(path, []byte("content"), 0o600))
	must(t, os.Chmod(path, mode))
}

// onlyFile fails if a temporary file was left behind.
func onlyFile(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("left in the folder: %v", entries)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		path, dir string
		want      bool
	}{
		{"/a", "/a", true},
		{"/a/b/c", "/a", true},
		{"/a", "/", true},
		{"/a", "/a/b", false},
		{"/ab", "/a", false},
		{"/a/..b", "/a", true},
		{"/..a", "/a", false},
	} {
		if got := disk.Within(c.path, c.dir); got != c.want {
			t.Errorf("within(%s, %s) = %v", c.path, c.dir, got)
		}
	}
}
