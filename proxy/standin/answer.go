package standin

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Answer is one response: what it says, how it is coded and cut, what it waits
// for, and how it ends. The zero value is an empty 200.
type Answer struct {
	Status int // 0 means 200
	Header http.Header
	// Body is the body before Coding.
	Body []byte
	// Coding is gzip, deflate, br or zstd: the body is coded and
	// Content-Encoding says so. Empty sends Body as it is.
	Coding string
	// Sized announces a Content-Length; otherwise the body is chunked.
	Sized bool
	// Cut divides Body. Each piece is coded, written and flushed by itself.
	Cut     Cut
	Trailer http.Header

	// Early is the header of a 103 response sent before all else.
	Early http.Header
	// HeadGate, if not nil, must yield once before the head is sent.
	HeadGate <-chan struct{}
	// Gate, if not nil, must yield once before each piece but the first. A
	// channel without a buffer thus tells its sender that the server waits,
	// and a closed one holds nothing up.
	Gate <-chan struct{}

	// End is how the answer ends after its first EndAfter pieces. Whole
	// ignores EndAfter.
	End      End
	EndAfter int
}

// Fixed gives the same answer to every request.
func Fixed(a Answer) Script {
	return func(*Request) Answer { return a }
}

var errCoding = errors.New("unknown content coding")

// player sends one answer.
type player struct {
	w       http.ResponseWriter
	ctx     context.Context
	tape    *tape
	closing <-chan struct{}
}

// play sends a. An error means that the response must be aborted.
func (p *player) play(a Answer) error {
	pieces, err := encodePieces(a.Coding, a.Cut.split(string(a.Body)))
	if err != nil {
		http.Error(p.w, "stand-in: "+err.Error(), http.StatusInternalServerError)
		return nil
	}
	if a.Early != nil {
		maps.Copy(p.w.Header(), a.Early)
		p.w.WriteHeader(http.StatusEarlyHints)
		clear(p.w.Header())
	}
	if err := p.wait(a.HeadGate); err != nil {
		return err
	}
	if err := p.sendHead(a, pieces); err != nil {
		return err
	}
	if a.End != Whole {
		pieces = pieces[:min(a.EndAfter, len(pieces))]
	}
	if err := p.sendPieces(pieces, a.Gate); err != nil {
		return err
	}
	for name, values := range a.Trailer {
		p.w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	return p.end(a.End)
}

func (p *player) sendHead(a Answer, pieces [][]byte) error {
	h := p.w.Header()
	h["Content-Type"] = nil // no guess by net/http
	for name, values := range a.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	if a.Coding != "" {
		h.Set("Content-Encoding", a.Coding)
	}
	if a.Sized {
		h.Set("Content-Length", strconv.Itoa(len(bytes.Join(pieces, nil))))
	}
	for name := range a.Trailer {
		h.Add("Trailer", name)
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	p.w.WriteHeader(a.Status)
	return p.flush()
}

func (p *player) sendPieces(pieces [][]byte, gate <-chan struct{}) error {
	for i, piece := range pieces {
		if i > 0 {
			if err := p.wait(gate); err != nil {
				return err
			}
		}
		// net/http refuses bodies where none may be (HEAD, 204, 304): they
		// are not sent, as by any server.
		if _, err := p.w.Write(piece); errors.Is(err, http.ErrBodyNotAllowed) {
			return nil
		} else if err != nil {
			return errGone
		}
		if err := p.flush(); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) flush() error {
	if err := http.NewResponseController(p.w).Flush(); err != nil {
		return errGone
	}
	return nil
}

// errClosing reports that the server was closed in the middle of an answer.
var errClosing = errors.New("the server closes")

// wait waits until gate yields; a nil gate always does.
func (p *player) wait(gate <-chan struct{}) error {
	if gate == nil {
		return nil
	}
	select {
	case <-gate:
		return nil
	case <-p.closing:
		return errClosing
	case <-p.ctx.Done():
		return errGone
	}
}

// encodePieces codes each piece so that it can be decoded as soon as it has
// arrived. The last piece carries the end of the coded stream.
func encodePieces(coding string, pieces []string) ([][]byte, error) {
	var b bytes.Buffer
	w, err := encoder(coding, &b)
	if err != nil {
		return nil, err
	}
	var coded [][]byte
	for i, piece := range pieces {
		_, err := io.WriteString(w, piece)
		if i < len(pieces)-1 {
			err = errors.Join(err, w.Flush())
		} else {
			err = errors.Join(err, w.Close())
		}
		if err != nil {
			return nil, err
		}
		coded = append(coded, bytes.Clone(b.Bytes()))
		b.Reset()
	}
	return coded, nil
}

// coder is what all content coders can do.
type coder interface {
	io.WriteCloser
	Flush() error
}

func encoder(coding string, w io.Writer) (coder, error) {
	switch coding {
	case "":
		return identity{w}, nil
	case "gzip":
		return gzip.NewWriter(w), nil
	case "deflate":
		return zlib.NewWriter(w), nil
	case "br":
		return brotli.NewWriter(w), nil
	case "zstd":
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	}
	return nil, errCoding
}

// identity is the coder that changes nothing.
type identity struct{ io.Writer }

func (identity) Flush() error { return nil }
func (identity) Close() error { return nil }
