package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coatcheck/proxy/door"
	"coatcheck/proxy/standin"
)

func TestLineIsNotReadyWhileItStarts(t *testing.T) {
	if err := new(phase).Ready(); !errors.Is(err, errStarting) {
		t.Errorf("got %v", err)
	}
}

// server is a serve in this process, told to stop by its context.
type server struct {
	proxy, probes string // URLs
	stop          context.CancelFunc
	ended         chan error
	state         string
}

// startServer starts a serve in front of provider; heard is called with each
// line of its standard error, which waits meanwhile.
func startServer(t *testing.T, provider *standin.Server, heard func(string)) *server {
	t.Helper()
	target, err := url.Parse(provider.URL())
	if err != nil {
		t.Fatal(err)
	}
	s := settings{
		state: filepath.Join(t.TempDir(), "state"), ca: "ephemeral",
		listen: "127.0.0.1:0", health: "127.0.0.1:0",
		upstreamCAs: provider.CAPEM(), upstreams: []door.Upstream{{Host: "api.example.com", URL: target}},
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	srv := &server{stop: stop, ended: make(chan error, 1), state: s.state}
	listening := make(chan struct{})
	lines := lineWriter(func(line string) {
		if _, addr, ok := strings.Cut(line, "answering probes at "); ok {
			srv.probes = addr
		}
		if _, addr, ok := strings.Cut(line, "listening on "); ok {
			srv.proxy = addr
			close(listening)
		}
		heard(line)
	})
	go func() { srv.ended <- serve(ctx, s, time.Minute, stdio{nil, io.Discard, lines}) }()
	select {
	case <-listening:
	case err := <-srv.ended:
		t.Fatalf("serve ended: %v", err)
	}
	return srv
}

// lineWriter is called with each line, which is what one Write of serve is.
type lineWriter func(line string)

func (f lineWriter) Write(b []byte) (int, error) {
	f(strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}

// get returns the status and body of a GET.
func get(t *testing.T, address string) (int, string) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(body)
}

// TestDrain: on the word to stop readiness fails first, while the listener
// still takes connections; a running stream ends whole; then serve ends well.
func TestDrain(t *testing.T) {
	gate := make(chan struct{})
	provider, err := standin.Start(standin.Config{Voice: standin.Voice{Gate: gate}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	var srv *server
	stopping := make(chan struct{})
	srv = startServer(t, provider, func(line string) {
		if !strings.Contains(line, "stopping; running answers have 1m0s") {
			return
		}
		if status, body := get(t, srv.probes+"/readyz"); status != 503 || body != "not ready: draining\n" {
			t.Errorf("readyz while draining: %d %q", status, body)
		}
		if status, _ := get(t, srv.probes+"/livez"); status != 200 {
			t.Errorf("livez while draining: %d", status)
		}
		c, err := net.Dial("tcp", strings.TrimPrefix(srv.proxy, "http://"))
		if err != nil {
			t.Errorf("the listener closed before readiness failed: %v", err)
		} else {
			c.Close()
		}
		close(stopping)
	})
	if status, body := get(t, srv.probes+"/readyz"); status != 200 {
		t.Fatalf("readyz: %d %q", status, body)
	}
	resp, err := http.Post(srv.proxy+"/api.example.com/v1/chat/completions", "application/json",
		strings.NewReader(`{"model":"m","stream":true,"messages":[{"role":"user","content":"mail jane.roe@example.com"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	stream := bufio.NewReader(resp.Body)
	if _, err := stream.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	srv.stop()
	<-stopping
	close(gate)
	pieces, err := deltas(stream)
	if text := strings.Join(pieces, ""); err != nil || !strings.HasSuffix(text, "wrote: mail jane.roe@example.com") {
		t.Errorf("the stream that ran while draining: %q, %v", text, err)
	}
	if err := <-srv.ended; err != nil {
		t.Errorf("serve: %v", err)
	}
	if _, err := http.Get(srv.probes + "/livez"); err == nil {
		t.Error("probes are answered after the end")
	}
}

// TestNothingLeavesOnceTheStateIsGone: an entry in a deleted file is none.
func TestNothingLeavesOnceTheStateIsGone(t *testing.T) {
	provider := startStandin(t)
	srv := startServer(t, provider, func(string) {})
	ask := func() int {
		resp, err := http.Post(srv.proxy+"/api.example.com/model", "application/json", strings.NewReader(`{"input":"hi"}`))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != 200 && !bytes.Contains(body, []byte("journal")) {
			t.Errorf("refused without its reason: %s", body)
		}
		return resp.StatusCode
	}
	if status := ask(); status != 200 {
		t.Fatalf("before: %d", status)
	}
	if err := os.RemoveAll(srv.state); err != nil {
		t.Fatal(err)
	}
	if status := ask(); status != 503 {
		t.Errorf("after: %d", status)
	}
	if n := len(provider.Requests()); n != 1 {
		t.Errorf("the provider was called %d times", n)
	}
	if status, body := get(t, srv.probes+"/readyz"); status != 503 || body != "not ready: the state volume is gone\n" {
		t.Errorf("readyz: %d %q", status, body)
	}
	// The folder is there again: so is the line, without a request in between.
	if err := os.MkdirAll(filepath.Join(srv.state, "log"), 0o700); err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, srv.probes+"/readyz"); status != 200 {
		t.Errorf("readyz once the folder is there again: %d %q", status, body)
	}
	if status := ask(); status != 200 {
		t.Errorf("once the folder is there again: %d", status)
	}
	srv.stop()
	<-srv.ended
}
