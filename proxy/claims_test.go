package proxy_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestAPostIsSentOnce: a provider that drops a kept connection may have read
// the request. An Idempotency-Key is no leave to send it again.
func TestAPostIsSentOnce(t *testing.T) {
	r := rig.New(t, rig.Options{Provider: standin.Config{HTTP1: true}})
	c := r.Client(false)
	if resp, answer := r.Post(c, chatURL, hello); resp.StatusCode != 200 {
		t.Fatalf("status %d: %s", resp.StatusCode, answer)
	}
	r.Provider.Forget()
	r.Provider.Enqueue(func(*standin.Request) standin.Answer { panic(http.ErrAbortHandler) })
	req, err := http.NewRequest(http.MethodPost, chatURL, strings.NewReader(hello))
	rig.Must(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", "k1")
	resp, err := c.Do(req)
	rig.Must(t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != 502 || resp.Header.Get("X-Should-Retry") != "false" {
		t.Errorf("status %d, retry %q", resp.StatusCode, resp.Header.Get("X-Should-Retry"))
	}
	if got := r.Received(); got.Header.Get("Idempotency-Key") != "k1" {
		t.Errorf("the key arrived as %q", got.Header.Get("Idempotency-Key"))
	}
}

// TestHeadersThatLeadAroundUs: what would take a client to another transport or
// page does not reach it, and the provider is offered no coding and no wait
// that we could not read or keep.
func TestHeadersThatLeadAroundUs(t *testing.T) {
	r := rig.New(t, rig.Options{Provider: standin.Config{HTTP1: true}}) // HTTP/2 servers hide Expect
	r.Provider.Enqueue(standin.Fixed(standin.Answer{Header: http.Header{
		"Content-Type": {"application/json"}, "Alt-Svc": {`h3=":443"`}, "Refresh": {"0; url=https://elsewhere.example.net/"}, "X-Kept": {"1"},
	}, Body: []byte(`{}`)}))
	req, err := http.NewRequest(http.MethodPost, chatURL, strings.NewReader(hello))
	rig.Must(t, err)
	req.Header.Set("Accept-Encoding", "snappy, gzip;q=0.5, br, *")
	req.Header.Set("Expect", "100-continue")
	req.Header.Set("Te", "trailers")
	resp, err := r.Client(false).Do(req)
	rig.Must(t, err)
	_ = resp.Body.Close()
	if resp.Header.Get("Alt-Svc") != "" || resp.Header.Get("Refresh") != "" || resp.Header.Get("X-Kept") != "1" {
		t.Errorf("the client received %v", resp.Header)
	}
	h := r.Received().Header
	if got := h.Values("Accept-Encoding"); !slices.Equal(got, []string{"gzip;q=0.5, br"}) {
		t.Errorf("Accept-Encoding left as %q", got)
	}
	if h.Get("Expect") != "" || h.Get("Te") != "" || h.Get("Trailer") != "" {
		t.Errorf("the provider received %v", h)
	}
}

// TestShutdownCutsWhatNoServerKnows: a connection that was taken over and waits
// for its hello does not outlive the proxy.
func TestShutdownCutsWhatNoServerKnows(t *testing.T) {
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Door.Timeouts.Handshake = time.Minute }})
	resp, _, br := r.Raw(rig.ConnectRequest("api.openai.com:443", ""))
	if resp.StatusCode != 200 {
		t.Fatalf("status %d", resp.StatusCode)
	}
	rig.Must(t, r.Proxy.Shutdown(context.Background()))
	if _, err := br.ReadByte(); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("the connection is still there: %v", err)
	}
}
