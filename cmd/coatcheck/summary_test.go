package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
)

// TestSummary: it claims no more than is known; an app that goes around the proxy
// is not called protected, nor is a connection that came to nothing.
func TestSummary(t *testing.T) {
	const (
		none      = "0 exchanges, 0 values kept from the provider, 0 refused"
		one       = "1 exchange, 0 values kept from the provider, 0 refused"
		protected = "; every connection that reached coatcheck was protected"
	)
	unreachable := map[string]int{"accept/upstream_unreachable": 1}
	for _, tt := range []struct {
		counters proxy.Counters
		named    bool
		want     string
	}{
		{proxy.Counters{}, true, none + "; nothing came through coatcheck"},
		{
			proxy.Counters{Forwarded: 2, Values: map[string]int{"EMAIL": 2, "CARD": 1}, Refused: map[string]int{"accept/unknown_host": 1}},
			true, "2 exchanges, 3 values kept from the provider (CARD 1, EMAIL 2), 1 refused (accept/unknown_host 1)" + protected,
		},
		{
			proxy.Counters{Forwarded: 1, Unscanned: map[string]int{"image": 2, "pdf": 1}},
			true, one + "; 3 parts not scanned (image 2, pdf 1)" + protected,
		},
		{
			proxy.Counters{Unprotected: map[string]int{"a.example.com": 3, "b.example.com": 1}, Hidden: 2},
			true, none + "; not protected: a.example.com 3, b.example.com 1, 2 more",
		},
		{
			proxy.Counters{Unprotected: map[string]int{"a.example.com": 3}, Hidden: 2},
			false, none + "; 5 connections not protected (the hosts are in the sealed log: coatcheck logs show)",
		},
		{
			proxy.Counters{Forwarded: 1, Made: map[string]int{"EMAIL": 2, "PHONE": 1}, Handshakes: map[string]int{"untrusted": 1, "closed": 1}},
			true, one + "; the model wrote 3 private values that nobody sent (EMAIL 2, PHONE 1); 2 connections did not complete TLS (closed 1, untrusted 1): nothing of it was sent",
		},
		{
			proxy.Counters{Handshakes: map[string]int{"untrusted": 1}},
			true, none + "; nothing reached a provider; 1 connection did not complete TLS (untrusted 1): nothing of it was sent",
		},
		{
			proxy.Counters{Refused: unreachable},
			true, "0 exchanges, 0 values kept from the provider, 1 refused (accept/upstream_unreachable 1); nothing reached a provider",
		},
	} {
		if got := summary(tt.counters, tt.named); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestSummaryTellsOfTokensThatStayed: an answer that was not put back whole is
// not passed over in silence.
func TestSummaryTellsOfTokensThatStayed(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "; 1 token of an answer stayed in a link or a tag", 3: "; 3 tokens of answers stayed in links or tags"} {
		if text := summary(proxy.Counters{Forwarded: 1, Guarded: n}, false); strings.Contains(text, "stayed") != (n > 0) || !strings.Contains(text, want) {
			t.Errorf("%d: %s", n, text)
		}
	}
}

// TestAppsThatWentAroundAreNotCalledProtected: only of an app, which was to come
// through, is it said.
func TestAppsThatWentAroundAreNotCalledProtected(t *testing.T) {
	const around = "; nothing came through coatcheck: if the app spoke to a model, it went around"
	for forwarded, want := range []bool{true, false} {
		if got := summaryOfApp(proxy.Counters{Forwarded: forwarded}); strings.Contains(got, around) != want {
			t.Errorf("%d exchanges: %q", forwarded, got)
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

// TestSummariesTellWhatIsNew: an hour in which nothing happened is no line, the
// end always is one.
func TestSummariesTellWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		var c proxy.Counters
		due := make(chan time.Time)
		s := &summaries{of: func() proxy.Counters { return c }, to: &out}
		go s.keep(t.Context(), due)
		synctest.Wait()
		for _, forwarded := range []int{0, 1, 1, 2} {
			c.Forwarded = forwarded
			due <- time.Now()
			synctest.Wait()
		}
		s.print(true)
		var said []string
		for line := range strings.Lines(out.String()) {
			said = append(said, strings.SplitN(strings.TrimPrefix(line, "coatcheck: since the start: "), ",", 2)[0])
		}
		if got := strings.Join(said, "; "); got != "1 exchange; 2 exchanges; 2 exchanges" {
			t.Errorf("said %q", got)
		}
	})
}
