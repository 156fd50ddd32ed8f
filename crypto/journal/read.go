package journal

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coatcheck/crypto/disk"
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

// input is a file as it was when it was opened: it may be growing.
type input struct {
	*os.File
	size  int64 // bytes that may be content
	zeros int64 // how many of these are zeros at the end
	room  bool  // more zeros follow
}

// maxZeros is more zeros than a frame ends in, but for one in 2^128.
const maxZeros = 16

// openFile opens a file in dir.
func openFile(dir, name string) (*input, error) {
	path := filepath.Join(dir, name)
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for its other end
		err = ErrFormat
	}
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	end, err := disk.Length(f, info.Size())
	if err != nil {
		f.Close()
		return nil, err
	}
	size := min(end+maxZeros, info.Size())
	return &input{File: f, size: size, zeros: size - end, room: size < info.Size()}, nil
}

// patience is how long a frame that is being written may take: no time, unless
// its writer is stopped in the middle.
const patience = 200 * time.Millisecond

// written reports whether the frame at an offset becomes whole while it is
// looked at again.
func (in *input) written(offset int64) bool {
	for end := time.Now().Add(patience); disk.Writing(in.File) && time.Now().Before(end); time.Sleep(patience / 100) {
		head := make([]byte, frameHead)
		if _, err := in.ReadAt(head, offset); err != nil {
			return false
		}
		n := int64(binary.BigEndian.Uint32(head))
		if n > maxFrame {
			return false
		}
		sum := crc32.New(castagnoli)
		_, err := io.Copy(sum, io.NewSectionReader(in, offset+frameHead, n))
		if err == nil && sum.Sum32() == binary.BigEndian.Uint32(head[4:]) {
			return true
		}
	}
	return false
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
		f, err := openFile(dir, name)
		if err != nil {
			continue // it is reported when its turn comes
		}
		if h, _, err := readHeader(f, f.size); err == nil && h.PrevFile != "" {
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
