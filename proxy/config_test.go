package proxy_test

import (
	"strings"
	"testing"
	"time"

	"coatcheck/proxy"
	"coatcheck/proxy/door"
)

// TestNewNamesEveryFault: what is missing and what cannot be, all at once.
func TestNewNamesEveryFault(t *testing.T) {
	_, err := proxy.New(proxy.Config{
		Door: door.Config{
			Header:   -1,
			Timeouts: door.Timeouts{Handshake: -1, Dial: -1, Upstream: -1, Stalled: -time.Second, Idle: -1},
		},
		Answers: "hide",
		Limits:  proxy.Limits{Body: -1, Ratio: -1, Depth: -1, InFlight: -1, Event: -1, Scan: -1},
	})
	if err == nil {
		t.Fatal("it was taken")
	}
	for _, name := range []string{
		"Authority", "Engine", "PRF", "Vault", "Answers",
		"Limits.Body", "Limits.Ratio", "Limits.Depth", "Limits.InFlight", "Header", "Limits.Event",
		"Timeouts.Handshake", "Limits.Scan", "Timeouts.Dial", "Timeouts.Upstream", "Timeouts.Stalled", "Timeouts.Idle",
	} {
		if !strings.Contains(err.Error(), "Config."+name+" ") {
			t.Errorf("%s is not named in %q", name, err)
		}
	}
}
