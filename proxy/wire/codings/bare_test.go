package codings

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func TestBareKnowsWhatNobodyScanned(t *testing.T) {
	const text = `{"input":"hello"}`
	member := func(h gzip.Header) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Header = h
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		return b.Bytes()
	}
	var deflated, br bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	w := brotli.NewWriter(&br)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	e, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	frame := e.EncodeAll([]byte(text), nil)
	hidden := append([]byte{0x53, 0x2a, 0x4d, 0x18}, binary.LittleEndian.AppendUint32(nil, 5)...)
	hidden = append(hidden, "jane@"...)

	for _, tt := range []struct {
		name, coding string
		coded        []byte
		want         bool
	}{
		{"identity", "", []byte(text), true},
		{"gzip", "gzip", member(gzip.Header{}), true},
		{"gzip, two members", "gzip", append(member(gzip.Header{}), member(gzip.Header{})...), true},
		{"gzip with a name", "gzip", member(gzip.Header{Name: "jane@example.com"}), false},
		{"gzip with a comment", "gzip", member(gzip.Header{Comment: "jane@example.com"}), false},
		{"gzip with an extra field", "x-gzip", member(gzip.Header{Extra: []byte("jane")}), false},
		{"a name in the second member", "gzip", append(member(gzip.Header{}), member(gzip.Header{Name: "x"})...), false},
		{"deflate", "deflate", deflated.Bytes(), true},
		{"brotli", "br", br.Bytes(), false},
		{"zstd", "zstd", frame, true},
		{"zstd behind a skippable frame", "zstd", append(bytes.Clone(hidden), frame...), false},
		{"zstd before a skippable frame", "zstd", append(bytes.Clone(frame), hidden...), false},
		{"unknown", "snappy", []byte(text), false},
	} {
		if got := Bare(tt.coding, tt.coded); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// FuzzBare never panics, whatever the bytes are.
func FuzzBare(f *testing.F) {
	f.Add("gzip", []byte("\x1f\x8b\x08\x08"))
	f.Add("zstd", []byte("\x2a\x4d\x18"))
	f.Fuzz(func(_ *testing.T, coding string, coded []byte) { Bare(coding, coded) })
}
