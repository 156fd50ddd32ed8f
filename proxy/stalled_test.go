package proxy_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestStalledClientsAreDropped: one that drips its body, and one that does not
// read its answer. The provider's call ends with the latter.
func TestStalledClientsAreDropped(t *testing.T) {
	stalled := func(c *proxy.Config) { c.Door.Timeouts.Stalled = 100 * time.Millisecond }
	for _, tt := range []struct {
		name, target string
		status       int
	}{
		{"writing", "/api.example.com/model", 400},
		{"writing, refused without a look", "/unknown.example.com/model", 404},
		{"writing, refused by its head", "/api.example.com/model HTTP/1.1\r\nUpgrade: websocket\r\nX-Rest:", 426},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rig.New(t, rig.Options{Config: stalled})
			resp, _, _ := r.Raw("POST " + tt.target + " HTTP/1.1\r\nHost: " + r.Addr + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
		})
	}
	t.Run("reading", func(t *testing.T) {
		r := rig.New(t, rig.Options{Config: stalled})
		r.Provider.Enqueue(standin.Fixed(standin.Answer{
			Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(strings.Repeat("more than any socket's buffer ", 1<<20)), Cut: standin.Every(1 << 20), End: standin.Stall, EndAfter: 30,
		}))
		r.Raw("POST /api.example.com/model HTTP/1.1\r\nHost: " + r.Addr + "\r\nContent-Length: 2\r\n\r\n{}") // and reads no more
		rig.Within(t, 10*time.Second, "the provider's call ends", r.Received().Gone())
	})
}
