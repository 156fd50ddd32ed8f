package journal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"coatcheck/crypto/keys"
)

func goldenFiles(t testing.TB) (files [][]byte) {
	t.Helper()
	paths, err := filepath.Glob("testdata/v1/*/*.alog")
	if err != nil || len(paths) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, raw)
	}
	return files
}

// drain reads a file to its end or first fault.
func drain(raw []byte, auditors ...*keys.AuditorPrivate) (records int, err error) {
	r, err := newReader("file", bytes.NewReader(raw), int64(len(raw)), auditors)
	for err == nil {
		if _, err = r.next(); err == nil {
			records++
		}
	}
	return records, err
}

// FuzzReadFile plays who can write files, header and all, and knows the
// auditor's public key, but for the seed that it wraps.
func FuzzReadFile(f *testing.F) {
	for _, raw := range goldenFiles(f) {
		f.Add(raw)
		f.Add(raw[:len(raw)-5])
	}
	f.Add([]byte(magic + "\xff\xff\xff\xff"))
	f.Add([]byte(magic + "\x00\x00\x00\x02{}\x00\x00\x00\x00"))
	a, err := keys.NewAuditor()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var fault *FileError
		if n, err := drain(raw, a); n > 0 || !errors.As(err, &fault) {
			t.Errorf("%d records, %v", n, err)
		}
	})
}

// FuzzFrames feeds frames with good lengths and checksums to a reader that
// holds the key.
func FuzzFrames(f *testing.F) {
	// Each process that fuzzes has its own seed, so that no input is genuine in
	// another one by chance.
	seed := random(seedSize)
	genuine, err := newChain([]byte("header"), bytes.Clone(seed))
	if err != nil {
		f.Fatal(err)
	}
	frame, err := genuine.seal(kindData, []byte(`{"event":"open"}`), []byte(`{}`))
	if err != nil {
		f.Fatal(err)
	}
	frame[len(frame)-1] ^= 1
	f.Add(frame[frameHead:])
	f.Add(make([]byte, minBody))
	f.Fuzz(func(t *testing.T, body []byte) {
		forged := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		forged = binary.BigEndian.AppendUint32(forged, crc32.Checksum(body, castagnoli))
		forged = append(forged, body...)
		c, err := newChain([]byte("header"), bytes.Clone(seed))
		if err != nil {
			t.Fatal(err)
		}
		r := &reader{name: "file", src: bufio.NewReader(bytes.NewReader(forged)), size: int64(len(forged)), chain: c}
		var fault *FileError
		if _, err := r.next(); !errors.As(err, &fault) {
			t.Errorf("a frame that was not sealed passed: %x, %v", forged, err)
		}
	})
}

// FuzzDecode feeds parts of frames that are genuine, by a later version say.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"event":"open","time_ms":1,"exchange":"01A"}`), []byte(`{"spans":[{"path":"/a"}],"sent":{"bytes":"aGk="}}`))
	f.Add([]byte(`{"event":"close"}`), []byte(`{"answer":null}`))
	f.Add([]byte(`{"event":"note","name":"start"}`), []byte(`{}`))
	f.Add([]byte(`{"event":"config","auditors":[]}`), []byte(``))
	f.Add([]byte(`{"event":"gap","file":"a.alog","n":18446744073709551615,"reason":"full","unsure":1,"openings":2}`), []byte(``))
	f.Fuzz(func(t *testing.T, clearPart, secret []byte) {
		rec, err := decode(clearPart, secret)
		if err != nil && err != ErrFormat {
			t.Errorf("got %v", err)
		}
		if err == nil && rec.event == eventOpen && rec.open == nil {
			t.Error("an opening without content")
		}
		if err == nil && rec.event == eventGap && rec.gap == nil {
			t.Error("a gap without content")
		}
	})
}

// FuzzGap changes a file that was given up, and what the next one says of it.
// Whatever it is changed to, what Begin acknowledged is read or its loss told.
func FuzzGap(f *testing.F) {
	a, err := keys.NewAuditor()
	if err != nil {
		f.Fatal(err)
	}
	s := &shelf{}
	w := onShelf(f, s, a)
	for i := range 3 {
		if err := w.Begin(f.Context(), open(fmt.Sprint(i))); err != nil {
			f.Fatal(err)
		}
	}
	first := s.last()
	first.limit = len(first.data) + 40
	if w.Begin(f.Context(), open("refused")) == nil {
		f.Fatal("a full medium took a record")
	}
	whole := bytes.Clone(first.data)
	f.Add(uint32(len(whole)-1), []byte{0}, uint64(3), uint64(1))
	f.Add(uint32(len(whole)-200), bytes.Repeat([]byte{0}, 200), uint64(3), uint64(1))
	f.Add(uint32(0), whole[:300], uint64(1<<64-1), uint64(1<<64-1))
	f.Add(uint32(len(whole)-41), []byte{}, uint64(0), uint64(0))
	f.Fuzz(func(t *testing.T, at uint32, change []byte, last, unsure uint64) {
		raw := bytes.Clone(whole)
		copy(raw[int(at)%len(raw):], change)
		gap := Gap{File: s.names[0], Last: last, Reason: "full", Unsure: unsure}
		next := &shelf{}
		if _, err := start(w.options, next.create, origin{s.names[0], w.segment.durable.head[:]}, &gap); err != nil {
			t.Fatal(err)
		}
		next.names, next.media = append(next.names, s.names[0]), append(next.media, &medium{data: raw})
		got := read(next.store(t, all), a)
		if len(got.faults) == 0 && (len(got.exchanges) != 3 || len(got.gaps) != 1) && last >= 3 {
			t.Errorf("lost without a word: %d exchanges, %d gaps", len(got.exchanges), len(got.gaps))
		}
		if bytes.Equal(raw, whole) && last != 3 && len(got.faults) == 0 {
			t.Errorf("a gap that names frame %d with the head of frame 3 passed", last)
		}
	})
}

func TestReaderAllocatesNoMoreThanTheFileHolds(t *testing.T) {
	raw := goldenFiles(t)[0]
	n := len(magic) + 4 + int(binary.BigEndian.Uint32(raw[len(magic):])) + 4
	huge := binary.BigEndian.AppendUint32(bytes.Clone(raw[:n]), 1<<31)
	huge = append(huge, raw[n+4:]...)
	private, err := keys.NewAuditor()
	if err != nil {
		t.Fatal(err)
	}
	m := &medium{}
	on(t, m, private)
	own := bytes.Clone(m.data)
	end := len(magic) + 4 + int(binary.BigEndian.Uint32(own[len(magic):])) + 4
	binary.BigEndian.PutUint32(own[end:], 1<<31)
	for name, file := range map[string][]byte{
		"header of 4 GiB": append([]byte(magic+"\xff\xff\xff\xff"), raw...),
		"frame of 2 GiB":  own,
		"foreign file":    huge,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if n, err := drain(file, private); n > 0 || err == nil {
			t.Errorf("%s: %d records, %v", name, n, err)
		}
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
			t.Errorf("%s: %d bytes were allocated for a file of %d", name, grown, len(file))
		}
	}
}
