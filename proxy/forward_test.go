package proxy_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestOnlySafeRequestsAreSentAgain: on a kept connection that dies without an
// answer, a request with effects fails, whatever its headers allow; a safe one
// may be repeated.
func TestOnlySafeRequestsAreSentAgain(t *testing.T) {
	for _, tt := range []struct {
		method       string
		key          string
		status, sent int
	}{
		{http.MethodPost, "", 502, 1},
		{http.MethodPost, "Idempotency-Key", 502, 1},
		{http.MethodPost, "X-Idempotency-Key", 502, 1},
		{http.MethodDelete, "", 502, 1},
		{http.MethodGet, "", 200, 2},
	} {
		r := rig.New(t, rig.Options{Provider: standin.Config{HTTP1: true}})
		r.Post(r.Client(false), "https://api.example.com/model", `{}`) // leaves a connection behind
		r.Provider.Forget()
		r.Provider.Enqueue(func(*standin.Request) standin.Answer { panic(http.ErrAbortHandler) })
		r.Provider.Enqueue(standin.Fixed(standin.Answer{}))
		req, err := http.NewRequest(tt.method, "https://api.example.com/model", nil)
		rig.Must(t, err)
		if tt.method == http.MethodPost {
			req, err = http.NewRequest(tt.method, "https://api.example.com/model", strings.NewReader(`{}`))
			rig.Must(t, err)
		}
		if tt.key != "" {
			req.Header.Set(tt.key, "k-1")
		}
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		rig.Must(t, err)
		rig.Must(t, resp.Body.Close())
		if n := len(r.Provider.Requests()); resp.StatusCode != tt.status || n != tt.sent {
			t.Errorf("%s %s: status %d, sent %d times, want %d and %d", tt.method, tt.key, resp.StatusCode, n, tt.status, tt.sent)
		}
	}
}
