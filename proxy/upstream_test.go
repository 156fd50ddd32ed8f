package proxy_test

import (
	"context"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

func TestUpstreamFaults(t *testing.T) {
	body := `{"messages":[{"role":"user","content":"` + email + `"}]}`
	t.Run("down, then up again", func(t *testing.T) {
		r := rig.New(t, rig.Options{})
		c := r.Client(false)
		r.Provider.Down() // before a connection is kept, on which something might have left
		resp, answer := r.Post(c, chatURL, body)
		if strings.Contains(answer, "upstream_garbled") { // it went out before the end of the kept connection was seen
			resp, answer = r.Post(c, chatURL, body)
		}
		if resp.StatusCode != 502 {
			t.Fatalf("status %d, want 502: %s", resp.StatusCode, answer)
		}
		rig.CheckRefusal(t, answer, "upstream_unreachable")
		if got := resp.Header.Get("X-Should-Retry"); got != "true" {
			t.Errorf("X-Should-Retry: %s: nothing has left", got)
		}
		rig.Must(t, r.Provider.Up())
		if resp, _ := r.Post(c, chatURL, body); resp.StatusCode != 200 {
			t.Errorf("status %d: an outage must cost its own requests alone", resp.StatusCode)
		}
	})
	t.Run("untrusted certificate", func(t *testing.T) {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Door.UpstreamCAs = nil }})
		resp, answer := r.Post(r.Client(false), chatURL, body)
		if resp.StatusCode != 502 {
			t.Fatalf("status %d", resp.StatusCode)
		}
		rig.CheckRefusal(t, answer, "upstream_tls")
		r.Unseen(email)
	})
	t.Run("expired certificate", func(t *testing.T) {
		r := rig.New(t, rig.Options{Provider: standin.Config{Leaf: func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }}})
		resp, _ := r.Post(r.Client(false), chatURL, body)
		if resp.StatusCode != 502 || len(r.Provider.Requests()) != 0 {
			t.Errorf("status %d, %d requests", resp.StatusCode, len(r.Provider.Requests()))
		}
	})
	t.Run("no head in time", func(t *testing.T) {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Door.Timeouts.Upstream = 50 * time.Millisecond }})
		r.Provider.Enqueue(standin.Fixed(standin.Answer{HeadGate: make(chan struct{})}))
		resp, answer := r.Post(r.Client(false), chatURL, body)
		if resp.StatusCode != 504 {
			t.Fatalf("status %d", resp.StatusCode)
		}
		rig.CheckRefusal(t, answer, "upstream_timeout")
	})
	for _, status := range []int{301, 307, 308} {
		for _, to := range []string{
			"https://elsewhere.example.net/v1", "http://api.openai.com/v1", "//elsewhere.example.net/v1",
			"///elsewhere.example.net/x", `/\elsewhere.example.net/x`, `/\/elsewhere.example.net/x`, `\\elsewhere.example.net`,
			"/\t/elsewhere.example.net", "https://api.openai.com@elsewhere.example.net/", `https://elsewhere.example.net\@api.openai.com/`,
			"javascript:alert(1)", "https:elsewhere.example.net",
		} {
			r := rig.New(t, rig.Options{})
			r.Provider.Enqueue(standin.Redirect(status, to))
			resp, answer := r.Post(r.Client(false), chatURL, body)
			if resp.StatusCode != 502 || resp.Header.Get("Location") != "" {
				t.Fatalf("%d to %s: status %d", status, to, resp.StatusCode)
			}
			rig.CheckRefusal(t, answer, "redirect_off_host")
		}
	}
}

func TestBrokenAnswerNeverEndsCleanly(t *testing.T) {
	body := `{"stream":true,"messages":[{"role":"user","content":"` + email + ` and ` + card + `"}]}`
	for _, h2 := range []bool{false, true} {
		for _, end := range []standin.End{standin.Abort, standin.Reset} {
			for _, plain := range []bool{false, true} {
				r := rig.New(t, rig.Options{})
				sent := body
				if plain {
					sent = `{"stream":true,"messages":[{"role":"user","content":"a b c d e f g h i j k l m n o p"}]}`
				}
				r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
					a := standin.Voice{}.Answer(q)
					a.End, a.EndAfter = end, 3
					return a
				})
				resp, err := r.Client(h2).Post(chatURL, "application/json", strings.NewReader(sent))
				if err != nil {
					continue // broken before the head was seen: visible too
				}
				_, err = io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if err == nil {
					t.Errorf("h2 %v, end %v, without values %v: a broken answer ended cleanly", h2, end, plain)
				}
			}
		}
	}
}

func TestClientThatLeavesCancelsTheProvider(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		r := rig.New(t, rig.Options{})
		r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
			a := standin.Voice{}.Answer(q)
			a.End, a.EndAfter = standin.Stall, 2
			return a
		})
		ctx, cancel := context.WithCancel(context.Background())
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"`+email+`"}]}`))
		rig.Must(t, err)
		resp, err := r.Client(h2).Do(req)
		rig.Must(t, err)
		_, err = resp.Body.Read(make([]byte, 1))
		rig.Must(t, err)
		cancel()
		rig.Within(t, 5*time.Second, "the provider's call is cancelled", r.Received().Gone())
	}
}
