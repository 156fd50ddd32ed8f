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

	"coatcheck/proxy/standin"
)

// TestEveryEventFlowsAtOnce: the provider sends the next event only after the
// client has the last one whole, with live tokens and without.
func TestEveryEventFlowsAtOnce(t *testing.T) {
	for _, road := range roads {
		for _, content := range []string{"hello there my friend", "I am " + email + ", hello there my friend"} {
			gate := make(chan struct{})
			r := newRig(t, rigOptions{})
			r.provider.Enqueue(standin.Voice{Gate: gate, Say: func(string) string { return "one two three four five six" }}.Answer)
			req, err := http.NewRequest(http.MethodPost, road.url(r, "api.openai.com", "/v1/chat/completions"),
				strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":`+quoted(content)+`}]}`))
			must(t, err)
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			resp, err := r.client(road.h2).Do(req.WithContext(ctx))
			must(t, err)
			body := bufio.NewReader(resp.Body)
			events := strings.Count(string(r.received().Reply), "\n\n")
			if events < 6 {
				t.Fatalf("%d events: too few to tell", events)
			}
			for n := range events {
				if err := readEvent(body); err != nil {
					t.Fatalf("%s: event %d of %d: %v", road.name, n, events, err)
				}
				if n == events-1 {
					break
				}
				select {
				case gate <- struct{}{}:
				case <-ctx.Done():
					t.Fatalf("%s: the server does not wait after event %d of %d", road.name, n, events)
				}
			}
			_ = resp.Body.Close()
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
	r := newRig(t, rigOptions{})
	r.provider.Enqueue(standin.Voice{Gate: gate}.Answer)
	resp, err := r.client(false).Post(chatURL, "application/json", strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"`+email+`"}]}`))
	must(t, err)
	body := bufio.NewReader(resp.Body)
	must(t, readEvent(body))
	stopped := make(chan error, 1)
	go func() { stopped <- r.proxy.Shutdown(context.Background()) }()
	for { // the listener closes as the first thing
		c, err := net.Dial("tcp", r.addr)
		if err != nil {
			break
		}
		_ = c.Close()
	}
	close(gate)
	rest, err := io.ReadAll(body)
	must(t, err)
	if !strings.HasSuffix(string(rest), "data: [DONE]\n\n") {
		t.Error("the running stream was cut")
	}
	must(t, <-stopped)
}

// TestNothingIsLeftRunning: goroutines are back to what they were, whatever
// was under way when the proxy closed.
func TestNothingIsLeftRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("traffic", func(t *testing.T) {
		far := newFarEnd(t)
		r := tunnelled(t, far, nil)
		for _, h2 := range []bool{false, true} {
			r.post(r.client(h2), chatURL, hello)
		}
		r.raw(connectRequest(rebound, "")) // refused
		client, server := r.open(far, unknown)
		_, err := io.WriteString(client, "SSH-2.0-client\r\n")
		must(t, err)
		expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
		r.open(far, unknown) // and silent
		upgrade(t, r, far, "a frame")
		ctx, cancel := context.WithCancel(context.Background())
		for range 20 {
			r.provider.Enqueue(func(q *standin.Request) standin.Answer {
				a := standin.Voice{}.Answer(q)
				a.End, a.EndAfter = standin.Stall, 1
				return a
			})
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"`+email+`"}]}`))
			must(t, err)
			resp, err := r.client(false).Do(req)
			must(t, err)
			_, err = resp.Body.Read(make([]byte, 1))
			must(t, err)
		}
		cancel()
	})
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}
