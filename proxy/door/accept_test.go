package door_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
)

// TestConnectVerdicts is the table of targets: what is opened, tunnelled or
// refused, and why.
func TestConnectVerdicts(t *testing.T) {
	refuseUnknown := func(c *proxy.Config) { c.Door.RefuseUnknown = true }
	for _, tt := range []struct {
		target string
		config func(*proxy.Config)
		status int
		reason string
	}{
		{"api.openai.com:443", nil, 200, ""},
		{"API.OPENAI.COM.:443", nil, 200, ""},
		{"ａｐｉ.openai.com:443", nil, 400, "Bad Request"}, // net/http takes no such head
		{"127.0.0.1:9", nil, 403, "forbidden_destination"},
		{"[::1]:9", nil, 403, "forbidden_destination"},
		{"[::ffff:127.0.0.1]:9", nil, 403, "forbidden_destination"},
		{"0.0.0.0:9", nil, 403, "forbidden_destination"},
		{"169.254.169.254:80", nil, 403, "forbidden_destination"},
		{"[64:ff9b::7f00:1]:9", nil, 403, "forbidden_destination"},
		{"localhost:9", nil, 403, "forbidden_destination"},
		{"unknown.example.net:443", refuseUnknown, 403, "unknown_host"},
		{"203.0.113.7:443", refuseUnknown, 403, "unknown_host"},
		{"bad_*name:443", nil, 400, "bad_target"},
	} {
		t.Run(tt.target, func(t *testing.T) {
			r := rig.New(t, rig.Options{Config: tt.config})
			resp, _, br := r.Raw(rig.ConnectRequest(tt.target, ""))
			if resp.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", resp.StatusCode, tt.status)
			}
			if tt.status != 200 {
				body, err := io.ReadAll(io.LimitReader(br, 2000))
				if err != nil || !strings.Contains(string(body), tt.reason) {
					t.Errorf("body %q does not say %q (%v)", body, tt.reason, err)
				}
			}
		})
	}
}

func TestConnectAsksForThePassword(t *testing.T) {
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Door.User, c.Door.Password = "run", "secret" }})
	basic := func(s string) string {
		return "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(s)) + "\r\n"
	}
	for _, tt := range []struct {
		header string
		status int
	}{
		{"", 407},
		{basic("run:wrong"), 407},
		{basic("other:secret"), 407},
		{"Proxy-Authorization: Bearer secret\r\n", 407},
		{basic("run:secret"), 200},
	} {
		resp, _, _ := r.Raw(rig.ConnectRequest("api.openai.com:443", tt.header))
		if resp.StatusCode != tt.status {
			t.Errorf("%q: status %d, want %d", tt.header, resp.StatusCode, tt.status)
		}
		if tt.status == 407 && resp.Header.Get("Proxy-Authenticate") == "" {
			t.Errorf("%q: the client is not told how to authenticate", tt.header)
		}
	}
	for path, reason := range map[string]string{
		"/openai/v1/chat/completions":         "no_password",
		"/~wrong/openai/v1/chat/completions":  "no_password",
		"/~secret/openai/v1/chat/completions": "",
	} {
		resp, answer := r.Post(http.DefaultClient, "http://"+r.Addr+path, rig.Hello)
		if reason == "" {
			if resp.StatusCode != 200 {
				t.Errorf("%s: status %d: %s", path, resp.StatusCode, answer)
			}
			continue
		}
		// To a base-URL client we are no proxy, so 407 would be a lie (RFC 9110, 15.5.8).
		if resp.StatusCode != 404 || resp.Header.Get("Proxy-Authenticate") != "" {
			t.Errorf("%s: status %d, want 404: %s", path, resp.StatusCode, answer)
		}
		rig.CheckRefusal(t, answer, reason)
	}
}

// TestStrangersDoNotFillTheLog: clients without the password are one entry and
// its number, and each is told the id that the log has.
func TestStrangersDoNotFillTheLog(t *testing.T) {
	var notes <-chan journal.Event
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
		c.Door.User, c.Door.Password = "run", "secret"
		notes = rig.TellNotes(c)
	}})
	var told []string
	for i := range 20 {
		_, _, br := r.Raw(rig.ConnectRequest(fmt.Sprintf("host-%d.example.net:443", i), ""))
		answer, err := io.ReadAll(br)
		rig.Must(t, err)
		rig.CheckRefusal(t, string(answer), "unauthorized")
		told = append(told, string(answer))
	}
	rig.Must(t, r.Proxy.Shutdown(t.Context()))
	if len(notes) != 2 {
		t.Fatalf("%d notes, want the first refusal and the number of the others", len(notes))
	}
	first, rest := <-notes, <-notes
	if first.Clear.Count != 1 || rest.Clear.Count != 19 {
		t.Errorf("%d and %d refusals noted", first.Clear.Count, rest.Clear.Count)
	}
	for _, answer := range told {
		if id := first.Secret.Detail; id == "" || rest.Secret.Detail != id || !strings.Contains(answer, id) {
			t.Fatalf("the log has %q and %q, the client was told %s", id, rest.Secret.Detail, answer)
		}
	}
	if n := r.Proxy.Counters().Refused["accept/unauthorized"]; n != 20 {
		t.Errorf("counted %d", n)
	}
}

// TestHostMismatchIsRefused: the destination is the CONNECT target, never what
// is written inside.
func TestHostMismatchIsRefused(t *testing.T) {
	r := rig.New(t, rig.Options{})
	for _, head := range []string{
		"POST /v1/chat/completions HTTP/1.1\r\nHost: api.anthropic.com\r\n",
		"POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com:8443\r\n",
		"POST /v1/chat/completions HTTP/1.1\r\nHost: 169.254.169.254\r\n",
		"POST http://169.254.169.254/ HTTP/1.1\r\nHost: api.openai.com\r\n",
		"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com\r\n",
	} {
		_, c, _ := r.Raw(rig.ConnectRequest("api.openai.com:443", ""))
		tc := tls.Client(c, &tls.Config{RootCAs: r.Roots, ServerName: "api.openai.com"})
		_, err := io.WriteString(tc, head+"Content-Length: 2\r\n\r\n{}")
		rig.Must(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(tc), nil)
		rig.Must(t, err)
		if resp.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%q: status %d, want 421", head, resp.StatusCode)
		}
	}
	if n := len(r.Provider.Requests()); n != 0 {
		t.Errorf("%d requests left", n)
	}
}

// TestModelHostInClear: Node tunnels http:// URLs through CONNECT, others send
// the absolute form; a model host is not spoken to in clear either way.
func TestModelHostInClear(t *testing.T) {
	body := `{"messages":[{"role":"user","content":"` + rig.Email + `"}]}`
	inner := fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: %%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	for _, tt := range []struct {
		name, request string
		status        int
	}{
		{"absolute form, model host", "POST http://api.groq.com/openai/v1/chat/completions HTTP/1.1\r\nHost: api.groq.com\r\nContent-Length: 2\r\n\r\n{}", 403},
		{"absolute form, model path", "POST http://unknown.example.net/v1/chat/completions HTTP/1.1\r\nHost: unknown.example.net\r\nContent-Length: 2\r\n\r\n{}", 403},
		{"connect", rig.ConnectRequest("api.groq.com:80", ""), 403},
	} {
		r := rig.New(t, rig.Options{})
		resp, c, br := r.Raw(tt.request)
		if strings.HasPrefix(tt.request, "CONNECT") {
			_, err := fmt.Fprintf(c, inner, "api.groq.com")
			rig.Must(t, err)
			resp, err = http.ReadResponse(br, nil)
			rig.Must(t, err)
		}
		if resp.StatusCode != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, resp.StatusCode, tt.status)
		}
		r.Unseen(rig.Email)
	}
	r := rig.New(t, rig.Options{}) // an --upstream names it: allowed
	_, c, br := r.Raw(rig.ConnectRequest("api.openai.com:80", ""))
	_, err := fmt.Fprintf(c, inner, "api.openai.com")
	rig.Must(t, err)
	resp, err := http.ReadResponse(br, nil)
	rig.Must(t, err)
	if resp.StatusCode != 200 {
		t.Errorf("status %d: an upstream that names the host allows plain HTTP to us", resp.StatusCode)
	}
	r.Unseen(rig.Email)
}
