package journal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"coatcheck/crypto/keys"
)

func goldenFiles(t testing.TB) (files [][]byte) {
	t.Helper()
	paths, err := filepath.Glob("testdata/v1/log/*.alog")
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
	f.Fuzz(func(t *testing.T, clearPart, secret []byte) {
		rec, err := decode(clearPart, secret)
		if err != nil && err != ErrFormat {
			t.Errorf("got %v", err)
		}
		if err == nil && rec.event == eventOpen && rec.open == nil {
			t.Error("an opening without content")
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
