package journal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
)

// sample returns a small file of n exchanges, closed properly.
func sample(t testing.TB, a *keys.AuditorPrivate, n int) []byte {
	t.Helper()
	dir := t.TempDir() + "/log"
	w := create(t, dir, options(a))
	for i := range n {
		id := fmt.Sprint("E", i)
		must(t, w.Begin(ctx, journal.Open{Clear: journal.OpenClear{Exchange: id, Entities: map[string]int{"EMAIL": 2}}}))
		must(t, w.Finish(ctx, journal.Close{Clear: journal.CloseClear{Exchange: id, Outcome: "done"}}))
	}
	must(t, w.Close())
	raw, err := os.ReadFile(onlyFile(t, dir))
	must(t, err)
	return raw
}

// split cuts a file as the package comment describes it, with none of its code.
func split(t testing.TB, raw []byte) (header []byte, frames [][]byte) {
	t.Helper()
	const magic = "CCLOG1\n"
	if !bytes.HasPrefix(raw, []byte(magic)) {
		t.Fatal("no magic")
	}
	end := len(magic) + 4 + int(binary.BigEndian.Uint32(raw[len(magic):])) + 4
	header, rest := raw[:end], raw[end:]
	for len(rest) > 0 {
		n := 8 + int(binary.BigEndian.Uint32(rest))
		if crc32.Checksum(rest[8:n], crc32.MakeTable(crc32.Castagnoli)) != binary.BigEndian.Uint32(rest[4:]) {
			t.Fatal("a frame's checksum is wrong")
		}
		if seq := binary.BigEndian.Uint64(rest[9:]); seq != uint64(len(frames)) {
			t.Fatalf("frame %d has number %d", len(frames), seq)
		}
		frames = append(frames, rest[:n])
		rest = rest[n:]
	}
	return header, frames
}

// in reads raw as the only file of a folder.
func in(t testing.TB, raw []byte, auditors ...*keys.AuditorPrivate) (entries []journal.Entry, faults []error) {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "test-20260131T120000Z-00.alog"), raw, 0o600))
	return readAll(dir, auditors...)
}

// records counts the frames that entries of closed exchanges stand for.
func records(entries []journal.Entry) (n int) {
	for _, e := range entries {
		if e.Exchange.Open != nil {
			n++
		}
		if e.Exchange.Close != nil {
			n++
		}
	}
	return n
}

func TestEveryFlippedBitIsNoticed(t *testing.T) {
	a := auditor(t)
	raw := sample(t, a, 2)
	whole, faults := in(t, raw, a)
	if len(faults) > 0 || records(whole) != 4 {
		t.Fatalf("undamaged: %d records, %v", records(whole), faults)
	}
	for i := range raw {
		damaged := bytes.Clone(raw)
		damaged[i] ^= 1 << (i % 8)
		if _, faults := in(t, damaged, a); len(faults) == 0 {
			t.Errorf("bit %d of byte %d of %d", i%8, i, len(raw))
		}
	}
}

func TestFileCutAnywhereGivesItsWholeFrames(t *testing.T) {
	a := auditor(t)
	raw := sample(t, a, 2)
	header, frames := split(t, raw)
	ends := []int{len(header)}
	for _, f := range frames {
		ends = append(ends, ends[len(ends)-1]+len(f))
	}
	for _, tail := range [][]byte{nil, make([]byte, 4096)} {
		// Zeros are tried at fewer places: each is another 4 KB to read.
		for cut := 0; cut < len(raw); cut += 1 + len(tail)/512 {
			entries, faults := in(t, append(bytes.Clone(raw[:cut]), tail...), a)
			at, whole := slices.BinarySearch(ends, cut)
			if !whole {
				at--
			}
			// The first frame is the configuration, the last the stop.
			if want := min(max(at-1, 0), 4); records(entries) != want {
				t.Fatalf("cut at %d, %d zeros: %d records, want %d", cut, len(tail), records(entries), want)
			}
			// Zeros behind a frame are room, and so are the first bytes of the
			// next one's length.
			if at >= 0 && len(bytes.Trim(raw[ends[at]:cut], "\x00")) == 0 {
				if len(faults) > 0 {
					t.Fatalf("cut at %d, between frames, %d zeros: %v", cut, len(tail), faults)
				}
				continue
			}
			if len(faults) != 1 {
				t.Fatalf("cut at %d, %d zeros: %v", cut, len(tail), faults)
			}
			if cut >= len(header) && !errors.Is(faults[0], journal.ErrTorn) {
				t.Fatalf("cut at %d, %d zeros: %v", cut, len(tail), faults)
			}
		}
	}
}

func TestEditedLogIsNoticed(t *testing.T) {
	a := auditor(t)
	raw, sibling := sample(t, a, 3), sample(t, a, 3)
	header, frames := split(t, raw)
	otherHeader, otherFrames := split(t, sibling)
	tests := []struct {
		name string
		edit func(f [][]byte) [][]byte
	}{
		{"drop the first", func(f [][]byte) [][]byte { return f[1:] }},
		{"drop one", func(f [][]byte) [][]byte { return slices.Delete(f, 3, 4) }},
		{"repeat one", func(f [][]byte) [][]byte { return slices.Insert(f, 3, f[3]) }},
		{"swap two", func(f [][]byte) [][]byte { f[3], f[4] = f[4], f[3]; return f }},
		{"take one from a sibling", func(f [][]byte) [][]byte { f[3] = otherFrames[3]; return f }},
		{"change the clear part", func(f [][]byte) [][]byte {
			f[3] = bytes.Replace(f[3], []byte(`"EMAIL":2`), []byte(`"EMAIL":1`), 1)
			return f
		}},
		{"change the kind", func(f [][]byte) [][]byte { f[3][8] = 3; return f }},
		{"an unknown kind", func(f [][]byte) [][]byte { f[3][8] = 9; return f }},
		{"a clear part longer than the body", func(f [][]byte) [][]byte { f[3][17] = 0xff; return f }},
		{"add one that nobody sealed", func(f [][]byte) [][]byte { return append(f, bytes.Clone(f[len(f)-1])) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var list [][]byte
			for _, f := range frames {
				list = append(list, bytes.Clone(f))
			}
			entries, faults := in(t, join(header, test.edit(list)), a)
			if len(faults) != 1 || !errors.Is(faults[0], journal.ErrTampered) {
				t.Errorf("%d records, %v", records(entries), faults)
			}
		})
	}
	if _, faults := in(t, join(otherHeader, frames), a); len(faults) != 1 || !errors.Is(faults[0], journal.ErrTampered) {
		t.Errorf("frames under a sibling's header: %v", faults)
	}
}

// join puts a file together, with numbers and checksums as a forger would set them.
func join(header []byte, frames [][]byte) []byte {
	out := bytes.Clone(header)
	for i, f := range frames {
		f = bytes.Clone(f)
		binary.BigEndian.PutUint64(f[9:], uint64(i))
		binary.BigEndian.PutUint32(f[4:], crc32.Checksum(f[8:], crc32.MakeTable(crc32.Castagnoli)))
		out = append(out, f...)
	}
	return out
}

// rotated writes exchanges over several files and returns the folder. Each
// exchange is closed after the next one was opened.
func rotated(t *testing.T, a *keys.AuditorPrivate, n int) string {
	t.Helper()
	dir, o := t.TempDir()+"/log", options(a)
	o.MaxBytes = 4 << 10
	w := create(t, dir, o)
	for i := range n {
		must(t, w.Begin(ctx, openOf(fmt.Sprintf("E%03d", i))))
		if i > 0 {
			must(t, w.Finish(ctx, closeOf(fmt.Sprintf("E%03d", i-1))))
		}
	}
	must(t, w.Close())
	return dir
}

func TestExchangesAreJoinedAcrossFiles(t *testing.T) {
	a := auditor(t)
	dir := rotated(t, a, 50)
	files, err := filepath.Glob(dir + "/*.alog")
	must(t, err)
	if len(files) < 10 {
		t.Fatalf("%d files", len(files))
	}
	for _, path := range files {
		info, err := os.Stat(path)
		must(t, err)
		if info.Size() > 5<<10 {
			t.Errorf("a file of %d bytes", info.Size())
		}
	}
	entries, faults := readAll(dir, a)
	if len(faults) > 0 || len(entries) != 50 {
		t.Fatalf("%d entries, %v", len(entries), faults)
	}
	for i, e := range entries {
		if id := fmt.Sprintf("E%03d", i); e.Exchange.ID != id || e.Exchange.Open == nil || (e.Exchange.Close == nil) != (i == 49) {
			t.Errorf("entry %d is %s, open %v, close %v", i, e.Exchange.ID, e.Exchange.Open != nil, e.Exchange.Close != nil)
		}
	}
	// Without one file the others are read, and nothing is joined wrongly.
	must(t, os.Remove(files[3]))
	less, faults := readAll(dir, a)
	if len(faults) > 0 || len(less) >= 50+2 || records(less) < 99-8 || records(less) >= 99 {
		t.Errorf("without a file: %d entries, %d records, %v", len(less), records(less), faults)
	}
}

func TestFileThatLostItsEndIsNoticedByTheNext(t *testing.T) {
	a := auditor(t)
	dir := rotated(t, a, 10)
	files := map[string][]byte{}
	paths, err := filepath.Glob(dir + "/*.alog")
	must(t, err)
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		must(t, err)
		files[path] = raw
	}
	followed := 0
	for path, raw := range files {
		name, next := `"prev_file":"`+filepath.Base(path)+`"`, ""
		for other, text := range files {
			if header, _ := split(t, text); strings.Contains(string(header), name) {
				next = other
				if !strings.Contains(string(header), `"prev_head":"`+headOf(t, raw)+`"`) {
					t.Error("the next file does not hold the head of the one that it names")
				}
			}
		}
		if next == "" {
			continue
		}
		followed++
		// Cut between frames, which by itself looks like a process that died.
		header, frames := split(t, raw)
		must(t, os.WriteFile(path, join(header, frames[:len(frames)-1]), 0o600))
		var fault *journal.FileError
		_, faults := readAll(dir, a)
		if len(faults) != 1 || !errors.Is(faults[0], journal.ErrTampered) || !errors.As(faults[0], &fault) || fault.File != filepath.Base(next) {
			t.Errorf("%v", faults)
		}
		must(t, os.WriteFile(path, raw, 0o600))
	}
	if followed != len(files)-1 || followed < 2 {
		t.Errorf("%d of %d files are followed", followed, len(files))
	}
}

func headOf(t *testing.T, raw []byte) string {
	t.Helper()
	header, frames := split(t, raw)
	head := sha256.Sum256(header)
	for _, f := range frames {
		head = sha256.Sum256(append(head[:], f...))
	}
	return hex.EncodeToString(head[:])
}

func TestFilesThatNameEachOtherEnd(t *testing.T) {
	a := auditor(t)
	dir := t.TempDir()
	raw := sample(t, a, 1)
	header, frames := split(t, raw)
	for name, prev := range map[string]string{"test-20260131T120000Z-00.alog": "test-20260131T120001Z-00.alog", "test-20260131T120001Z-00.alog": "test-20260131T120000Z-00.alog"} {
		text := strings.Replace(string(header[11:len(header)-4]), `"prev_file":""`, `"prev_file":"`+prev+`"`, 1)
		forged := binary.BigEndian.AppendUint32([]byte("CCLOG1\n"), uint32(len(text)))
		forged = append(forged, text...)
		forged = binary.BigEndian.AppendUint32(forged, crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli)))
		must(t, os.WriteFile(filepath.Join(dir, name), join(forged, frames), 0o600))
	}
	if _, faults := readAll(dir, a); len(faults) != 2 {
		t.Errorf("%v", faults)
	}
}

func TestWhatIsNoJournalIsNamed(t *testing.T) {
	a := auditor(t)
	dir := t.TempDir()
	must(t, os.WriteFile(dir+"/x.alog", []byte("hello, this is no journal"), 0o600))
	must(t, os.WriteFile(dir+"/empty.alog", nil, 0o600))
	must(t, os.Mkdir(dir+"/folder.alog", 0o700))
	must(t, os.WriteFile(dir+"/notes.txt", []byte("not ours"), 0o600))
	_, faults := readAll(dir, a)
	want := map[string]error{"x.alog": journal.ErrFormat, "empty.alog": journal.ErrTorn, "folder.alog": journal.ErrFormat}
	for _, err := range faults {
		var fault *journal.FileError
		if !errors.As(err, &fault) || !errors.Is(err, want[fault.File]) {
			t.Errorf("got %v", err)
		}
	}
	if len(faults) != len(want) {
		t.Errorf("%v", faults)
	}
	if _, faults := readAll(dir+"/missing", a); len(faults) != 1 || !errors.Is(faults[0], os.ErrNotExist) {
		t.Errorf("%v", faults)
	}
}

func TestReadingMayStopAnywhere(t *testing.T) {
	a := auditor(t)
	dir := rotated(t, a, 20)
	for stop := range 25 {
		n := 0
		for range journal.Read(dir, a) {
			if n++; n > stop {
				break
			}
		}
		if n != stop+1 {
			t.Errorf("stopped after %d", n)
		}
	}
}
