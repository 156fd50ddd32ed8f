package main

import (
	"strings"
	"testing"

	"coatcheck/proxy"
)

// TestSummaryClaimsNoMoreThanIsKnown: an app that goes around the proxy is not
// called protected, nor is a connection that came to nothing.
func TestSummaryClaimsNoMoreThanIsKnown(t *testing.T) {
	const (
		protected = "every connection that reached coatcheck was protected"
		around    = "nothing came through coatcheck"
	)
	one := map[string]int{"accept/upstream_unreachable": 1}
	for name, tt := range map[string]struct {
		counters  proxy.Counters
		want, not string
	}{
		"nothing at all":   {proxy.Counters{}, around + ": if the app spoke to a model, it went around", protected},
		"an exchange":      {proxy.Counters{Forwarded: 1}, "1 exchange, 0 values kept from the provider, 0 refused; " + protected, around},
		"a tunnel":         {proxy.Counters{Forwarded: 1, Unprotected: map[string]int{"x.example": 1}}, "; not protected: x.example 1", protected},
		"no trust":         {proxy.Counters{Handshakes: map[string]int{"untrusted": 1}}, "; 1 connection did not complete TLS (untrusted 1): nothing of it was sent", protected},
		"some trust":       {proxy.Counters{Forwarded: 2, Handshakes: map[string]int{"untrusted": 1, "closed": 1}}, "; 2 connections did not complete TLS (closed 1, untrusted 1)", protected},
		"no provider":      {proxy.Counters{Refused: one}, "1 refused (accept/upstream_unreachable 1); nothing reached a provider", protected},
		"one of two":       {proxy.Counters{Forwarded: 1, Refused: one}, "1 refused (accept/upstream_unreachable 1); " + protected, around},
		"what models made": {proxy.Counters{Forwarded: 1, Made: map[string]int{"EMAIL": 2, "PHONE": 1}}, "; the model wrote 3 private values that nobody sent (EMAIL 2, PHONE 1)\n", around},
	} {
		var out strings.Builder
		summarize(&out, tt.counters)
		if !strings.Contains(out.String(), tt.want) || strings.Contains(out.String(), tt.not) {
			t.Errorf("%s: %q, want it to hold %q and not %q", name, out.String(), tt.want, tt.not)
		}
	}
}
