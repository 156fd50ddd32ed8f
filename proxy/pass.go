package proxy

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"strings"

	"coatcheck/proxy/wire"
)

// servePassed carries a request in clear to a host that is not opened. What
// has a model API's path is not let through in clear, whatever the host is
// called; the rest passes unread, counted as not protected.
func (p *Proxy) servePassed(w http.ResponseWriter, r *http.Request, o origin) {
	switch {
	case o.tls || o.way == wayBase:
		p.refuseRequest(w, o, ReasonHostMismatch)
	case switches(r.Header):
		p.refuseRequest(w, o, ReasonUpgrade)
	case modelPath(r):
		p.refuseRequest(w, o, ReasonPlaintext)
	case p.cfg.RefuseUnknown:
		p.refuseRequest(w, o, ReasonUnknownHost)
	default:
		if p.unprotected(r.Context(), o) != nil {
			p.refuseRequest(w, o, ReasonJournal)
			return
		}
		p.passThrough(o).ServeHTTP(upgradable{earlyBytes{w}, &p.live}, r)
	}
}

// switches reports a request to go on in a protocol whose requests nobody here
// could tell from a model's. WebSocket frames are no requests.
func switches(h http.Header) bool {
	asked := h["Upgrade"]
	return h.Get("Http2-Settings") != "" || len(asked) > 1 || len(asked) == 1 && !strings.EqualFold(asked[0], "websocket")
}

// modelPath reports a model API's path, in any spelling that a lenient server
// takes for it.
func modelPath(r *http.Request) bool {
	for _, spelled := range []string{r.URL.EscapedPath(), path.Clean(r.URL.Path)} {
		if _, rt := wire.RouteByPath(strings.ToUpper(r.Method), spelled); rt != nil {
			return true
		}
	}
	return false
}

// upgradable is the writer of a request that may turn into a connection of its
// own, which no http.Server tracks then.
type upgradable struct {
	earlyBytes
	live *connSet
}

// Hijack implements http.Hijacker.
func (u upgradable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := u.earlyBytes.Hijack()
	if err != nil {
		return nil, nil, err
	}
	tracked := &trackedConn{c, u.live}
	if !u.live.add(tracked) {
		return nil, nil, net.ErrClosed
	}
	return tracked, rw, nil
}

func (p *Proxy) passThrough(o origin) http.Handler {
	target := provider{}.url(o)
	return &httputil.ReverseProxy{
		Transport:     p.transport.pass,
		FlushInterval: -1,
		ErrorLog:      quiet(),
		Rewrite: func(pr *httputil.ProxyRequest) {
			pr.Out.URL = &url.URL{Scheme: target.Scheme, Host: target.Host, Path: pr.In.URL.Path, RawPath: pr.In.URL.RawPath, RawQuery: pr.In.URL.RawQuery}
			pr.Out.Host = pr.In.Host
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if v, ok := pr.In.Header[name]; ok {
					pr.Out.Header[name] = v // Rewrite drops them; we add and take none
				}
			}
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() != nil {
				panic(http.ErrAbortHandler)
			}
			p.refuseRequest(w, o, dialReason(err))
		},
	}
}
