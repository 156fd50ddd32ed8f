package journal

import (
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"coatcheck/crypto/keys"
)

// Read returns what the files in dir hold, merged in the order of time; an
// exchange comes when it was closed, one that was never closed when its stream
// ended. A fault of a file is a *FileError; the loop may go on after it, with
// what was whole before the fault and with the other files. A folder that
// cannot be listed is the only entry.
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
			dir: dir, names: names, auditors: auditors, yield: yield,
			parked: map[string]*source{}, heads: map[string]string{}, handed: map[string]unclosed{},
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
