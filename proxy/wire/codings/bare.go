package codings

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
)

// Bare reports whether a compressed body, which [Inflate] could read, holds
// nothing besides what it decompresses to. Formats have room for names,
// comments and frames that decoders pass over, and that nobody has scanned.
//
// For brotli it is always false: its metadata cannot be seen from outside.
func Bare(codings string, coded []byte) bool {
	coding, err := singleCoding(codings)
	switch {
	case err != nil || coding == "br":
		return false
	case coding == "gzip":
		return bareGzip(coded)
	case coding == "zstd":
		return bareZstd(coded)
	default: // identity; deflate and zlib have no such room (RFC 1950, 1951)
		return true
	}
}

// bareGzip looks at the header of every member (RFC 1952, 2.3).
func bareGzip(coded []byte) bool {
	src := bufio.NewReader(bytes.NewReader(coded))
	z, err := gzip.NewReader(src)
	for ; err == nil; err = z.Reset(src) {
		if z.Name != "" || z.Comment != "" || len(z.Extra) > 0 {
			return false
		}
		z.Multistream(false)
		if _, err := io.Copy(io.Discard, z); err != nil {
			return false
		}
	}
	return errors.Is(err, io.EOF)
}

// bareZstd looks for the magic number of skippable frames (RFC 8878, 3.1.2)
// anywhere: one that stands in compressed data by chance costs a body its
// coding, and nothing else.
func bareZstd(coded []byte) bool {
	for at := 1; ; {
		i := bytes.Index(coded[min(at, len(coded)):], []byte{0x2a, 0x4d, 0x18})
		if i < 0 {
			return true
		}
		if coded[at+i-1]>>4 == 5 {
			return false
		}
		at += i + 1
	}
}
