package proxy_test

import (
	"net/http"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/standin"
)

// TestAnyPasswordFitsABaseURL: a base URL with the password as its first
// segment works as it is printed, and answers lead back to it.
func TestAnyPasswordFitsABaseURL(t *testing.T) {
	for _, password := range []string{"secret", "a/b", "a b", "a?b", "a#b", "p%41", "ü", "..", "~", "a;b=c&d+e"} {
		var base string
		r := newRig(t, rigOptions{config: func(c *proxy.Config) {
			c.User, c.Password = "run", password
			base = c.BasePath()
		}})
		r.provider.Enqueue(standin.Redirect(307, "https://api.openai.com/v1/chat/completions"))
		resp, answer := r.post(r.client(false), "http://"+r.addr+base+"/api.example.com/model", hello)
		location := resp.Header.Get("Location")
		if resp.StatusCode != 307 || location != base+"/api.openai.com/v1/chat/completions" {
			t.Errorf("%q: status %d, Location %q: %s", password, resp.StatusCode, location, answer)
			continue
		}
		if resp, answer := r.post(r.client(false), "http://"+r.addr+location, hello); resp.StatusCode != 200 {
			t.Errorf("%q: status %d behind the redirect: %s", password, resp.StatusCode, answer)
		}
		for _, wrong := range []string{"", "/~", base[:len(base)-1], strings.Replace(base, "~", "", 1), "/~%zz"} {
			if n := len(r.provider.Requests()); wrong != base {
				resp, _, _ := r.raw("POST " + wrong + "/api.example.com/model HTTP/1.1\r\nHost: " + r.addr + "\r\nContent-Length: 2\r\n\r\n{}")
				if resp.StatusCode < 400 || len(r.provider.Requests()) != n {
					t.Errorf("%q: status %d without it, below %q", password, resp.StatusCode, wrong)
				}
			}
		}
	}
}

func TestBaseURLRefusesForeignPages(t *testing.T) {
	r := newRig(t, rigOptions{})
	for _, tt := range []struct {
		host   string
		header map[string]string
		status int
	}{
		{"", nil, 200},
		{"localhost:1", nil, 200},
		{"evil.example.net", nil, 421},
		{"", map[string]string{"Origin": "https://evil.example.net"}, 403},
		{"", map[string]string{"Origin": "null"}, 403},
		{"", map[string]string{"Origin": "http://localhost:3000"}, 200},
		{"", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
	} {
		req, err := http.NewRequest(http.MethodPost, r.base("openai")+"/v1/chat/completions", strings.NewReader(hello))
		must(t, err)
		req.Host = tt.host
		for name, value := range tt.header {
			req.Header.Set(name, value)
		}
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != tt.status {
			t.Errorf("Host %q %v: status %d, want %d", tt.host, tt.header, resp.StatusCode, tt.status)
		}
	}
	resp, answer := r.post(http.DefaultClient, r.base("unknown.example.net")+"/x", `{}`)
	if resp.StatusCode != 404 {
		t.Errorf("status %d: only opened hosts may be named in a base URL", resp.StatusCode)
	}
	checkRefusal(t, answer, "no_provider")
}
