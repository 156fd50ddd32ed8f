package proxy_test

import (
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
