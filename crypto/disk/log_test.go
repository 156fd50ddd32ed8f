package disk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"coatcheck/crypto/disk"
)

func TestAppendMakesOnlyNewFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	l, err := disk.Append(path)
	must(t, err)
	for _, part := range []string{"a", "b"} {
		_, err = l.Write([]byte(part))
		must(t, err)
	}
	if _, err := disk.Append(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	must(t, l.Close())
	if data, err := disk.Read(path); err != nil || string(data) != "ab" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestKeptSeesWhatHappensToAName(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("open files cannot be removed here")
	}
	for name, change := range map[string]func(path string) error{
		"nothing":  func(string) error { return nil },
		"grown":    func(path string) error { return os.Chtimes(path, time.Time{}, time.Unix(1, 0)) },
		"removed":  os.Remove,
		"replaced": func(path string) error { return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)) },
		"linked":   func(path string) error { return errors.Join(os.Rename(path, path+"2"), os.Symlink(path+"2", path)) },
		"folder":   func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
	} {
		path := filepath.Join(t.TempDir(), "folder", "file")
		must(t, disk.Dir(filepath.Dir(path)))
		l, err := disk.Append(path)
		must(t, err)
		must(t, change(path))
		kept := name == "nothing" || name == "grown"
		if err := l.Kept(); kept != (err == nil) || (!kept && !errors.Is(err, fs.ErrNotExist)) {
			t.Errorf("%s: %v", name, err)
		}
		must(t, l.Close())
	}
}

func TestWritingIsSeenByOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no locks here")
	}
	path := filepath.Join(t.TempDir(), "file")
	l, err := disk.Append(path)
	must(t, err)
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	for range 2 { // a look leaves nothing behind
		if !disk.Writing(f) {
			t.Error("an open log is not seen to be open")
		}
	}
	must(t, l.Close())
	if disk.Writing(f) {
		t.Error("a closed log is seen to be open")
	}
}

// Parts of many lengths, synced by several at once while they are written:
// while the log is open zeros at most follow what was written, afterwards
// nothing does.
func TestLogHoldsWhatWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	l, err := disk.Append(path)
	must(t, err)
	var want []byte
	var group sync.WaitGroup
	for i := range 400 {
		part := bytes.Repeat([]byte{byte(i%255) + 1}, i*i%20_000)
		want = append(want, part...)
		_, err := l.Write(part)
		must(t, err)
		if i%7 == 0 {
			group.Go(func() {
				if err := l.Sync(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	must(t, l.Sync())
	raw, err := os.ReadFile(path)
	must(t, err)
	n, err := disk.Length(bytes.NewReader(raw), int64(len(raw)))
	must(t, err)
	if n != int64(len(want)) || !bytes.Equal(raw[:n], want) {
		t.Errorf("an open log holds %d bytes, want %d", n, len(want))
	}
	if room := len(raw) - len(want); runtime.GOOS == "linux" && (room < 32<<10 || room > 4<<20) {
		t.Errorf("%d bytes of room", room)
	}
	must(t, l.Close())
	if raw, err := os.ReadFile(path); err != nil || !bytes.Equal(raw, want) {
		t.Errorf("a closed log holds %d bytes, want %d: %v", len(raw), len(want), err)
	}
	if err := l.Sync(); err == nil {
		t.Error("a closed log was synced")
	}
}

func TestLengthIsThatOfTheContent(t *testing.T) {
	for _, content := range []int{0, 1, 511, 64 << 10, 64<<10 + 1, 200_000} {
		for _, room := range []int{0, 1, 64<<10 - 1, 64 << 10, 300_000} {
			raw := append(bytes.Repeat([]byte{7}, content), make([]byte, room)...)
			// The file may have been cut to its content since its size was read.
			for _, now := range [][]byte{raw, raw[:content]} {
				n, err := disk.Length(bytes.NewReader(now), int64(len(raw)))
				if err != nil || n != int64(content) {
					t.Errorf("%d bytes of content, %d of room: got %d, %v", content, room, n, err)
				}
			}
		}
	}
}
