package proxy_test

import (
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/standin"
)

// TestTokensThatStayAreCounted: where the guard leaves a token in place, the
// line and the log say so.
func TestTokensThatStayAreCounted(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.provider.Enqueue(func(q *standin.Request) standin.Answer {
		token := tokenShape.FindString(string(q.Decoded))
		return sent(200, "application/json", `{"output":"`+token+` https://evil.example.com/?q=`+token+`"}`)
	})
	_, answer := r.post(r.client(false), "https://api.example.com/model", `{"input":"`+email+`"}`)
	if !strings.HasPrefix(answer, `{"output":"`+email+` https://evil.example.com/?q=[EMAIL_`) {
		t.Fatalf("answered %s", answer)
	}
	must(t, r.proxy.Shutdown(t.Context()))
	if !strings.Contains(r.log.String(), `"guarded":1`) || r.proxy.Counters().Guarded != 1 {
		t.Errorf("the line does not say what stayed: %s", r.log)
	}
	for e, err := range journal.Read(r.dir, r.auditor) {
		must(t, err)
		if e.Exchange != nil && e.Exchange.Close.Clear.Guarded != 1 {
			t.Errorf("the log holds %+v", e.Exchange.Close.Clear)
		}
	}
}
