package proxy_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"coatcheck/proxy/rig"
)

// TestNothingHidesBesideACodedBody: a gzip header has room for a file's name.
func TestNothingHidesBesideACodedBody(t *testing.T) {
	for _, name := range []string{"", email} {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Name = name
		_, err := io.WriteString(w, hello)
		rig.Must(t, err)
		rig.Must(t, w.Close())
		r := rig.New(t, rig.Options{})
		req, err := http.NewRequest(http.MethodPost, chatURL, bytes.NewReader(b.Bytes()))
		rig.Must(t, err)
		req.Header.Set("Content-Encoding", "gzip")
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		_ = resp.Body.Close()
		got := r.Received()
		if string(got.Decoded) != hello || (name == "") != bytes.Equal(got.Body, b.Bytes()) {
			t.Errorf("name %q: %d bytes arrived as %q", name, len(got.Body), got.Header.Get("Content-Encoding"))
		}
		r.Unseen(email)
	}
}

// TestRequestTrailersAreDropped: what follows the body was not scanned.
func TestRequestTrailersAreDropped(t *testing.T) {
	r := rig.New(t, rig.Options{})
	req, err := http.NewRequest(http.MethodPost, chatURL, io.MultiReader(strings.NewReader(hello)))
	rig.Must(t, err)
	req.ContentLength = -1
	req.Trailer = http.Header{"X-Note": {email}}
	resp, err := r.Client(false).Do(req)
	rig.Must(t, err)
	_ = resp.Body.Close()
	r.Unseen(email)
	if got := r.Received(); len(got.Trailer) != 0 || got.Length != int64(len(hello)) {
		t.Errorf("trailer %v, length %d", got.Trailer, got.Length)
	}
}
