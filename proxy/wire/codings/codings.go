// Package codings undoes the content codings of HTTP (RFC 9110, 8.4): gzip,
// deflate, br and zstd, of a whole body and of one that is still arriving.
//
// It guarantees bounds. A whole body grows to no more than the caller allows,
// in bytes and as a ratio, a frame of zstd takes no more than 8 MiB to decode,
// and what is behind the end of compressed data is an error. One coding is
// undone, not a pile of them. No error holds a byte of the body.
//
// Functions are safe for concurrent use; a reader is used by one goroutine.
package codings

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

var (
	// ErrCoding says that a body is compressed in a way that cannot be read
	// here: a coding that is unknown, or several.
	ErrCoding = errors.New("unsupported content coding")
	// ErrMalformed says that a body is not what its coding says.
	ErrMalformed = errors.New("malformed body")
	// ErrTooLarge says that a body is larger than allowed once decompressed.
	ErrTooLarge = errors.New("body is too large")
)

const (
	// maxWindow is how far back a zstd frame may refer, and so the memory that
	// decoding one takes. RFC 8878 asks encoders to stay within it.
	maxWindow = 8 << 20
	// freeRatio is the decompressed size up to which any ratio is fine: short
	// runs of one character compress a thousandfold.
	freeRatio = 1 << 20
)

// Inflate decompresses a whole body. codings is the Content-Encoding header;
// it may name one coding of [Readable], or none. The result is at most limit
// bytes, and at most ratio times the size of body above one MiB. A body that
// is not compressed is returned as it is.
//
// The error wraps ErrCoding, ErrTooLarge or, for a damaged body or one with
// something behind its end, ErrMalformed.
func Inflate(codings string, body []byte, limit int64, ratio int) ([]byte, error) {
	coding, err := singleCoding(codings)
	if err != nil {
		return nil, err
	}
	if coding == "identity" {
		if int64(len(body)) > limit {
			return nil, ErrTooLarge
		}
		return body, nil
	}
	limit = min(limit, max(freeRatio, int64(ratio)*int64(len(body))))
	z := &inflater{coding: coding, src: bufio.NewReader(bytes.NewReader(body))}
	defer z.Close()
	out, err := io.ReadAll(io.LimitReader(z, limit+1))
	switch {
	case int64(len(out)) > limit:
		return nil, ErrTooLarge
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return nil, fmt.Errorf("%w: zstd window over %d bytes", ErrTooLarge, maxWindow)
	case err != nil:
		return nil, fmt.Errorf("%w: not %s", ErrMalformed, coding)
	}
	// Deflate and zlib know their end and leave what follows.
	if _, err := z.src.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: data behind the end of %s", ErrMalformed, coding)
	}
	return out, nil
}

// NewReader returns a reader of the decompressed r. Each Read returns what
// can be decompressed without waiting for more of r, so flushed events arrive
// one by one. Nothing is read before the first Read. Close frees the decoder
// and leaves r open.
//
// Errors of r come through; a damaged body gives the decoder's own error. The
// error of NewReader itself wraps ErrCoding.
func NewReader(coding string, r io.Reader) (io.ReadCloser, error) {
	coding, err := singleCoding(coding)
	if err != nil {
		return nil, err
	}
	if coding == "identity" {
		return io.NopCloser(r), nil
	}
	return &inflater{coding: coding, src: bufio.NewReader(r)}, nil
}

// Readable reports whether a body in this coding can be read.
func Readable(coding string) bool {
	_, err := singleCoding(coding)
	return err == nil
}

// AcceptEncoding returns the client's Accept-Encoding header without the
// codings that cannot be read here; order and weights stay. It is "identity"
// when nothing is left. The wildcard goes too, as it would invite any coding.
func AcceptEncoding(client string) string {
	var kept []string
	for item := range strings.SplitSeq(client, ",") {
		coding, _, _ := strings.Cut(item, ";")
		if strings.TrimSpace(coding) != "" && Readable(coding) {
			kept = append(kept, strings.TrimSpace(item))
		}
	}
	if len(kept) == 0 {
		return "identity"
	}
	return strings.Join(kept, ", ")
}

// singleCoding returns the one coding of a header, in its usual name.
func singleCoding(header string) (string, error) {
	coding := "identity"
	for item := range strings.SplitSeq(header, ",") {
		item = strings.ToLower(strings.TrimSpace(item))
		switch item {
		case "", "identity":
			continue
		case "x-gzip":
			item = "gzip"
		case "gzip", "deflate", "br", "zstd":
		default:
			return "", fmt.Errorf("%w: known are gzip, deflate, br and zstd", ErrCoding)
		}
		if coding != "identity" {
			return "", fmt.Errorf("%w: more than one", ErrCoding)
		}
		coding = item
	}
	return coding, nil
}

// inflater opens its decoder at the first Read, since some decoders wait for
// the first bytes when they are made.
type inflater struct {
	coding string
	src    *bufio.Reader
	dec    io.Reader
	err    error
}

func (z *inflater) Read(p []byte) (int, error) {
	if z.dec == nil && z.err == nil {
		z.dec, z.err = z.open()
	}
	if z.err != nil {
		return 0, z.err
	}
	return z.dec.Read(p)
}

func (z *inflater) open() (io.Reader, error) {
	if _, err := z.src.Peek(1); err != nil {
		return nil, err // no body at all is an empty one in any coding
	}
	switch z.coding {
	case "gzip":
		return gzip.NewReader(z.src)
	case "deflate":
		return z.openDeflate()
	case "br":
		return brotli.NewReader(z.src), nil
	default:
		return zstd.NewReader(z.src, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	}
}

// openDeflate tells zlib, which the name means, from the bare stream that
// some servers send under it: a zlib header is a multiple of 31.
func (z *inflater) openDeflate() (io.Reader, error) {
	head, err := z.src.Peek(2)
	if err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(z.src)
	}
	return flate.NewReader(z.src), nil
}

// Close frees the decoder. Reading ends with an error from then on.
func (z *inflater) Close() error {
	if d, ok := z.dec.(*zstd.Decoder); ok {
		d.Close()
	}
	z.dec, z.err = nil, io.ErrClosedPipe
	return nil
}
