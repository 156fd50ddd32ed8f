package proxy_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/zstd"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
)

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func zstdOf(s string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(s), nil))
}

// TestRefusals is the fail-closed table over the wire: each bad request gets
// its status in the provider's error shape, and nothing leaves.
func TestRefusals(t *testing.T) {
	chat := func(content string) string {
		return `{"messages":[{"role":"user","content":` + quoted(content) + `}]}`
	}
	deep := strings.Repeat(`{"a":`, 1001) + "1" + strings.Repeat("}", 1001)
	for _, tt := range []struct {
		name, url, body string
		header          map[string]string
		config          func(*proxy.Config)
		status          int
		reason          string
	}{
		{"malformed JSON", chatURL, `{"messages":[`, nil, nil, 400, "malformed"},
		{"trailing garbage", chatURL, chat("hi") + "x", nil, nil, 400, "malformed"},
		{"deep nesting", chatURL, deep, nil, nil, 413, "too_deep"},
		{"body too large", chatURL, chat(strings.Repeat("word ", 4000)), nil, small, 413, "body_too_large"},
		{"gzip bomb", chatURL, gzipped(chat(strings.Repeat("a", 40<<20))), map[string]string{"Content-Encoding": "gzip"}, nil, 413, "body_too_large"},
		{"zstd over the limit", chatURL, zstdOf(chat(strings.Repeat("word ", 4000))), map[string]string{"Content-Encoding": "zstd"}, small, 413, "body_too_large"},
		{"unknown coding", chatURL, chat("hi"), map[string]string{"Content-Encoding": "snappy"}, nil, 415, "coding"},
		{"stacked codings", chatURL, gzipped(gzipped(chat("hi"))), map[string]string{"Content-Encoding": "gzip, gzip"}, nil, 415, "coding"},
		{"broken gzip", chatURL, gzipped(chat(email))[:30], map[string]string{"Content-Encoding": "gzip"}, nil, 415, "coding"},
		{"UTF-16", chatURL, "\xff\xfe{\x00}\x00", nil, nil, 415, "coding"},
		{"multipart", chatURL, "--x\r\n\r\n" + email + "\r\n--x--", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, nil, 415, "media_type"},
		{"binary", chatURL, "\x00\x01" + email, map[string]string{"Content-Type": "application/octet-stream"}, nil, 415, "media_type"},
		{"e-mail in the path", "https://api.example.com/users/" + email, `{}`, nil, nil, 403, "unplaceable"},
		{"e-mail in the query", "https://api.example.com/model?who=jane.roe%40example.com", `{}`, nil, nil, 403, "unplaceable"},
		{"e-mail beside a semicolon", "https://api.example.com/model?a=1&q=jane.roe@example.com;", `{}`, nil, nil, 403, "unplaceable"},
		{"encoded e-mail beside a bad escape", "https://api.example.com/model?q=jane.roe%40example.com%zz", `{}`, nil, nil, 403, "unplaceable"},
		{"card in a parameter's name", "https://api.example.com/model?x-amz-4111111111111111=1", `{}`, nil, nil, 403, "unplaceable"},
		{"card in a header's name", chatURL, `{}`, map[string]string{"X-4111111111111111": "1"}, nil, 403, "unplaceable"},
		{"e-mail in a header", chatURL, `{}`, map[string]string{"X-Customer": email}, nil, 403, "unplaceable"},
		{"card in a number of a schema", chatURL, `{"max_tokens":4111111111111111}`, nil, nil, 403, "unplaceable"},
		{"signed body", "https://api.example.com/model", `{"input":"` + email + `"}`, map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=x"}, nil, 403, "signed_body"},
		{"upgrade", "https://api.example.com/realtime", "", map[string]string{"Connection": "Upgrade", "Upgrade": "websocket"}, nil, 426, "upgrade"},
		{"body over the whole budget", chatURL, chat("hi"), nil, func(c *proxy.Config) { c.Limits.InFlight = 10 }, 413, "body_too_large"},
		{"scan deadline", chatURL, chat(strings.Repeat("a@b ", 200000)), nil, func(c *proxy.Config) { c.Limits.Scan = time.Nanosecond }, 503, "scan_timeout"},
		{"journal fails", chatURL, chat(email), nil, func(c *proxy.Config) { c.Journal = rig.BrokenJournal{} }, 503, "journal"},
		{"journal fails for what would pass unread", "http://unknown.example.net/", chat(email), nil, func(c *proxy.Config) { c.Journal = rig.BrokenJournal{} }, 503, "journal"},
		{"vault full", chatURL, chat(email), nil, func(c *proxy.Config) { c.Vault = fullVault{} }, 503, "vault"},
		{"blocked by a rule", chatURL, chat("code ACME-1234"), nil, blockRule, 403, "blocked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rig.New(t, rig.Options{Config: tt.config})
			req, err := http.NewRequest(http.MethodPost, tt.url, strings.NewReader(tt.body))
			rig.Must(t, err)
			req.Header.Set("Content-Type", "application/json")
			for name, value := range tt.header {
				req.Header.Set(name, value)
			}
			resp, err := r.Client(false).Do(req)
			rig.Must(t, err)
			defer resp.Body.Close()
			answer, err := io.ReadAll(resp.Body)
			rig.Must(t, err)
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d: %s", resp.StatusCode, tt.status, answer)
			}
			rig.CheckRefusal(t, string(answer), tt.reason)
			passing := []string{"busy", "scan_timeout", "vault"} // reasons that pass by themselves
			if got, want := resp.Header.Get("X-Should-Retry"), strconv.FormatBool(slices.Contains(passing, tt.reason)); got != want {
				t.Errorf("X-Should-Retry: %s, want %s", got, want)
			}
			if n := len(r.Provider.Requests()); n != 0 {
				t.Errorf("%d requests left", n)
			}
			if strings.Contains(string(answer), email) {
				t.Errorf("the refusal quotes private text: %s", answer)
			}
			if refused := r.Proxy.Counters().Refused; len(refused) != 1 {
				t.Errorf("counted %v, want one refusal", refused)
			}
		})
	}
}

func small(c *proxy.Config) { c.Limits.Body = 4 << 10 }

type fullVault struct{}

func (fullVault) Put(context.Context, string, string, plain.Text, time.Duration) error {
	return errors.New("full")
}

func (fullVault) Get(context.Context, string, string) (plain.Text, error) {
	return plain.Text{}, errors.New("none")
}
func (fullVault) DeleteScope(context.Context, string) error     { return nil }
func (fullVault) Sweep(context.Context, time.Time) (int, error) { return 0, nil }
func (fullVault) Close() error                                  { return nil }

func blockRule(c *proxy.Config) {
	set, err := rules.Load(fstest.MapFS{"acme.yaml": {Data: []byte(`apiVersion: coatcheck/rules/v1
pack: {id: acme, version: 1.0.0}
rules:
  - id: acme.code
    entity: ACME_CODE
    label: CODE
    patterns: [{regex: 'ACME-\d{4}', confidence: 0.9}]
    action: block
    examples: {match: [ACME-1234], skip: [ACME-1]}
`)}}, ".")
	if err != nil {
		panic(err)
	}
	engine, err := redact.New(set, redact.Options{})
	if err != nil {
		panic(err)
	}
	c.Engine = engine
}
