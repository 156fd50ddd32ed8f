package door

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"strings"
	"time"

	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire"
)

// enter hands a request to the Handler, if it is to an opened host.
func (d *Door) enter(w http.ResponseWriter, r *http.Request, o Origin, spelled string) {
	pv, opened := d.hosts.find(o.Host, o.Port)
	if !opened {
		d.pass(w, r, o)
		return
	}
	d.serve(w, &Request{Request: r, Origin: o, Provider: pv, spelled: spelled})
}

// pass carries a request in clear to a host that is not opened. What has a model
// API's path is not let through in clear, whatever the host is called; the rest
// passes unread, counted as not protected.
func (d *Door) pass(w http.ResponseWriter, r *http.Request, o Origin) {
	switch {
	case o.TLS || o.Way == WayBase:
		d.turnAway(w, o, reason.HostMismatch)
	case switches(r.Header):
		d.turnAway(w, o, reason.Upgrade)
	case modelPath(r):
		d.turnAway(w, o, reason.Plaintext)
	case d.cfg.RefuseUnknown:
		d.turnAway(w, o, reason.UnknownHost)
	default:
		if d.book.Unprotected(r.Context(), o) != nil {
			d.turnAway(w, o, reason.Journal)
			return
		}
		d.passThrough(o).ServeHTTP(upgradable{earlyBytes{w}, &d.live}, r)
	}
}

// turnAway answers and records a request that gets no further.
func (d *Door) turnAway(w http.ResponseWriter, o Origin, why reason.Reason) {
	f := reason.Refusal{Reason: why, Exchange: d.book.Refused(o, why)}
	var a *wire.Adapter
	if pv, ok := d.hosts.find(o.Host, o.Port); ok {
		a = pv.Adapter
	}
	Hurry(w, d.cfg.Timeouts.Stalled)
	f.Answer(w, a)
}

// Hurry bounds how long a client that is refused may take with the rest of its
// body: the server reads some of that before it answers.
func Hurry(w http.ResponseWriter, stalled time.Duration) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(stalled))
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

func (d *Door) passThrough(o Origin) http.Handler {
	target := Provider{}.base(o)
	return &httputil.ReverseProxy{
		Transport:     d.roads.pass,
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
			d.turnAway(w, o, DialReason(err))
		},
	}
}
