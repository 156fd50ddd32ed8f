package door_test

import (
	"net/http"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/door"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestAnyPasswordFitsABaseURL: a base URL with the password as its first
// segment works as it is printed, and answers lead back to it.
func TestAnyPasswordFitsABaseURL(t *testing.T) {
	for _, password := range []string{"secret", "a/b", "a b", "a?b", "a#b", "p%41", "ü", "..", "~", "a;b=c&d+e"} {
		var base string
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
			c.Door.User, c.Door.Password = "run", password
			base = door.BasePath(password)
		}})
		r.Provider.Enqueue(standin.Redirect(307, "https://api.openai.com/v1/chat/completions"))
		resp, answer := r.Post(r.Client(false), "http://"+r.Addr+base+"/api.example.com/model", rig.Hello)
		location := resp.Header.Get("Location")
		if resp.StatusCode != 307 || location != base+"/api.openai.com/v1/chat/completions" {
			t.Errorf("%q: status %d, Location %q: %s", password, resp.StatusCode, location, answer)
			continue
		}
		if resp, answer := r.Post(r.Client(false), "http://"+r.Addr+location, rig.Hello); resp.StatusCode != 200 {
			t.Errorf("%q: status %d behind the redirect: %s", password, resp.StatusCode, answer)
		}
		for _, wrong := range []string{"", "/~", base[:len(base)-1], strings.Replace(base, "~", "", 1), "/~%zz"} {
			if n := len(r.Provider.Requests()); wrong != base {
				resp, _, _ := r.Raw("POST " + wrong + "/api.example.com/model HTTP/1.1\r\nHost: " + r.Addr + "\r\nContent-Length: 2\r\n\r\n{}")
				if resp.StatusCode < 400 || len(r.Provider.Requests()) != n {
					t.Errorf("%q: status %d without it, below %q", password, resp.StatusCode, wrong)
				}
			}
		}
	}
}

func TestBaseURLRefusesForeignPages(t *testing.T) {
	r := rig.New(t, rig.Options{})
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
		req, err := http.NewRequest(http.MethodPost, r.Base("openai")+"/v1/chat/completions", strings.NewReader(rig.Hello))
		rig.Must(t, err)
		req.Host = tt.host
		for name, value := range tt.header {
			req.Header.Set(name, value)
		}
		resp, err := http.DefaultClient.Do(req)
		rig.Must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != tt.status {
			t.Errorf("Host %q %v: status %d, want %d", tt.host, tt.header, resp.StatusCode, tt.status)
		}
	}
	resp, answer := r.Post(http.DefaultClient, r.Base("unknown.example.net")+"/x", `{}`)
	if resp.StatusCode != 404 {
		t.Errorf("status %d: only opened hosts may be named in a base URL", resp.StatusCode)
	}
	rig.CheckRefusal(t, answer, "no_provider")
}
