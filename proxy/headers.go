package proxy

import (
	"net/http"
	"net/url"
	"strings"
)

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

// setPath gives a URL an escaped path as it was spelled. A path that begins
// with two slashes must not become a host.
func setPath(u *url.URL, escaped, query string) error {
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return err
	}
	u.Path, u.RawPath, u.RawQuery = path, escaped, query
	return nil
}
