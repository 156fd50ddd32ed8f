package standin

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, c Config) *Server {
	t.Helper()
	s, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// clientOf returns a client that trusts s and speaks one protocol only. It
// follows no redirects and undoes no content coding.
func clientOf(t *testing.T, s *Server, proto string) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.CAPEM())
	var p http.Protocols
	p.SetHTTP1(proto == "HTTP/1.1")
	p.SetHTTP2(proto == "HTTP/2.0")
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool}, Protocols: &p, DisableCompression: true,
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{
		Transport: tr,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// bothProtocols runs a test over HTTP/1.1 and HTTP/2.
func bothProtocols(t *testing.T, test func(t *testing.T, s *Server, c *http.Client)) {
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			s := start(t, Config{})
			test(t, s, clientOf(t, s, proto))
		})
	}
}

func setBody(r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
}

// send sends r and reads the answer to its end.
func send(t *testing.T, c *http.Client, r *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// post posts a JSON body.
func post(t *testing.T, c *http.Client, url, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return send(t, c, r)
}

// exchangeRaw writes bytes to a plain server and returns what it says until it
// closes the connection.
func exchangeRaw(t *testing.T, s *Server, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	return string(answer)
}

func TestRequestsAreCapturedWhole(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		for i, body := range []string{`{"input":"one"}`, `{"input":"two"}`} {
			r, err := http.NewRequest("POST", s.URL()+"/model?a;b=%2f", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "api.example.com"
			r.Header.Set("X-Own", "value")
			resp, _ := send(t, c, r)
			q := s.Requests()[i]
			if q.Proto != resp.Proto || q.Method != "POST" || q.Path != "/model?a;b=%2f" || q.Host != "api.example.com" {
				t.Errorf("captured %s %s %s of %s", q.Method, q.Path, q.Proto, q.Host)
			}
			if string(q.Body) != body || string(q.Decoded) != body || q.Length != int64(len(body)) || q.Broken {
				t.Errorf("captured body %q, length %d", q.Body, q.Length)
			}
			head := strings.ToLower(string(q.Head))
			for _, want := range []string{"post /model?a;b=%2f http/", "\r\nx-own: value\r\n", "host: api.example.com\r\n"} {
				if !strings.Contains(head, want) {
					t.Errorf("%q is missing in %q", want, head)
				}
			}
		}
	})
}

func TestHeadsAreKeptAsBytes(t *testing.T) {
	first := "POST /model HTTP/1.1\r\nhOsT: x.example.com\r\nx-a:  1\r\nX-A:2\r\nTransfer-Encoding: chunked\r\n\r\n"
	second := "POST /model HTTP/1.1\r\nHost: y.example.com\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
	s := start(t, Config{Plain: true})
	exchangeRaw(t, s, first+"5;ext=1\r\n{\"inp\r\n9\r\nut\":\"a\"}\n\r\n0\r\nX-T: 1\r\n\r\n"+second+"{}")
	got := s.Requests()
	if len(got) != 2 {
		t.Fatalf("%d requests", len(got))
	}
	if string(got[0].Head) != first || string(got[0].Body) != "{\"input\":\"a\"}\n" || got[0].Length != -1 {
		t.Errorf("first: head %q, body %q, length %d", got[0].Head, got[0].Body, got[0].Length)
	}
	if string(got[1].Head) != second || string(got[1].Body) != "{}" || got[1].Length != 2 {
		t.Errorf("second: head %q, body %q, length %d", got[1].Head, got[1].Body, got[1].Length)
	}
}

func TestBrokenRequestIsCapturedAsFarAsItCame(t *testing.T) {
	s := start(t, Config{Plain: true})
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "POST /model HTTP/1.1\r\nHost: x.example.com\r\nContent-Length: 99\r\n\r\n"+secret); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(c); err != nil || len(answer) != 0 {
		t.Errorf("answered %q, %v", answer, err)
	}
	c.Close()
	got := s.Requests()
	if len(got) != 1 || !got[0].Broken || string(got[0].Body) != secret || len(s.Holds(secret)) != 1 {
		t.Errorf("captured %+v", got)
	}
}

func TestRequestCodingsAreDecoded(t *testing.T) {
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		coded, err := encodePieces(coding, []string{"hello ", "there"})
		if err != nil {
			t.Fatal(err)
		}
		body := bytes.Join(coded, nil)
		got, err := decode(body, []string{coding})
		if err != nil || string(got) != "hello there" {
			t.Errorf("%s: %q, %v", coding, got, err)
		}
		if _, err := decode(body[:len(body)-3], []string{coding}); err == nil && coding != "br" {
			t.Errorf("%s: truncated body was decoded without an error", coding)
		}
		twice, err := encodePieces("gzip", []string{string(body)})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(bytes.Join(twice, nil), []string{coding + ", gzip"}); err != nil || string(got) != "hello there" {
			t.Errorf("%s under gzip: %q, %v", coding, got, err)
		}
	}
	if _, err := decode([]byte("x"), []string{"rot13"}); !errors.Is(err, errCoding) {
		t.Errorf("unknown coding: %v", err)
	}
}

func TestQueueThenRouteThenVoice(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Handle("/model", Fixed(Answer{Status: 201, Body: []byte("route")}))
		s.Enqueue(Fixed(Answer{Status: 202, Body: []byte("first")}), Fixed(Answer{Body: []byte("second")}))
		want := []struct {
			path   string
			status int
			body   string
		}{
			{"/v1/models", 202, "first"},
			{"/model", 200, "second"},
			{"/model?x=1", 201, "route"},
			{"/other/model", 200, `{"output":"You wrote: hi"}`},
			{"/nowhere", 404, `{"error":`},
		}
		for _, w := range want {
			resp, body := post(t, c, s.URL()+w.path, `{"input":"hi"}`)
			if resp.StatusCode != w.status || !strings.HasPrefix(body, w.body) {
				t.Errorf("%s: %d %q, want %d %q", w.path, resp.StatusCode, body, w.status, w.body)
			}
		}
		if got := string(s.Requests()[3].Reply); got != want[3].body {
			t.Errorf("kept reply %q", got)
		}
		s.Forget()
		if n := len(s.Requests()); n != 0 || len(s.Holds("hi")) != 0 {
			t.Errorf("%d requests after Forget", n)
		}
	})
}

func TestCertificateIsRefusedWhenMadeWrong(t *testing.T) {
	leaf := func(edit Leaf) *Server { return start(t, Config{Names: []string{"api.example.com"}, Leaf: edit}) }
	servers := map[string]*Server{
		"expired":    leaf(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
		"wrong name": leaf(func(c *x509.Certificate) { c.IPAddresses = nil }),
	}
	for name, s := range servers {
		if _, err := clientOf(t, s, "HTTP/1.1").Get(s.URL()); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	good := leaf(nil)
	c := clientOf(t, good, "HTTP/2.0")
	c.Transport.(*http.Transport).TLSClientConfig.ServerName = "api.example.com"
	post(t, c, good.URL()+"/model", `{"input":"hi"}`)
	if got := good.Requests()[0].ServerName; got != "api.example.com" {
		t.Errorf("server name %q", got)
	}
}

func TestDownRefusesAndUpComesBack(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		post(t, c, s.URL()+"/model", `{"input":"1"}`)
		s.Down()
		c.CloseIdleConnections() // the one that Down closed may not be known as such yet
		if _, err := c.Get(s.URL()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("while down: %v", err)
		}
		if err := s.Up(); err != nil {
			t.Fatal(err)
		}
		post(t, c, s.URL()+"/model", `{"input":"2"}`)
		if n := len(s.Requests()); n != 2 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestClientThatGoesAwayIsNoticed(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Enqueue(Fixed(Answer{Body: []byte("x"), End: Stall}))
		ctx, cancel := context.WithCancel(t.Context())
		r, err := http.NewRequestWithContext(ctx, "GET", s.URL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		select {
		case <-s.Requests()[0].Gone():
			t.Error("gone too early")
		default:
		}
		cancel()
		select {
		case <-s.Requests()[0].Gone():
		case <-time.After(10 * time.Second):
			t.Error("not noticed")
		}
	})
}

func TestEarlyHintsAndTrailers(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Enqueue(Fixed(Answer{
			Early:   http.Header{"Link": {"</x>; rel=preload"}},
			Trailer: http.Header{"x-checksum": {"1f"}},
			Body:    []byte("body"),
		}))
		var early string
		trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			if code == http.StatusEarlyHints {
				early = h.Get("Link")
			}
			return nil
		}}
		r, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", s.URL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, body := send(t, c, r)
		if early != "</x>; rel=preload" || resp.Header.Get("Link") != "" {
			t.Errorf("early hint %q, header %q", early, resp.Header.Get("Link"))
		}
		if body != "body" || resp.Trailer.Get("X-Checksum") != "1f" {
			t.Errorf("body %q, trailer %v", body, resp.Trailer)
		}
	})
}
