package proxy_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

// hostile keeps one pattern of slowEngine busy until its time is up.
var hostile = strings.Repeat("ab", 60) + "?"

// slowEngine has the built-in packs and a pattern that runs away. One search of
// it may take longer than a scan, so that the scan fails, and not the search.
var slowEngine = sync.OnceValues(func() (*redact.Engine, error) {
	base, err := builtin.Load()
	if err != nil {
		return nil, err
	}
	own, err := rules.Load(fstest.MapFS{"slow.yaml": {Data: []byte(`
apiVersion: coatcheck/rules/v1
pack: {id: slow}
rules: [{id: slow, entity: ID_NUMBER, patterns: [{regex: '(?:a|b|ab){1,60}(?![ab]|\? )'}]}]
`)}}, "slow.yaml")
	if err != nil {
		return nil, err
	}
	set, err := rules.Merge(base, own)
	if err != nil {
		return nil, err
	}
	return redact.New(set, redact.Options{Timeout: scanTime + scanTime/8})
})

// scanTime is enough for a scan that ends, on a busy machine too.
const scanTime = 2 * time.Second

// TestMaskedAnswerWhoseScanFails: an answer of which a piece cannot be looked at
// is no answer. Whole, the client gets the provider's error shape; a stream that
// has begun is cut where it stands. Nothing from that piece on leaves, whoever
// wrote it, and the log says so.
func TestMaskedAnswerWhoseScanFails(t *testing.T) {
	engine, err := slowEngine()
	rig.Must(t, err)
	for _, c := range []struct {
		name, url, body string
		stream, h2      bool
	}{
		{"OpenAI, whole", chatURL, `{"messages":[{"role":"user","content":"hello"}]}`, false, false},
		{"OpenAI, streamed", chatURL, `{"stream":true,"messages":[{"role":"user","content":"hello"}]}`, true, true},
		{"Anthropic, whole", messagesURL, `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}`, false, true},
		{"Anthropic, streamed", messagesURL, `{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hello"}]}`, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t, rig.Options{Config: func(cfg *proxy.Config) {
				cfg.Answers, cfg.Engine, cfg.Limits.Scan = proxy.AnswersMask, engine, scanTime
			}})
			gate, begun := make(chan struct{}), make(chan struct{})
			r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
				a := standin.Voice{Say: func(string) string {
					return "Good morning to you. " + hostile + " and " + stranger + " too, on 4111 1111 1111 1111."
				}}.Answer(q)
				if c.stream {
					a.Cut, a.Gate = standin.PerEvent, gate
				}
				return a
			})
			if c.stream {
				go func() { // some events, and the rest when the client has seen one
					for range 8 {
						gate <- struct{}{}
					}
					<-begun
					close(gate)
				}()
			}
			resp, err := r.Client(c.h2).Post(c.url, "application/json", strings.NewReader(c.body))
			rig.Must(t, err)
			answer, err := readPast(resp.Body, "Good", begun)
			_ = resp.Body.Close()
			escaped(t, c.name, "Good morning to you.", answer, hostile, stranger, "4111 1111 1111 1111")
			how := "failed"
			if c.stream {
				how = "broken"
				if err == nil || resp.StatusCode != 200 || !strings.Contains(answer, "Good") {
					t.Errorf("status %d, error %v: %s", resp.StatusCode, err, answer)
				}
			} else {
				rig.Must(t, err)
				if resp.StatusCode != 502 {
					t.Errorf("status %d: %s", resp.StatusCode, answer)
				}
				if !strings.Contains(answer, `"type":"coatcheck_refused"`) || !strings.Contains(answer, `"code":"answer_unreadable"`) {
					t.Errorf("not the provider's error shape: %s", answer)
				}
			}
			rig.Must(t, r.Proxy.Shutdown(t.Context()))
			recorded(t, r, how, "restore", "answer_unreadable")
		})
	}
}

// readPast reads all of a body, and says when a word has come.
func readPast(body io.Reader, word string, begun chan<- struct{}) (string, error) {
	var answer strings.Builder
	buf := make([]byte, 256)
	for {
		n, err := body.Read(buf)
		answer.Write(buf[:n])
		if begun != nil && strings.Contains(answer.String(), word) {
			close(begun)
			begun = nil
		}
		if err == io.EOF {
			return answer.String(), nil
		}
		if err != nil {
			return answer.String(), err
		}
	}
}

const messagesURL = "https://api.anthropic.com/v1/messages"

// recorded fails unless the one exchange ended so, in the log line and in the
// sealed log, and unless both say that not all of the answer was looked at.
func recorded(t testing.TB, r *rig.Rig, outcome, stage, reason string) {
	t.Helper()
	for _, want := range []string{
		fmt.Sprintf(`"outcome":%q`, outcome), fmt.Sprintf(`"stage":%q`, stage), fmt.Sprintf(`"reason":%q`, reason), `"answer_unread":true`,
	} {
		if !strings.Contains(r.Log.String(), want) {
			t.Errorf("the log line has no %s: %s", want, r.Log.String())
		}
	}
	n := 0
	for e, err := range journal.Read(r.Dir, r.Auditor) {
		rig.Must(t, err)
		if e.Exchange == nil || e.Exchange.Close == nil {
			continue
		}
		n++
		if got := e.Exchange.Close.Clear; got.Outcome != outcome || got.Stage != stage || got.Reason != reason || !got.Unread {
			t.Errorf("sealed: %+v", got)
		}
	}
	if n != 1 {
		t.Errorf("%d exchanges are sealed", n)
	}
}

// TestMaskedAnswerThatBreaksOff: half an event, or half a document, is not
// looked at, so it does not leave.
func TestMaskedAnswerThatBreaksOff(t *testing.T) {
	for _, c := range []struct {
		name, label, sent string
		status            int
	}{
		{"an event", "text/event-stream", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Good morning. \"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + stranger + " ", 200},
		{"a document", "application/json", `{"choices":[{"index":0,"message":{"content":"` + stranger + ` `, 502},
	} {
		r := rig.New(t, rig.Options{Config: func(cfg *proxy.Config) { cfg.Answers = proxy.AnswersMask }})
		r.Provider.Enqueue(standin.Fixed(standin.Answer{
			Header: http.Header{"Content-Type": {c.label}}, Body: []byte(c.sent), Cut: standin.At(len(c.sent) - 1), End: standin.Abort, EndAfter: 1,
		}))
		resp, err := r.Client(false).Post(chatURL, "application/json", strings.NewReader(hello))
		rig.Must(t, err)
		answer, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != c.status || (err == nil) != (c.status == 502) {
			t.Errorf("%s: status %d, error %v: %s", c.name, resp.StatusCode, err, answer)
		}
		if c.status == 502 {
			rig.CheckRefusal(t, string(answer), "upstream_truncated")
		}
		escaped(t, c.name, "", string(answer), stranger)
	}
}
