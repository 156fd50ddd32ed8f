package standin

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Request is one request as it was received. Its slices and maps must not be
// changed.
type Request struct {
	Number     int    // order of arrival, from 0
	Proto      string // HTTP/1.1 or HTTP/2.0
	Method     string
	Path       string // the request target as spelled, with its query
	Host       string // Host header or :authority
	ServerName string // SNI; empty for an IP address or without TLS
	Header     http.Header
	Trailer    http.Header
	// Head is the request line and the header as bytes, with the empty line.
	// HTTP/2 has no such bytes: there it is written anew from the fields.
	Head []byte
	// Length is the announced Content-Length, or -1 if none was.
	Length int64
	// Body is the body after transfer decoding. If Broken, it is as much as
	// arrived.
	Body   []byte
	Broken bool
	// Decoded is Body after content decoding, or nil if that failed.
	Decoded []byte
	// Reply is the body of the answer before coding and cutting.
	Reply []byte

	gone chan struct{}
}

// Gone is closed when the client goes away before it has the whole answer.
func (r Request) Gone() <-chan struct{} { return r.gone }

// Requests returns the requests received so far, in order of arrival. A
// request is listed before the first byte of its answer is sent.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, len(s.requests))
	for i, r := range s.requests {
		all[i] = *r
	}
	return all
}

// capture reads a request to its end.
func capture(r *http.Request, t *tape) *Request {
	body, err := io.ReadAll(r.Body)
	q := &Request{
		Proto: r.Proto, Method: r.Method, Path: r.RequestURI, Host: r.Host,
		ServerName: t.serverName(), Header: r.Header, Trailer: r.Trailer,
		Length: -1, Body: body, Broken: err != nil, gone: make(chan struct{}),
	}
	if r.Header.Get("Content-Length") != "" || (r.ContentLength > 0) {
		q.Length = r.ContentLength
	}
	q.Decoded, err = decode(body, r.Header.Values("Content-Encoding"))
	if err != nil {
		q.Decoded = nil
	}
	if r.ProtoMajor == 1 {
		q.Head = t.head(r.ContentLength)
	} else {
		t.erase()
		q.Head = rebuildHead(r)
	}
	return q
}

// rebuildHead writes the header of an HTTP/2 request in the manner of
// HTTP/1.1, its fields sorted by name.
func rebuildHead(r *http.Request) []byte {
	var b bytes.Buffer
	b.WriteString(r.Method + " " + r.RequestURI + " " + r.Proto + "\r\nhost: " + r.Host + "\r\n")
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			b.WriteString(strings.ToLower(name) + ": " + value + "\r\n")
		}
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// decode undoes content codings, the last one first.
func decode(body []byte, header []string) ([]byte, error) {
	codings := strings.Split(strings.Join(header, ","), ",")
	for _, coding := range slices.Backward(codings) {
		r, err := decoder(strings.ToLower(strings.TrimSpace(coding)), bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		if body, err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func decoder(coding string, r io.Reader) (io.Reader, error) {
	switch coding {
	case "", "identity":
		return r, nil
	case "gzip":
		return gzip.NewReader(r)
	case "deflate":
		return zlib.NewReader(r)
	case "br":
		return brotli.NewReader(r), nil
	case "zstd":
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
	}
	return nil, errCoding
}
