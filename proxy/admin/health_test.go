package admin_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"coatcheck/proxy/admin"
)

type line struct{ err error }

func (l line) Ready() error { return l.err }

func TestHealth(t *testing.T) {
	draining := line{errors.New("draining")}
	for _, c := range []struct {
		line         line
		method, path string
		status       int
		body         string
	}{
		{line{}, "GET", "/livez", 200, "ok\n"},
		{line{}, "GET", "/readyz", 200, "ok\n"},
		{line{}, "HEAD", "/readyz", 200, ""},
		{draining, "GET", "/livez", 200, "ok\n"},
		{draining, "GET", "/readyz", 503, "not ready: draining\n"},
		{line{}, "POST", "/readyz", 405, "Method Not Allowed\n"},
		{line{}, "GET", "/", 404, "404 page not found\n"},
		{line{}, "GET", "/openai/v1/models", 404, "404 page not found\n"},
	} {
		srv := httptest.NewServer(admin.Health(c.line).Handler)
		req, err := http.NewRequest(c.method, srv.URL+c.path, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status || string(body) != c.body {
			t.Errorf("%s %s with %v: %d %q, want %d %q", c.method, c.path, c.line.err, resp.StatusCode, body, c.status, c.body)
		}
		resp.Body.Close()
		srv.Close()
	}
}
