package proxy_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// finishing is a journal whose closing frame waits.
type finishing struct {
	proxy.Journal
	gate <-chan struct{}
}

func (f finishing) Finish(ctx context.Context, c journal.Close) error {
	<-f.gate
	return f.Journal.Finish(ctx, c)
}

// TestTheClientHasItsAnswerBeforeTheLog: all bytes of an answer are there, and
// its end is known where a length was announced or is known by then, while the
// log is not yet written and nobody has looked at it.
func TestTheClientHasItsAnswerBeforeTheLog(t *testing.T) {
	for _, mode := range proxy.AnswerModes() {
		for _, say := range []string{"hello", "I am " + email} {
			for _, sized := range []bool{false, true} {
				gate := make(chan struct{})
				r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Answers, c.Journal = mode, finishing{c.Journal, gate} }})
				const body = `{"output":"nothing of anybody"}`
				a := sent(200, "application/json", body)
				a.Sized = sized
				r.Provider.Enqueue(standin.Fixed(a))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/model", strings.NewReader(`{"input":`+quoted(say)+`}`))
				rig.Must(t, err)
				req.Header.Set("Content-Type", "application/json")
				resp, err := r.Client(false).Do(req)
				if err != nil {
					t.Fatalf("%s, %q, sized %v: no head: %v", mode, say, sized, err)
				}
				got := make([]byte, len(body))
				if _, err = io.ReadFull(resp.Body, got); err == nil && resp.ContentLength >= 0 {
					_, err = resp.Body.Read(make([]byte, 1))
				}
				if string(got) != body || err != nil && err != io.EOF {
					t.Errorf("%s, %q, sized %v: %q, %v", mode, say, sized, got, err)
				}
				if changes := say != "hello" || mode == proxy.AnswersMask; changes && resp.ContentLength != int64(len(body)) {
					t.Errorf("%s, %q, sized %v: the length is %d", mode, say, sized, resp.ContentLength)
				}
				close(gate)
				_ = resp.Body.Close()
			}
		}
	}
}

// TestTheWholeExaminationHasOneDeadline: an answer of many texts, each of them
// short, is not looked at for longer than one request may be.
func TestTheWholeExaminationHasOneDeadline(t *testing.T) {
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Limits.Scan = 300 * time.Millisecond }})
	var texts strings.Builder
	for i := 0; texts.Len() < 6<<20; i++ {
		fmt.Fprintf(&texts, "\"write to user%d@example.org or call +44 20 7946 %04d\",", i, i%10000)
	}
	a := sent(200, "application/json", `[`+texts.String()+`""]`)
	a.Coding = "gzip"
	r.Provider.Enqueue(standin.Fixed(a))
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(`{"input":"hello"}`))
	rig.Must(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := r.Client(false).Do(req)
	rig.Must(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	rig.Must(t, err)
	_ = resp.Body.Close()
	rig.Must(t, r.Proxy.Shutdown(t.Context()))
	if !strings.Contains(r.Log.String(), `"answer_unread":true`) {
		t.Errorf("it was looked at to its end: %s", r.Log.String())
	}
}
