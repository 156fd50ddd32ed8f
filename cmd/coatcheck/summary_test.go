package main

import (
	"strings"
	"testing"

	"coatcheck/proxy"
)

func TestSummaryNamesWhatTheModelWrote(t *testing.T) {
	var out strings.Builder
	summarize(&out, proxy.Counters{Forwarded: 1, Made: map[string]int{"EMAIL": 2, "PHONE": 1}})
	if want := "; the model wrote 3 private values that nobody sent (EMAIL 2, PHONE 1)\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("%q, want it to end with %q", out.String(), want)
	}
}
