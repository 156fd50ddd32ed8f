package proxy

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire/codings"
)

// leave builds the request that leaves. An unchanged body leaves as the very
// bytes that came, in their own coding, unless that holds more than the body:
// names and comments that were not scanned. A changed one leaves uncoded. Both
// leave with a length, never chunked.
func (p *Proxy) leave(x *exchange, body []byte, changed bool) error {
	coding := strings.Join(x.in.Header.Values("Content-Encoding"), ",")
	changed = changed || coding != "" && !codings.Bare(coding, x.request.raw)
	if changed && signed(x.in.Request) {
		return refusing(reason.Signed, nil)
	}
	if changed && len(x.in.Header["Content-Range"]) > 0 { // a part of an upload, and no longer that part
		return &refusal{reason: reason.Unplaceable, where: "header Content-Range"}
	}
	target, err := x.in.Target()
	if err != nil {
		return refusing(reason.BadTarget, nil)
	}
	h := requestHead(x.in.Header)
	if x.sending.live.Len() > 0 || p.cfg.Answers == AnswersMask {
		askWhole(h)
	}
	sent := x.request.raw
	if changed {
		sent = body
		ofAnotherBody(h)
	}
	x.sending.body, x.sending.out = sent, &http.Request{
		Method: x.in.Method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		URL: target, Host: x.in.Authority(), Header: h, Body: http.NoBody, ContentLength: int64(len(sent)),
	}
	if len(sent) > 0 {
		x.sending.out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(sent)), nil }
		x.sending.out.Body, _ = x.sending.out.GetBody()
	}
	return nil
}
