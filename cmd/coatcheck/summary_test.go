package main

import (
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
)

func TestSummaryNamesWhatTheModelWrote(t *testing.T) {
	var out strings.Builder
	summarize(&out, proxy.Counters{Forwarded: 1, Made: map[string]int{"EMAIL": 2, "PHONE": 1}})
	if want := "; the model wrote 3 private values that nobody sent (EMAIL 2, PHONE 1)\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("%q, want it to end with %q", out.String(), want)
	}
}

// TestSummaryTellsOfTokensThatStayed: an answer that was not put back whole is
// not passed over in silence.
func TestSummaryTellsOfTokensThatStayed(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "; 1 token of an answer stayed in a link or a tag", 3: "; 3 tokens of answers stayed in links or tags"} {
		var out strings.Builder
		summarize(&out, proxy.Counters{Forwarded: 1, Guarded: n})
		if text := out.String(); strings.Contains(text, "stayed") != (n > 0) || !strings.Contains(text, want) {
			t.Errorf("%d: %s", n, text)
		}
	}
}

func TestEntryTellsOfTokensThatStayed(t *testing.T) {
	x := &journal.Exchange{ID: "1", Open: &journal.Open{}, Close: &journal.Close{Clear: journal.CloseClear{Outcome: "done", Restored: 2, Guarded: 3}}}
	var text strings.Builder
	if err := showText(&text, journal.Entry{Exchange: x}); err != nil || !strings.Contains(text.String(), "done, restored 2, left 3 guarded, 0 ms") {
		t.Errorf("%v, %s", err, text.String())
	}
}
