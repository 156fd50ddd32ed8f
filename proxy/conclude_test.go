package proxy_test

import (
	"context"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// panicking is a journal that falls over what it is to close.
type panicking struct{ proxy.Journal }

func (panicking) Finish(_ context.Context, c journal.Close) error { panic(email + c.Clear.Exchange) }

// TestAPanicBehindTheAnswerEndsNoProcess: no server catches it there, so the
// line does; what it fell over is not told.
func TestAPanicBehindTheAnswerEndsNoProcess(t *testing.T) {
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Answers, c.Journal = proxy.AnswersReport, panicking{c.Journal} }})
	r.Provider.Enqueue(standin.Fixed(sent(200, "application/json", `{"output":"nothing of anybody"}`)))
	if resp, _ := r.Post(r.Client(false), "https://api.example.com/model", `{"input":"hello"}`); resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
	}
	rig.Must(t, r.Proxy.Shutdown(t.Context())) // waits for what is behind the answer
	if log := r.Log.String(); !strings.Contains(log, "a stage panicked") || strings.Contains(log, email) {
		t.Errorf("the log says %s", log)
	}
}
