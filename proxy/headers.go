package proxy

import (
	"net/http"
	"strings"

	"coatcheck/proxy/wire/codings"
)

// What of a message's head is ours to change is in this file; the rest passes
// as it came.

// hopByHop are the headers that belong to one connection (RFC 9110, 7.6.1),
// with the older and proxy-only ones.
var hopByHop = []string{
	"Connection", "Proxy-Connection", "Keep-Alive", "Te", "Transfer-Encoding", "Upgrade", "Trailer",
	"Http2-Settings", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info",
}

// endToEnd returns a copy of h without what belongs to the connection.
func endToEnd(h http.Header) http.Header {
	out := h.Clone()
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			out.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range hopByHop {
		out.Del(name)
	}
	return out
}

// ofTheBody are the headers that describe the bytes of a body, or offer parts
// of them. None is true of a body that was changed on the way.
var ofTheBody = []string{
	"Content-Encoding", "Content-Range", "Accept-Ranges", "Etag", "Last-Modified",
	"Content-Md5", "Digest", "Content-Digest", "Repr-Digest", "X-Amz-Content-Sha256", "X-Goog-Hash",
}

// ofAnotherBody takes out of h what described the body before it was changed.
func ofAnotherBody(h http.Header) {
	for _, name := range ofTheBody {
		h.Del(name)
	}
	for name := range h {
		if strings.HasPrefix(name, "X-Amz-Checksum-") {
			h.Del(name)
		}
	}
}

// requestHead is what of the client's head leaves. The body is here, so nobody
// is asked whether it is expected; codings are asked for that we can read.
func requestHead(in http.Header) http.Header {
	h := endToEnd(in)
	h.Del("Expect")
	if accepted := h.Values("Accept-Encoding"); len(accepted) > 0 {
		h.Set("Accept-Encoding", codings.AcceptEncoding(strings.Join(accepted, ", ")))
	}
	if _, ok := h["User-Agent"]; !ok {
		h["User-Agent"] = nil // net/http would add its own
	}
	sendOnce(h)
	return h
}

// sendOnce keeps net/http from repeating a request whose bytes may have left:
// it takes an Idempotency-Key as leave to do so. Under another spelling of its
// name, which no server tells apart, the header is only data.
func sendOnce(h http.Header) {
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if v, ok := h[name]; ok {
			delete(h, name)
			h[strings.ToLower(name)] = v
		}
	}
}

// askWhole takes back a client's wish for a part of the answer, as a server may
// (RFC 9110, 14.2): a token or a value could be cut in two, and the ranges of
// an answer that changes are not those that the provider counts.
func askWhole(h http.Header) {
	h.Del("Range")
	h.Del("If-Range")
}

// answerHead is what of the provider's head the client gets.
func answerHead(resp *http.Response) http.Header {
	h := endToEnd(resp.Header)
	h.Del("Alt-Svc") // would lead the client around us, over QUIC
	h.Del("Refresh") // a redirect that only browsers know
	if len(resp.Trailer) > 0 {
		h.Del("Content-Length") // HTTP/1 has trailers only behind chunks
	}
	for _, name := range []string{"Date", "Content-Type"} {
		if _, sent := h[name]; !sent {
			h[name] = nil // net/http would add its own
		}
	}
	return h
}

// signed reports a body whose hash the client has signed (AWS Signature
// Version 4, in the header or the query).
func signed(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-") || r.URL.Query().Get("X-Amz-Signature") != ""
}
