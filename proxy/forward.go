package proxy

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
)

// forward sends Out and waits for the head of the answer. It follows no
// redirect and sends nothing twice.
func (p *Proxy) forward(ctx context.Context, x *Exchange) error {
	u := *x.target
	if err := setPath(&u, joinPath(x.target.EscapedPath(), x.In.URL.EscapedPath()), x.In.URL.RawQuery); err != nil {
		return refusing(ReasonBadTarget, nil)
	}
	u.ForceQuery = x.In.URL.ForceQuery
	x.Out.URL = &u
	sendOnce(x.Out.Header)

	transport := p.transport.pooled
	if x.origin.ip.IsValid() && x.provider.upstream == nil {
		transport, ctx = p.transport.pinned, pin(ctx, x.origin.ip)
	}
	early := earlyAnswers{w: x.w}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: early.pass})
	resp, err := transport.RoundTrip(x.Out.WithContext(ctx))
	early.end()
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return refusing(dialReason(err), nil) // the error may quote the URL
	}
	x.Response = resp
	if resp.StatusCode == http.StatusSwitchingProtocols {
		_ = resp.Body.Close()
		return refusing(ReasonSwitched, nil)
	}
	return p.checkRedirect(x)
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

// joinPath puts an upstream's own path in front of the client's.
func joinPath(prefix, path string) string {
	if prefix == "" || prefix == "/" {
		return path
	}
	return strings.TrimSuffix(prefix, "/") + path
}

// earlyAnswers passes 103 Early Hints and the like on. The transport calls it
// from a goroutine of its own, which may outlive the wait for the answer.
type earlyAnswers struct {
	mu    sync.Mutex
	w     http.ResponseWriter
	ended bool
}

func (e *earlyAnswers) pass(code int, header textproto.MIMEHeader) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	// 100 is answered by our own server when the body is read.
	if e.ended || code == http.StatusContinue || code == http.StatusSwitchingProtocols {
		return nil
	}
	h := e.w.Header()
	for name, values := range endToEnd(http.Header(header)) {
		h[name] = values
	}
	e.w.WriteHeader(code)
	clear(h)
	return nil
}

func (e *earlyAnswers) end() {
	e.mu.Lock()
	e.ended = true
	e.mu.Unlock()
}

// checkRedirect refuses an answer that would make the client post its plain
// body to a host that is not opened, or in clear.
func (p *Proxy) checkRedirect(x *Exchange) error {
	location := x.Response.Header.Get("Location")
	if x.Response.StatusCode < 300 || x.Response.StatusCode > 399 || location == "" {
		return nil
	}
	to, err := x.clientURL().Parse(location)
	if err == nil {
		if here := dialAddress(x.target); x.provider.upstream != nil && dialAddress(to) == here {
			to.Scheme, to.Host = "https", x.host() // the upstream names itself
		}
		host, port := splitPort(to.Host)
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[to.Scheme]
		}
		if host, err = hostName(host); err == nil {
			pv, open := p.hosts.find(host, port)
			if open && (to.Scheme == "https" || to.Scheme == "http" && pv.plain && !x.origin.tls) {
				p.rewriteLocation(x, to, host, port)
				return nil
			}
		}
	}
	_ = x.Response.Body.Close()
	return refusing(ReasonRedirect, nil)
}

// clientURL is the request's URL as the client sees it at the provider.
func (x *Exchange) clientURL() *url.URL {
	u := *x.In.URL
	u.Scheme, u.Host = "https", x.host()
	if !x.origin.tls {
		u.Scheme = "http"
	}
	return &u
}

// rewriteLocation keeps a base-URL client on its base URL.
func (p *Proxy) rewriteLocation(x *Exchange, to *url.URL, host, port string) {
	if x.origin.way != wayBase {
		return
	}
	if host != x.origin.host || port != x.origin.port {
		name := host
		if port != "443" {
			name += ":" + port
		}
		x.Response.Header.Set("Location", p.cfg.BasePath()+"/"+name+to.RequestURI())
		return
	}
	x.Response.Header.Set("Location", x.origin.prefix+to.RequestURI())
}
