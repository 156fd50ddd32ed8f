package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

// Exchange is a recorded exchange between a client and a provider.
type Exchange struct {
	Method, Scheme, Host string
	Path                 string // the request target as spelled, with its query
	Header               [][2]string
	Body                 []byte

	Status         int
	Framing        string // chunked, content-length or websocket
	ResponseHeader [][2]string
	ResponseBody   []byte // after transfer decoding, before content decoding
}

// ReadExchange reads a recorded exchange from a folder that has the files
// request.json, request.body, response.json and response.body. The .json files
// hold the exported fields of [Exchange] in lower case, headers as ordered
// lists of pairs.
func ReadExchange(folder fs.FS) (Exchange, error) {
	var request struct {
		Method, Scheme, Host, Path string
		Headers                    [][2]string
	}
	var response struct {
		Status  int
		Framing string
		Headers [][2]string
	}
	x := Exchange{}
	for _, f := range []struct {
		name string
		into any
	}{{"request.json", &request}, {"response.json", &response}} {
		b, err := fs.ReadFile(folder, f.name)
		if err != nil {
			return x, err
		}
		if err := json.Unmarshal(b, f.into); err != nil {
			return x, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	x.Method, x.Scheme, x.Host, x.Path = request.Method, request.Scheme, request.Host, request.Path
	x.Header, x.ResponseHeader = request.Headers, response.Headers
	x.Status, x.Framing = response.Status, response.Framing
	var err error
	if x.Body, err = fs.ReadFile(folder, "request.body"); err != nil {
		return x, err
	}
	x.ResponseBody, err = fs.ReadFile(folder, "response.body")
	return x, err
}

// Request returns the recorded request, to be sent to another base URL. The
// Host header stays the recorded one. Fields that belong to a connection or
// are computed from the body are left to the client.
func (x Exchange) Request(base string) (*http.Request, error) {
	r, err := http.NewRequest(x.Method, base+x.Path, bytes.NewReader(x.Body))
	if err != nil {
		return nil, err
	}
	r.Host = x.Host
	r.Header = endToEnd(x.Header)
	r.Header.Del("Host")
	return r, nil
}

// Answer returns the recorded response, cut as cut says. A recorded content
// coding stays in Header, the Body being coded already.
func (x Exchange) Answer(cut Cut) Answer {
	return Answer{
		Status: x.Status,
		Header: endToEnd(x.ResponseHeader),
		Body:   x.ResponseBody,
		Sized:  x.Framing == "content-length",
		Cut:    cut,
	}
}

// endToEnd returns the fields that are not remade on every connection.
func endToEnd(fields [][2]string) http.Header {
	h := http.Header{}
	for _, f := range fields {
		switch strings.ToLower(f[0]) {
		case "content-length", "transfer-encoding", "connection", "keep-alive":
		default:
			h.Add(f[0], f[1])
		}
	}
	return h
}
