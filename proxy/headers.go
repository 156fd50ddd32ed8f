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

// spelledTarget is a request's path and query as the client wrote them. net/url
// normalises some spellings; a provider may tell them apart.
func spelledTarget(r *http.Request) string {
	target := r.RequestURI
	if _, rest, absolute := strings.Cut(target, "://"); absolute && r.URL.IsAbs() {
		i := strings.IndexAny(rest, "/?")
		if i < 0 {
			return "/"
		}
		target = rest[i:]
		if target[0] == '?' {
			target = "/" + target
		}
	}
	return target
}

// spell gives a URL a path and query as they were written. net/url would read
// a path that begins with two slashes as a host; there it is escaped anew.
func spell(u *url.URL, target string) error {
	path, query, asked := strings.Cut(target, "?")
	u.RawQuery, u.ForceQuery = query, asked && query == ""
	if !strings.HasPrefix(path, "//") {
		u.Opaque, u.Path, u.RawPath = path, "", ""
		return nil
	}
	plain, err := url.PathUnescape(path)
	u.Path, u.RawPath = plain, path
	return err
}
