package live

import (
	"context"
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"coatcheck/crypto/disk"
)

const (
	// settle is how long after the first word of a change files are read: an
	// editor or kubelet makes it in several steps.
	settle = 200 * time.Millisecond
	// pollEvery is how often files are looked at besides: network file systems
	// tell nobody of a change.
	pollEvery = 5 * time.Second
)

// Watch sends when what the files and folders at paths hold has changed, until
// ctx ends. Folders are watched and not files, which editors and ConfigMaps
// replace. Whatever the system says, contents decide.
func Watch(ctx context.Context, paths []string) <-chan struct{} {
	if len(paths) == 0 { // the built-in rules do not change
		return nil
	}
	moved := make(chan struct{}, 1)
	events := watchFolders(ctx, paths)
	files := disk.NewPatient(digest)
	last := strings.Repeat("\x00", len(paths)*sha256.Size) // so that a change since the files were first read is seen
	go func() {
		tick := time.NewTicker(pollEvery)
		defer tick.Stop()
		quiet := time.NewTimer(0)
		defer quiet.Stop()
		waiting := true
		for {
			select {
			case <-events:
				if !waiting { // a busy folder must not put it off for ever
					waiting = true
					quiet.Reset(settle)
				}
				continue
			case <-quiet.C:
				waiting = false
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			if now := contents(ctx, files, paths, last); now != last {
				last = now
				select {
				case moved <- struct{}{}:
				default: // one is waiting already
				}
			}
		}
	}()
	return moved
}

// watchFolders passes on the system's word of changes in the folders at paths
// and in those that hold the files at paths. Where the system has none to give
// it sends nothing, and the poll has to do.
func watchFolders(ctx context.Context, paths []string) <-chan struct{} {
	events := make(chan struct{}, 1)
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return events
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			_ = w.Add(filepath.Dir(path))
			continue
		}
		_ = fs.WalkDir(os.DirFS(path), ".", func(p string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() {
				_ = w.Add(filepath.Join(path, p))
			}
			return nil
		})
	}
	go func() {
		defer w.Close()
		for {
			select {
			case <-w.Events:
			case <-w.Errors: // events may be missing
			case <-ctx.Done():
				return
			}
			select {
			case events <- struct{}{}:
			default:
			}
		}
	}()
	return events
}

// patience is how long one look at a path may take.
const patience = 2 * time.Second

// contents are digests of what lies at paths. What cannot be told, as its medium
// does not answer, counts as it was in last.
func contents(ctx context.Context, files *disk.Patient, paths []string, last string) string {
	var now strings.Builder
	for i, path := range paths {
		limit, cancel := context.WithTimeout(ctx, patience)
		sum, err := files.Read(limit, path)
		cancel()
		if err != nil {
			at := i * sha256.Size
			sum = []byte(last[at : at+sha256.Size])
		}
		now.Write(sum)
	}
	return now.String()
}

// maxWatched is how much of a file is looked at, in bytes: more than of any that
// is used.
const maxWatched = 2 << 20

// digest sums up the file at path or, where it is a folder, the rule files below
// it. What cannot be read counts as absent.
func digest(path string) ([]byte, error) {
	h := sha256.New()
	add := func(name string) {
		h.Write([]byte(name + "\x00"))
		if text, err := disk.ReadShared(name, maxWatched); err == nil {
			sum := sha256.Sum256(text)
			h.Write(sum[:])
		}
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		add(path)
		return h.Sum(nil), nil
	}
	_ = fs.WalkDir(os.DirFS(path), ".", func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && (strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml")) {
			add(filepath.Join(path, p))
		}
		return nil
	})
	return h.Sum(nil), nil
}
