package journal

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coatcheck/crypto/keys"
)

// Read returns what the files in dir hold, merged in the order of time; an
// exchange comes when it was closed, one that was never closed when its stream
// ended. A fault of a file is a *FileError; the loop may go on after it, with
// what was whole before the fault and with the other files. A folder that
// cannot be listed is the only entry. The torn end of a file that was given up
// is no fault: the [Gap] of the file that goes on from it tells of it.
//
// It holds a file open only from its first record to its last, and in memory no
// more than a record of each and the exchanges that are open at a time.
func Read(dir string, auditors ...*keys.AuditorPrivate) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		names, err := list(dir)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		m := &merge{
			dir: dir, all: names, names: names, auditors: auditors, yield: yield,
			parked: map[string]*source{}, heads: map[string]string{}, handed: map[string]unclosed{},
			torn: map[string]int64{},
		}
		m.run()
		for _, s := range m.active {
			s.file.Close()
		}
		for _, s := range m.parked {
			s.file.Close()
		}
	}
}

// list returns the names of the journals in dir, oldest first.
func list(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) {
			names = append(names, e.Name())
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return began(a).Compare(began(b)) })
	return names, nil
}

// openFile opens a file in dir and returns its size in bytes.
func openFile(dir, name string) (*os.File, int64, error) {
	path := filepath.Join(dir, name)
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for its other end
		err = ErrFormat
	}
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(path)
	return f, info.Size(), err
}

// began returns the time in a file's name, or the zero time of a file that was
// renamed. No record in the file is older, clocks allowing.
func began(name string) time.Time {
	parts := strings.Split(strings.TrimSuffix(name, suffix), "-")
	if len(parts) < 2 {
		return time.Time{}
	}
	t, err := time.Parse(nameLayout, parts[len(parts)-2])
	if err != nil {
		return time.Time{}
	}
	return t
}

// successors returns the files that say in their headers that they go on from
// another one, by its name. Nothing vouches for headers: they are only where to
// look for gaps.
func successors(dir string, names []string) map[string][]string {
	next := map[string][]string{}
	for _, name := range names {
		f, size, err := openFile(dir, name)
		if err != nil {
			continue // it is reported when its turn comes
		}
		if h, _, err := readHeader(f, size); err == nil && h.PrevFile != "" {
			next[h.PrevFile] = append(next[h.PrevFile], name)
		}
		f.Close()
	}
	return next
}

// gapAfter returns what a file that goes on from another one says of it, or nil.
func (m *merge) gapAfter(name string) *Gap {
	for _, after := range m.next[name] {
		s, err := m.source(after)
		if err != nil {
			continue
		}
		_, err = s.next() // its configuration
		var rec record
		if err == nil {
			rec, err = s.next()
		}
		s.file.Close()
		if err == nil && rec.gap != nil && rec.gap.File == name {
			return rec.gap
		}
	}
	return nil
}
