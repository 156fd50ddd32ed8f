package proxy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/redact"
	"coatcheck/rules/builtin"
)

// TestManyFindingsAreRecorded: a request is recorded however much was found in
// it; an entry lists so many places and counts the rest. What is over the limit
// is refused for that reason, and recorded like the others.
func TestManyFindingsAreRecorded(t *testing.T) {
	set, err := builtin.Load()
	rig.Must(t, err)
	engine, err := redact.New(set, redact.Options{Timeout: time.Minute}) // a slow machine changes nothing
	rig.Must(t, err)
	bounded, err := redact.New(set, redact.Options{Timeout: time.Minute, MaxFindings: proxy.MaxFindings})
	rig.Must(t, err)
	for _, tt := range []struct {
		engine                         *redact.Engine
		found, status, counted, listed int
		reason                         string
	}{
		{engine, 10_000, 200, 10_000, 10_000, ""},
		{bounded, 12_345, 200, 12_345, 10_000, ""},
		{engine, 1<<17 + 1, 413, 1<<17 + 1, 10_000, "too_many_values"},
		{bounded, 1<<17 + 1, 413, 1 << 17, 10_000, "too_many_values"},
	} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Engine, c.Limits.Scan = tt.engine, time.Minute }})
		resp, answer := r.Post(r.Client(false), "https://api.example.com/model", `{"input":"`+strings.Repeat("jane.roe@example.com ", tt.found)+`"}`)
		if resp.StatusCode != tt.status {
			t.Errorf("%d found: status %d: %.200s", tt.found, resp.StatusCode, answer)
			continue
		}
		if tt.reason != "" {
			rig.CheckRefusal(t, answer, tt.reason)
		}
		rig.Must(t, r.Proxy.Shutdown(context.Background()))
		entries := 0
		for e, err := range journal.Read(r.Dir, r.Auditor) {
			rig.Must(t, err)
			if e.Exchange == nil {
				continue
			}
			entries++
			o, c := e.Exchange.Open, e.Exchange.Close
			if o == nil || c == nil || c.Clear.Reason != tt.reason {
				t.Fatalf("%d found: opened %v, closed %+v", tt.found, o != nil, c)
			}
			if o.Clear.Entities["EMAIL"] != tt.counted || len(o.Secret.Spans) != tt.listed || o.Secret.Unlisted != tt.counted-tt.listed {
				t.Errorf("%d found: the entry counts %v, lists %d and %d more", tt.found, o.Clear.Entities, len(o.Secret.Spans), o.Secret.Unlisted)
			}
		}
		if entries != 1 {
			t.Errorf("%d found: %d entries", tt.found, entries)
		}
	}
}
