package proxy_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
	"coatcheck/proxy/wire/codings"
)

// TestEveryEventFlowsAtOnce: the provider sends the next event only after the
// client has the last one whole, with live tokens and without.
func TestEveryEventFlowsAtOnce(t *testing.T) {
	for _, road := range rig.Ways {
		for _, content := range []string{"hello there my friend", "I am " + email + ", hello there my friend"} {
			gate := make(chan struct{})
			r := rig.New(t, rig.Options{})
			r.Provider.Enqueue(standin.Voice{Gate: gate, Say: func(string) string { return "one two three four five six" }}.Answer)
			req, err := http.NewRequest(http.MethodPost, road.URL(r, "api.openai.com", "/v1/chat/completions"),
				strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":`+quoted(content)+`}]}`))
			rig.Must(t, err)
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			resp, err := r.Client(road.H2).Do(req.WithContext(ctx))
			rig.Must(t, err)
			body := bufio.NewReader(resp.Body)
			events := strings.Count(string(r.Received().Reply), "\n\n")
			if events < 6 {
				t.Fatalf("%d events: too few to tell", events)
			}
			for n := range events {
				if err := readEvent(body); err != nil {
					t.Fatalf("%s: event %d of %d: %v", road.Name, n, events, err)
				}
				if n == events-1 {
					break
				}
				select {
				case gate <- struct{}{}:
				case <-ctx.Done():
					t.Fatalf("%s: the server does not wait after event %d of %d", road.Name, n, events)
				}
			}
			_ = resp.Body.Close()
		}
	}
}

// TestEveryKindOfStreamFlowsAtOnce: whatever a stream is called, the provider
// sends its next piece only after the client has the last one.
func TestEveryKindOfStreamFlowsAtOnce(t *testing.T) {
	const lines, events = "{\"response\":\"one\"}\n", "data: {\"output\":\"one\"}\n\n"
	for _, c := range []struct{ contentType, piece, coding string }{
		{"application/x-ndjson", lines, ""},
		{"application/x-ndjson", lines, "gzip"},
		{"application/json", lines, ""},
		{"application/json", events, ""},
		{"Text/Event-Stream; charset=utf-8", events, ""},
		{"text/plain", "one two three.\n", ""},
		{"text/plain", events, "br"},
		{"application/octet-stream", lines, ""},
		{"", "one two three.\n", ""},
	} {
		for _, say := range []string{"hello", "I am " + email} {
			gate := make(chan struct{})
			r := rig.New(t, rig.Options{})
			r.Provider.Enqueue(standin.Fixed(standin.Answer{
				Header: http.Header{"Content-Type": {c.contentType}}, Body: []byte(strings.Repeat(c.piece, 4)), Cut: standin.Every(len(c.piece)), Gate: gate, Coding: c.coding,
			}))
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/model", strings.NewReader(`{"input":`+quoted(say)+`}`))
			rig.Must(t, err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Accept-Encoding", c.coding)
			resp, err := r.Client(false).Do(req)
			if err != nil {
				t.Errorf("%s, %s, %q: no head: %v", c.contentType, c.coding, say, err)
				continue
			}
			from, err := codings.NewReader(resp.Header.Get("Content-Encoding"), resp.Body)
			rig.Must(t, err)
			for n := range 4 {
				got := make([]byte, len(c.piece))
				if _, err := io.ReadFull(from, got); err != nil || string(got) != c.piece {
					t.Errorf("%s, %s, %q: piece %d is %q, %v", c.contentType, c.coding, say, n, got, err)
					break
				}
				if n < 3 {
					gate <- struct{}{}
				}
			}
			_ = resp.Body.Close()
		}
	}
}

// TestAStreamIsChargedForWhatIsHeld: a stream may be longer than all exchanges
// together may hold, as nothing of it is; a document may not.
func TestAStreamIsChargedForWhatIsHeld(t *testing.T) {
	line := "{\"response\":\"" + strings.Repeat("word ", 200) + "\"}\n"
	events := "data: " + line + "\n"
	for _, c := range []struct {
		name, contentType, body string
		whole                   bool
	}{
		{"lines", "application/x-ndjson", strings.Repeat(line, 2048), true},
		{"lines called JSON", "application/json", strings.Repeat(line, 2048), true},
		{"events", "text/event-stream", strings.Repeat(events, 2048), true},
		{"text", "text/plain", strings.Repeat("one two three.\n", 128<<10), true},
		{"a picture", "image/png", strings.Repeat("\x89PNG", 512<<10), true},
		{"a document", "application/json", `["` + strings.Repeat("word ", 400<<10) + `"]`, false},
		{"an event", "text/event-stream", "data: [\"" + strings.Repeat("word ", 400<<10) + "\"]\n\n", false},
	} {
		r := rig.New(t, rig.Options{Config: func(cfg *proxy.Config) { cfg.Limits.InFlight = 1 << 20 }})
		r.Provider.Enqueue(standin.Fixed(sent(200, c.contentType, c.body)))
		_, body, err := r.TryPost(`{"input":` + quoted(email) + `}`)
		if whole := err == nil && body == c.body; whole != c.whole {
			t.Errorf("%s: %d bytes of %d arrived (%v)", c.name, len(body), len(c.body), err)
		}
		// What was held is given back.
		for range 3 {
			if resp, body := r.Post(r.Client(false), chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`); resp.StatusCode != 200 {
				t.Errorf("after %s: status %d: %s", c.name, resp.StatusCode, body)
			}
		}
	}
}

// TestTheLogYieldsToExchanges: what is kept of an answer for the log is of the
// budget too, and ends where others may need it. The answer itself does not.
func TestTheLogYieldsToExchanges(t *testing.T) {
	body := strings.Repeat("one two three.\n", 40<<10) // 600 KiB
	for _, c := range []struct {
		inFlight int64
		whole    bool
	}{{4 << 20, true}, {1 << 20, false}} {
		r := rig.New(t, rig.Options{Config: func(cfg *proxy.Config) { cfg.Limits.InFlight = c.inFlight }})
		r.Provider.Enqueue(standin.Fixed(sent(200, "text/plain", body)))
		if _, got, err := r.TryPost(`{"input":"hello"}`); err != nil || got != body {
			t.Errorf("%d in flight: %d bytes of %d arrived, %v", c.inFlight, len(got), len(body), err)
		}
		rig.Must(t, r.Proxy.Shutdown(t.Context()))
		if whole := !strings.Contains(r.Log.String(), `"answer_unread":true`); whole != c.whole {
			t.Errorf("%d in flight: the answer was kept whole: %v", c.inFlight, whole)
		}
	}
}

func readEvent(r *bufio.Reader) error {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if line == "\n" {
			return nil
		}
	}
}

// TestShutdownLetsAnswersFinish: a running stream completes, new clients are
// turned away.
func TestShutdownLetsAnswersFinish(t *testing.T) {
	gate := make(chan struct{})
	r := rig.New(t, rig.Options{})
	r.Provider.Enqueue(standin.Voice{Gate: gate}.Answer)
	resp, err := r.Client(false).Post(chatURL, "application/json", strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"`+email+`"}]}`))
	rig.Must(t, err)
	body := bufio.NewReader(resp.Body)
	rig.Must(t, readEvent(body))
	stopped := make(chan error, 1)
	go func() { stopped <- r.Proxy.Shutdown(context.Background()) }()
	for { // the listener closes as the first thing
		c, err := net.Dial("tcp", r.Addr)
		if err != nil {
			break
		}
		_ = c.Close()
	}
	close(gate)
	rest, err := io.ReadAll(body)
	rig.Must(t, err)
	if !strings.HasSuffix(string(rest), "data: [DONE]\n\n") {
		t.Error("the running stream was cut")
	}
	rig.Must(t, <-stopped)
}

// TestNothingIsLeftRunning: goroutines are back to what they were, whatever
// was under way when the proxy closed.
func TestNothingIsLeftRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("traffic", func(t *testing.T) {
		far := rig.NewFarEnd(t)
		r := rig.Tunnelled(t, far, nil)
		for _, h2 := range []bool{false, true} {
			r.Post(r.Client(h2), chatURL, hello)
		}
		r.Raw(rig.ConnectRequest(rig.Rebound, "")) // refused
		client, server := r.Open(far, rig.Unknown)
		_, err := io.WriteString(client, "SSH-2.0-client\r\n")
		rig.Must(t, err)
		rig.Expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
		r.Open(far, rig.Unknown) // and silent
		r.Upgrade(far, "a frame")
		ctx, cancel := context.WithCancel(context.Background())
		for range 20 {
			r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
				a := standin.Voice{}.Answer(q)
				a.End, a.EndAfter = standin.Stall, 1
				return a
			})
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"`+email+`"}]}`))
			rig.Must(t, err)
			resp, err := r.Client(false).Do(req)
			rig.Must(t, err)
			_, err = resp.Body.Read(make([]byte, 1))
			rig.Must(t, err)
		}
		cancel()
	})
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// TestShutdownClosesTheEntriesOfWhatItCuts: when it returns, the log tells of
// every exchange how it ended, and that it was not the client who left.
func TestShutdownClosesTheEntriesOfWhatItCuts(t *testing.T) {
	r := rig.New(t, rig.Options{})
	const n = 6
	for range n {
		r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
			a := standin.Voice{}.Answer(q)
			a.End, a.EndAfter = standin.Stall, 1
			return a
		})
		resp, err := r.Client(false).Post(chatURL, "application/json", strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"`+email+`"}]}`))
		rig.Must(t, err)
		_, err = resp.Body.Read(make([]byte, 1))
		rig.Must(t, err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Proxy.Shutdown(over); err == nil {
		t.Error("nothing was left to cut")
	}
	if got := strings.Count(r.Log.String(), `"stage":"restore","reason":"shutdown"`); got != n {
		t.Errorf("%d of %d exchanges are told as cut:\n%s", got, n, r.Log)
	}
}
