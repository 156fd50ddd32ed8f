package door_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
)

// TestClearRequestsToUnknownHosts: a model API's path is not let through in
// clear however it is spelled, nor is a protocol that would hide it; the rest is.
func TestClearRequestsToUnknownHosts(t *testing.T) {
	for _, tt := range []struct {
		line   string // method and path
		header string
		status int
	}{
		{"POST /v1/chat/completions", "", 403},
		{"POST /v1/chat/completion%73", "", 403},
		{"POST /v1/chat%2Fcompletions", "", 403},
		{"POST /V1/Chat/Completions/", "", 403},
		{"POST /v1//chat/./x/../completions", "", 403},
		{"post /v1/chat/completions", "", 403},
		{"GET /", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n", 426},
		{"GET /", "Connection: Upgrade\r\nUpgrade: h2c\r\n", 426},
		{"GET /", "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n", 426},
		{"GET /", "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n", 426},
		{"GET /", "HTTP2-Settings: AAMAAABk\r\n", 426},
		{"PROPFIND /dav", "", 200},
		{"GET /v1/chat/completions.html", "", 200},
		{"GET /", "Connection: Upgrade\r\nUpgrade: websocket\r\n", 200},
	} {
		t.Run(tt.line+" "+tt.header, func(t *testing.T) {
			far := rig.NewFarEnd(t)
			r := rig.Tunnelled(t, far, nil)
			if tt.status == 200 {
				go far.Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
			}
			method, path, _ := strings.Cut(tt.line, " ")
			resp, _, _ := r.Raw(fmt.Sprintf("%s http://unknown.example.net%s HTTP/1.1\r\nHost: unknown.example.net\r\n%sContent-Length: 0\r\n\r\n", method, path, tt.header))
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
			if n := len(r.Proxy.Counters().Unprotected); (n == 1) != (tt.status == 200) {
				t.Errorf("%d hosts counted as not protected", n)
			}
		})
	}
}

// TestUpgradesOfUnknownHosts: what follows an upgrade request in one write is
// passed on, and a connection that was upgraded ends with the proxy.
func TestUpgradesOfUnknownHosts(t *testing.T) {
	far := rig.NewFarEnd(t)
	r := rig.Tunnelled(t, far, nil)
	client, server := r.Upgrade(far, "first frame")
	_, err := io.WriteString(server, "second frame")
	rig.Must(t, err)
	rig.Expect(t, "the client", client, []byte("second frame"))
	rig.Must(t, r.Proxy.Shutdown(t.Context()))
	rig.ExpectEnd(t, "the client", client)
	rig.ExpectEnd(t, "the server", server)
}

// TestAPassedRequestThatFailsIsFoundByItsID: the client is told an exchange's
// id, so the log has it.
func TestAPassedRequestThatFailsIsFoundByItsID(t *testing.T) {
	far := rig.NewFarEnd(t)
	var notes <-chan journal.Event
	r := rig.Tunnelled(t, far, func(c *proxy.Config) { notes = rig.TellNotes(c) })
	far.Close()
	resp, answer := r.Post(r.Client(false), "http://unknown.example.net/x", "hi")
	if resp.StatusCode != 502 {
		t.Fatalf("status %d: %s", resp.StatusCode, answer)
	}
	rig.CheckRefusal(t, answer, "upstream_unreachable")
	<-notes // the passing itself
	if e := <-notes; e.Secret.Detail == "" || !strings.Contains(answer, e.Secret.Detail) {
		t.Errorf("noted %q, told %s", e.Secret.Detail, answer)
	}
	if got := r.Proxy.Counters().Refused["accept/upstream_unreachable"]; got != 1 {
		t.Errorf("counted %v", r.Proxy.Counters().Refused)
	}
}

// TestUnknownPlainHostPassesCounted: what is not a model host is let through
// as it came and named as not protected; this machine is no destination.
func TestUnknownPlainHostPassesCounted(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s heard %s", r.Host, body)
	}))
	defer other.Close()
	here := other.Listener.Addr().String()
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
		rig.Reroute(c, map[string]rig.Road{"unknown.example.net:80": {Address: "203.0.113.8:80", Listener: here}})
	}})
	resp, answer := r.Post(r.Client(false), "http://unknown.example.net/x", rig.Email)
	if want := "unknown.example.net heard " + rig.Email; resp.StatusCode != 200 || answer != want {
		t.Errorf("status %d: %q, want %q", resp.StatusCode, answer, want)
	}
	resp, answer = r.Post(r.Client(false), "http://"+here+"/x", "hi")
	if resp.StatusCode != 403 {
		t.Errorf("status %d: loopback is not a destination", resp.StatusCode)
	}
	rig.CheckRefusal(t, answer, "forbidden_destination")
	if got := r.Proxy.Counters().Unprotected; got["unknown.example.net"] != 1 || got["127.0.0.1"] != 1 {
		t.Errorf("counted %v", got)
	}
}
