package streams

import "testing"

func TestPromiseOf(t *testing.T) {
	for _, c := range []struct {
		contentType string
		status      int
		want        Promise
	}{
		{"", 200, PromiseText},
		{"application/json; charset=utf-8", 500, PromiseText},
		{"application/octet-stream", 200, PromiseText},
		{"image/svg+xml", 200, PromiseText},
		{"Text/Event-Stream; charset=utf-8", 200, PromiseEvents},
		{"image/png", 200, PromiseMedia},
		{"AUDIO/mpeg", 206, PromiseMedia},
		{"application/json", 206, PromiseUnread},
		{"application/pdf", 200, PromiseUnread},
		{"multipart/byteranges; boundary=x", 206, PromiseUnread},
		{"imagery/x", 200, PromiseUnread},
	} {
		if got := PromiseOf(c.contentType, c.status); got != c.want {
			t.Errorf("%q with %d promises %d, want %d", c.contentType, c.status, got, c.want)
		}
	}
}
