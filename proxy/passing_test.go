package proxy_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestAnswersPassExactlyWithoutTokens: without a live token the coded bytes are
// the provider's, with one the text is, whatever the coding.
func TestAnswersPassExactlyWithoutTokens(t *testing.T) {
	const text = `{"output":"no token here ✓ [1] [docs](x)"}`
	for _, coding := range []string{"", "gzip", "deflate", "br", "zstd"} {
		for _, live := range []bool{false, true} {
			r := rig.New(t, rig.Options{})
			coded := packed(t, coding, text)
			a := sent(200, "application/json", coded)
			a.Cut, a.Sized = standin.Every(len(coded)/2), true
			a.Header["Etag"] = []string{`"1"`}
			if coding != "" {
				a.Header["Content-Encoding"] = []string{coding}
			}
			r.Provider.Enqueue(standin.Fixed(a))
			want, wantCoding := coded, coding
			body := `{"input":"hello"}`
			if live {
				body, want, wantCoding = `{"input":"`+email+`"}`, text, ""
			}
			req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(body))
			rig.Must(t, err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd, snappy")
			resp, err := r.Client(false).Do(req)
			rig.Must(t, err)
			got, err := io.ReadAll(resp.Body)
			rig.Must(t, err)
			_ = resp.Body.Close()
			if string(got) != want || resp.Header.Get("Content-Encoding") != wantCoding || resp.ContentLength != int64(len(want)) {
				t.Errorf("coding %q, live %v: the app received %q (%s, %d bytes announced), want %q", coding, live, got, resp.Header.Get("Content-Encoding"), resp.ContentLength, want)
			}
			if tagged := resp.Header.Get("Etag") != ""; tagged == live {
				t.Errorf("coding %q, live %v: the tag of the provider's bytes came: %v", coding, live, tagged)
			}
		}
	}
}

// packed is a text in a content coding.
func packed(t *testing.T, coding, text string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "":
		return text
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		z, err := zstd.NewWriter(&b)
		rig.Must(t, err)
		w = z
	}
	_, err := io.WriteString(w, text)
	rig.Must(t, errors.Join(err, w.Close()))
	return b.String()
}

// TestAPartOfACodedDocumentPasses: a range of gzip is no gzip.
func TestAPartOfACodedDocumentPasses(t *testing.T) {
	part := packed(t, "gzip", strings.Repeat("hello ", 100))[12:]
	r := rig.New(t, rig.Options{})
	a := sent(206, "text/plain", part)
	a.Header.Set("Content-Encoding", "gzip")
	a.Header.Set("Content-Range", "bytes 12-99/999")
	a.Header.Set("Etag", `"1"`)
	a.Sized = true
	r.Provider.Enqueue(standin.Fixed(a))
	resp, body, err := r.TryPost(`{"input":` + quoted(email) + `}`)
	if err != nil || body != part || resp.ContentLength != int64(len(part)) {
		t.Errorf("%d bytes of %d, %v", len(body), len(part), err)
	}
	for _, name := range []string{"Content-Encoding", "Content-Range", "Etag"} {
		if resp.Header.Get(name) != a.Header.Get(name) {
			t.Errorf("%s is %q", name, resp.Header.Get(name))
		}
	}
}
