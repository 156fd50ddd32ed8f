package proxy

import (
	"net/http"
	"net/http/httputil"
	"net/url"

	"coatcheck/proxy/wire"
)

// servePassed carries a request in clear to a host that is not opened. What
// has a model API's path is not let through in clear, whatever the host is
// called; the rest passes unread, counted as not protected.
func (p *Proxy) servePassed(w http.ResponseWriter, r *http.Request, o origin) {
	_, rt := wire.RouteByPath(r.Method, r.URL.EscapedPath())
	switch {
	case o.tls || o.way == wayBase:
		p.refuseRequest(w, r, o, ReasonHostMismatch)
	case rt != nil:
		p.refuseRequest(w, r, o, ReasonPlaintext)
	case p.cfg.RefuseUnknown:
		p.refuseRequest(w, r, o, ReasonUnknownHost)
	default:
		p.counters.unprotect(o.host)
		if p.note(r.Context(), "tunnel", "", o, ReasonUnknownHost) != nil {
			p.refuseRequest(w, r, o, ReasonJournal)
			return
		}
		p.passThrough(o).ServeHTTP(w, r)
	}
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
			answer(w, nil, newID(), dialReason(err), "", false)
		},
	}
}
