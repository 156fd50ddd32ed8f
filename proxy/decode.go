package proxy

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/bodies"
	"coatcheck/proxy/wire/codings"
	"coatcheck/proxy/wire/rawjson"
	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// decode reads the request whole and takes it apart: every string of the body
// and every part of the head that carries free text becomes a field to scan.
func (p *Proxy) decode(_ context.Context, x *exchange) error {
	var err error
	if x.request.raw, err = p.read(x); err != nil {
		return err
	}
	body, err := p.inflate(x)
	if err != nil {
		return err
	}
	x.request.body, err = bodies.Parse(x.route, x.in.Header.Get("Content-Type"), body, bodies.Limits{
		Depth:  p.cfg.Limits.Depth,
		Charge: func(n int64) error { return p.hold(x, n) },
	})
	if err != nil {
		return decodeFault(err)
	}
	x.request.fields = make([]redact.Field, 0, len(x.request.body.Leaves)+3)
	for _, l := range x.request.body.Leaves {
		x.request.fields = append(x.request.fields, redact.Field{
			Path: l.Path, Key: l.Key, Text: plain.New(l.Text), Origin: role(l.Role),
			Message: l.Message, Certain: l.Class >= wire.ClassCertain,
		})
	}
	x.request.fields = append(x.request.fields, headFields(x.in.Request)...)
	return nil
}

// read takes the body off the client, within the limit and the process's
// budget. A client that drips is dropped by the rolling deadline, which stays
// when the body is refused: the server reads on before it answers.
func (p *Proxy) read(x *exchange) ([]byte, error) {
	r := x.in.Request
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	limit := p.cfg.Limits.Body
	if r.ContentLength > limit {
		return nil, refusing(reason.TooLarge, nil)
	}
	rc := http.NewResponseController(x.w)
	buf := make([]byte, 0, min(max(r.ContentLength+1, 4<<10), 64<<10)) // a declared length is not yet a body
	if err := p.hold(x, int64(cap(buf))); err != nil {
		return nil, err
	}
	for {
		if len(buf) == cap(buf) {
			more := min(int64(len(buf)), limit+1-int64(len(buf)))
			if err := p.hold(x, int64(cap(buf))+more); err != nil { // both are held while one is copied
				return nil, err
			}
			old := int64(cap(buf))
			buf = append(make([]byte, 0, old+more), buf...)
			p.release(x, old)
		}
		_ = rc.SetReadDeadline(time.Now().Add(p.cfg.Door.Timeouts.Stalled))
		n, err := r.Body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > limit:
			return nil, refusing(reason.TooLarge, nil)
		case err == io.EOF:
			_ = rc.SetReadDeadline(time.Time{})
			return buf, nil
		case err != nil:
			return nil, refusing(reason.Incomplete, errors.New("reading the body"))
		}
	}
}

// hold reserves n more bytes of the process's budget for this exchange. What
// would not fit if it were alone is too large, and never only a matter of time.
func (p *Proxy) hold(x *exchange, n int64) error {
	switch {
	case n <= 0:
		return nil
	case x.held+n > p.budget.limit:
		return refusing(reason.TooLarge, nil)
	case !p.budget.take(n):
		return refusing(reason.Busy, nil)
	}
	x.held += n
	return nil
}

// release gives n bytes back.
func (p *Proxy) release(x *exchange, n int64) {
	p.budget.give(n)
	x.held -= n
}

// inflate undoes the body's content coding. The most it can grow to is
// reserved first, twice, since it is copied as it grows, and the difference
// returned after.
func (p *Proxy) inflate(x *exchange) ([]byte, error) {
	coding := strings.Join(x.in.Header.Values("Content-Encoding"), ",")
	if coding == "" || len(x.request.raw) == 0 {
		return x.request.raw, nil
	}
	most := 2 * min(p.cfg.Limits.Body, int64(len(x.request.raw))*int64(p.cfg.Limits.Ratio)+1<<20)
	if err := p.hold(x, most); err != nil {
		return nil, err
	}
	body, err := codings.Inflate(coding, x.request.raw, p.cfg.Limits.Body, p.cfg.Limits.Ratio)
	if errors.Is(err, codings.ErrTooLarge) {
		return nil, refusing(reason.TooLarge, err)
	}
	if err != nil {
		return nil, refusing(reason.Coding, err)
	}
	p.release(x, most-int64(cap(body)))
	return body, nil
}

// decodeFault gives a body that cannot be read its reason.
func decodeFault(err error) error {
	if r, ok := errors.AsType[*refusal](err); ok { // the budget's
		return r
	}
	return refusing(decodeReason(err), err)
}

func decodeReason(err error) reason.Reason {
	switch {
	case errors.Is(err, rawjson.ErrDepth):
		return reason.TooDeep
	case errors.Is(err, bodies.ErrTooMany):
		return reason.TooLarge
	case errors.Is(err, bodies.ErrEncoding):
		return reason.Coding
	case errors.Is(err, bodies.ErrMediaType):
		return reason.MediaType
	default:
		return reason.Malformed
	}
}

func role(s string) redact.Origin {
	switch s {
	case "assistant", "model":
		return redact.OriginAssistant
	case "tool", "function":
		return redact.OriginTool
	default:
		return redact.OriginUser
	}
}

// headFields are the parts of a request's head in which private text can
// leave, names as well as values. Nothing can be replaced there, so only
// certain hits count; they are refused. Credentials are the provider's to read
// and stay.
func headFields(r *http.Request) []redact.Field {
	var query, header []string
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		name = unescapeQuery(name)
		query = append(query, name)
		if !credentialParam(name) {
			query = append(query, unescapeQuery(value))
		}
	}
	for name, values := range r.Header {
		header = append(header, name)
		if credentialHeader(name) {
			continue
		}
		for _, v := range values {
			header = append(header, v)
			if decoded, err := new(mime.WordDecoder).DecodeHeader(v); err == nil && decoded != v {
				header = append(header, decoded)
			}
		}
	}
	slices.Sort(header) // a map's order must not make the same head another text
	return []redact.Field{headField("path", r.URL.Path), headField("query", query...), headField("header", header...)}
}

// apart stands between texts that are scanned as one: nothing reaches across.
const apart = "\n\x1e\n"

func headField(where string, texts ...string) redact.Field {
	return redact.Field{Path: where, Text: plain.New(strings.Join(texts, apart)), Message: -1, Certain: true}
}

// unescapeQuery undoes percent-encoding wherever it is one. net/url drops a
// pair that it cannot decode, or that holds a semicolon; servers do not.
func unescapeQuery(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		if s[i] == '+' {
			b.WriteByte(' ')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func credentialParam(name string) bool {
	switch strings.ToLower(name) {
	case "key", "api_key", "api-key", "apikey", "access_token", "token", "sig", "signature":
		return true
	}
	return strings.HasPrefix(strings.ToLower(name), "x-amz-")
}

func credentialHeader(name string) bool {
	switch name {
	case "Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key", "X-Goog-Api-Key",
		"Ocp-Apim-Subscription-Key", "X-Auth-Token":
		return true
	}
	return strings.HasPrefix(name, "X-Amz-")
}
