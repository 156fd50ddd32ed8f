package proxy

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"

	"coatcheck/proxy/wire/codings"
)

// leave builds Out. An unchanged body leaves as the very bytes that came, in
// their own coding, unless that holds more than the body: names and comments
// that were not scanned. A changed one leaves uncoded. Both leave with a
// length, never chunked.
func (x *Exchange) leave(body []byte, changed bool) error {
	coding := strings.Join(x.In.Header.Values("Content-Encoding"), ",")
	changed = changed || coding != "" && !codings.Bare(coding, x.raw)
	if changed && signed(x.In) {
		return refusing(ReasonSigned, nil)
	}
	if changed && len(x.In.Header["Content-Range"]) > 0 { // a part of an upload, and no longer that part
		return &refusal{reason: ReasonUnplaceable, where: "header Content-Range"}
	}
	x.sent = x.raw
	h := endToEnd(x.In.Header)
	h.Del("Expect") // the body is here
	if changed {
		x.sent = body
		ofAnotherBody(h)
	}
	if accepted := h.Values("Accept-Encoding"); len(accepted) > 0 {
		h.Set("Accept-Encoding", codings.AcceptEncoding(strings.Join(accepted, ", ")))
	}
	if _, ok := h["User-Agent"]; !ok {
		h["User-Agent"] = nil // net/http would add its own
	}
	x.Out = &http.Request{
		Method: x.In.Method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Host: x.host(), ContentLength: int64(len(x.sent)), URL: nil,
	}
	x.Out.Body, x.Out.GetBody = http.NoBody, nil
	if len(x.sent) > 0 {
		x.Out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(x.sent)), nil }
		x.Out.Body, _ = x.Out.GetBody()
	}
	return nil
}

// host is the Host header that leaves: the one the client wrote to the
// provider, or in base-URL mode, where it named us, the provider's.
func (x *Exchange) host() string {
	if x.origin.way != wayBase {
		return x.In.Host
	}
	if x.origin.port != "443" && x.origin.port != "80" {
		return net.JoinHostPort(x.origin.host, x.origin.port)
	}
	return authority(x.origin.host, "", "")
}

// signed reports a body whose hash the client has signed (AWS Signature
// Version 4, in the header or the query).
func signed(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-") || r.URL.Query().Get("X-Amz-Signature") != ""
}
