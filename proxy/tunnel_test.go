package proxy_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/standin"
)

// The destinations of these tests: a model host reached by address, and hosts
// that are not opened.
const (
	byAddress = "203.0.113.7:443"
	unknown   = "unknown.example.net:443"
	rebound   = "rebound.example.net:443"
)

// farEnd is a server that speaks no protocol of its own: the test reads from
// its connections and writes to them.
type farEnd struct {
	t testing.TB
	l net.Listener
}

func newFarEnd(t testing.TB) farEnd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return farEnd{t, l}
}

// accept returns the next connection that the proxy made.
func (f farEnd) accept() *net.TCPConn {
	f.t.Helper()
	must(f.t, f.l.(*net.TCPListener).SetDeadline(time.Now().Add(10*time.Second)))
	c, err := f.l.Accept()
	must(f.t, err)
	f.t.Cleanup(func() { _ = c.Close() })
	must(f.t, c.SetDeadline(time.Now().Add(10*time.Second)))
	return c.(*net.TCPConn)
}

// tunnelled is a rig whose proxy reaches the hosts of these tests at far.
func tunnelled(t testing.TB, far farEnd, config func(*proxy.Config)) *rig {
	return newRig(t, rigOptions{config: func(c *proxy.Config) {
		c.Reroute(map[string]proxy.Road{
			byAddress: {Address: byAddress, Listener: far.l.Addr().String()},
			unknown:   {Address: "203.0.113.8:443", Listener: far.l.Addr().String()},
			rebound:   {Address: "127.0.0.1:443", Listener: far.l.Addr().String()},

			"vector_db:8080":         {Address: "203.0.113.8:8080", Listener: far.l.Addr().String()},
			"unknown.example.net:80": {Address: "203.0.113.8:80", Listener: far.l.Addr().String()},
		})
		if config != nil {
			config(c)
		}
	}})
}

// open asks for a tunnel and returns the client's and the server's ends of it.
func (r *rig) open(far farEnd, target string) (*net.TCPConn, *net.TCPConn) {
	r.t.Helper()
	resp, c, br := r.raw(connectRequest(target, ""))
	if resp.StatusCode != 200 {
		r.t.Fatalf("CONNECT %s: status %d", target, resp.StatusCode)
	}
	if br.Buffered() > 0 {
		r.t.Fatalf("CONNECT %s: %d bytes follow the head", target, br.Buffered())
	}
	return c.(*net.TCPConn), far.accept()
}

// helloFor is the hello of a client that asks for name.
func helloFor(name string) []byte {
	var b bytes.Buffer
	_ = tls.Client(sink{&b}, &tls.Config{ServerName: name, InsecureSkipVerify: true}).Handshake()
	return b.Bytes()
}

// sink is a connection whose peer never answers.
type sink struct{ w io.Writer }

func (s sink) Write(p []byte) (int, error)    { return s.w.Write(p) }
func (sink) Read([]byte) (int, error)         { return 0, io.EOF }
func (sink) Close() error                     { return nil }
func (sink) LocalAddr() net.Addr              { return nil }
func (sink) RemoteAddr() net.Addr             { return nil }
func (sink) SetDeadline(time.Time) error      { return nil }
func (sink) SetReadDeadline(time.Time) error  { return nil }
func (sink) SetWriteDeadline(time.Time) error { return nil }

// expect reads exactly want.
func expect(t testing.TB, who string, r io.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%s received %q (%v), want %q", who, got[:n], err, want)
	}
}

// expectEnd reads to the end of a connection, which must come, and returns
// what stood before it.
func expectEnd(t testing.TB, who string, c net.Conn) []byte {
	t.Helper()
	got, err := io.ReadAll(c)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		t.Fatalf("%s: the connection is still open, after %d bytes", who, len(got))
	}
	return got
}

// TestTunnelsCarryBothWays: what is not a model's passes byte for byte, whoever
// speaks first, and each side's end is passed on.
func TestTunnelsCarryBothWays(t *testing.T) {
	far := newFarEnd(t)
	r := tunnelled(t, far, nil)
	for name, tt := range map[string]struct {
		target      string
		first, then []byte
		greeting    []byte
	}{
		"server first":       {unknown, []byte("SSH-2.0-client\r\n"), []byte("\x00\x01\xff"), []byte("SSH-2.0-server\r\n")},
		"client first":       {unknown, []byte("EHLO example.net\r\n"), []byte("QUIT\r\n"), nil},
		"unknown name":       {unknown, helloFor("unknown.example.net"), []byte("more"), nil},
		"name at address":    {byAddress, helloFor("unknown.example.net"), []byte("more"), nil},
		"service name":       {"vector_db:8080", []byte{0}, []byte("more"), nil},
		"service in a hello": {byAddress, helloFor("vector_db"), []byte("more"), nil},
		"nameless":           {byAddress, helloFor(""), []byte("more"), nil},
		"almost a method":    {unknown, []byte("POSTER x"), []byte("more"), nil},
		"binary":             {unknown, []byte{0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f}, []byte("more"), nil},
		"letters of no end":  {unknown, bytes.Repeat([]byte("ABCDEFGH"), 20<<10), []byte("more"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := r.open(far, tt.target)
			if tt.greeting != nil {
				_, err := server.Write(tt.greeting)
				must(t, err)
				expect(t, "the client", client, tt.greeting)
			}
			_, err := client.Write(tt.first)
			must(t, err)
			expect(t, "the server", server, tt.first)
			_, err = client.Write(tt.then)
			must(t, err)
			must(t, client.CloseWrite())
			if got := expectEnd(t, "the server", server); !bytes.Equal(got, tt.then) {
				t.Errorf("the server received %q after the first bytes, want %q", got, tt.then)
			}
			_, err = io.WriteString(server, "bye")
			must(t, err)
			must(t, server.Close())
			if got := expectEnd(t, "the client", client); string(got) != "bye" {
				t.Errorf("the client received %q after its own end", got)
			}
		})
	}
	if n := r.proxy.Counters().Unprotected; n["unknown.example.net"] == 0 || n["203.0.113.7"] != 3 {
		t.Errorf("counted %v as not protected", n)
	}
}

// TestReboundNamesAreNotDialled: a name that resolves into this machine is
// refused although it is no address to look at.
func TestReboundNamesAreNotDialled(t *testing.T) {
	r := tunnelled(t, newFarEnd(t), nil)
	resp, _, br := r.raw(connectRequest(rebound, ""))
	body, err := io.ReadAll(br)
	must(t, err)
	if resp.StatusCode != 403 || !strings.Contains(string(body), "forbidden_destination") {
		t.Errorf("status %d: %s", resp.StatusCode, body)
	}
}

// TestModelHostByAddressIsOpened: a target that is an address takes its name
// from the hello, is dialled at that address and verified under that name.
func TestModelHostByAddressIsOpened(t *testing.T) {
	for _, tt := range []struct {
		name   string
		leaf   []string // names of the provider's certificate
		early  bool     // the hello stands in the write of the CONNECT
		status int
	}{
		{"after the 200", []string{"api.openai.com"}, false, 200},
		{"in the write of the CONNECT", []string{"api.openai.com"}, true, 200},
		{"certificate of another name", []string{"other.example.net"}, false, 502},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, rigOptions{provider: standin.Config{Names: tt.leaf}, config: func(c *proxy.Config) {
				c.Reroute(map[string]proxy.Road{byAddress: {Address: byAddress, Listener: c.Upstreams[0].URL.Host}})
				c.Upstreams = nil
			}})
			c, err := net.Dial("tcp", r.addr)
			must(t, err)
			defer c.Close()
			must(t, c.SetDeadline(time.Now().Add(10*time.Second)))
			conn := &firstWrite{Conn: c, first: connectRequest(byAddress, "")}
			if !tt.early {
				_, err = conn.Write(nil)
				must(t, err)
			}
			tc := tls.Client(conn, &tls.Config{RootCAs: r.roots, ServerName: "api.openai.com"})
			body := `{"messages":[{"role":"user","content":"` + email + `"}]}`
			_, err = fmt.Fprintf(tc, "POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			must(t, err)
			resp, err := http.ReadResponse(bufio.NewReader(tc), nil)
			must(t, err)
			answer, err := io.ReadAll(resp.Body)
			must(t, err)
			if resp.StatusCode != tt.status {
				t.Fatalf("status %d: %s", resp.StatusCode, answer)
			}
			r.unseen(email)
			if tt.status != 200 {
				checkRefusal(t, string(answer), "upstream_tls")
				return
			}
			if !strings.Contains(string(answer), email) || !tokenShape.Match(r.received().Decoded) {
				t.Errorf("the provider saw %s, the client %s", r.received().Decoded, answer)
			}
		})
	}
}

// TestUnreadFirstBytesAreNoTunnel: where the first bytes do not tell who is
// asked, or tell it in pieces, nothing of them reaches the far end.
func TestUnreadFirstBytesAreNoTunnel(t *testing.T) {
	hello := helloFor("api.openai.com")
	dotted := bytes.Replace(hello, []byte("api.openai.com"), []byte("api.openai.co."), 1)
	huge := append([]byte{22, 3, 1, 0x40, 0, 1, 1, 0, 0}, make([]byte, 0x4000-4)...)
	for range 6 {
		huge = append(append(huge, 22, 3, 1, 0x40, 0), make([]byte, 0x4000)...)
	}
	for name, first := range map[string][]byte{
		"half a hello":          hello[:40],
		"one byte of a hello":   hello[:1],
		"half a method":         []byte("POS"),
		"empty lines":           []byte("\r\n\r\n"),
		"a name with a dot":     dotted,
		"a hello of no end":     huge,
		"garbage as a hello":    []byte("\x16\x03\x01\x00\x05hello" + email),
		"an alert, then half":   append([]byte{21, 3, 1, 0, 2, 1, 90}, hello[:40]...),
		"a cipher change first": append([]byte{20, 3, 3, 0, 1, 1}, hello...),
		"data of a session":     []byte("\x17\x03\x03\x00\x20" + email + "............"),
		"a model host":          hello,
		"an alert before it":    append([]byte{21, 3, 1, 0, 2, 1, 90}, hello...),
	} {
		t.Run(name, func(t *testing.T) {
			far := newFarEnd(t)
			r := tunnelled(t, far, func(c *proxy.Config) { c.Timeouts.Handshake = 50 * time.Millisecond })
			client, server := r.open(far, unknown)
			_, err := client.Write(first)
			must(t, err)
			if got := expectEnd(t, "the server", server); len(got) > 0 {
				t.Errorf("the server received %d bytes", len(got))
			}
			expectEnd(t, "the client", client)
			if n := r.proxy.Counters(); len(n.Unprotected) != 0 || len(n.Refused)+len(n.Handshakes) != 1 {
				t.Errorf("counted as not protected %v, as refused %v, as not completed %v", n.Unprotected, n.Refused, n.Handshakes)
			}
		})
	}
}

// TestClearRequestsInATunnelAreJudged: HTTP in clear is not tunnelled blindly,
// however its first line is dressed up.
func TestClearRequestsInATunnelAreJudged(t *testing.T) {
	body := `{"messages":[{"role":"user","content":"` + email + `"}]}`
	post := fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: unknown.example.net:443\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	for name, tt := range map[string]struct {
		first  string
		status int
	}{
		"a model's path":        {post, 403},
		"after an empty line":   {"\r\n" + post, 400},
		"after a line feed":     {"\n" + post, 400},
		"split by a tab":        {strings.Replace(post, " ", "\t", 1), 400},
		"HTTP/2 from the start": {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + email, 426},
		"a tunnel in a tunnel":  {"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n", 421},
	} {
		t.Run(name, func(t *testing.T) {
			far := newFarEnd(t)
			r := tunnelled(t, far, nil)
			client, server := r.open(far, unknown)
			_, err := io.WriteString(client, tt.first)
			must(t, err)
			if got := expectEnd(t, "the server", server); len(got) > 0 {
				t.Errorf("the server received %q", got)
			}
			resp, err := http.ReadResponse(bufio.NewReader(client), nil)
			must(t, err)
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
		})
	}
}

// TestAResetEndsTheTunnel: a side that breaks off has not ended well, so the
// other side is not waited for, however long it is silent.
func TestAResetEndsTheTunnel(t *testing.T) {
	for _, clientBreaks := range []bool{true, false} {
		closed := make(chan string, 1)
		far := newFarEnd(t)
		r := tunnelled(t, far, func(c *proxy.Config) {
			c.Reroute(map[string]proxy.Road{unknown: {Address: "203.0.113.8:443", Listener: far.l.Addr().String(), Closed: closed}})
		})
		client, server := r.open(far, unknown)
		_, err := io.WriteString(client, "SSH-2.0-client\r\n")
		must(t, err)
		expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
		breaks, waits := server, client
		if clientBreaks {
			breaks, waits = client, server
		}
		must(t, breaks.SetLinger(0)) // close with a reset
		must(t, breaks.Close())
		expectEnd(t, "the silent side", waits)
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			t.Errorf("client breaks %v: the tunnel waits for the silent side", clientBreaks)
		}
	}
}

// neverEnding has always more to read.
type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

// noted is a journal that tells of its notes.
type noted struct {
	proxy.Journal
	notes chan journal.Event
}

// tellNotes gives c a journal whose notes can be received.
func tellNotes(c *proxy.Config) <-chan journal.Event {
	notes := make(chan journal.Event, 10)
	c.Journal = noted{c.Journal, notes}
	return notes
}

func (n noted) Note(ctx context.Context, e journal.Event) error {
	n.notes <- e
	return n.Journal.Note(ctx, e)
}

// TestAClientThatDoesNotReadIsJudged: a server that floods its client does not
// keep a request from being judged.
func TestAClientThatDoesNotReadIsJudged(t *testing.T) {
	far := newFarEnd(t)
	var notes <-chan journal.Event
	r := tunnelled(t, far, func(c *proxy.Config) { notes = tellNotes(c) })
	client, server := r.open(far, unknown)
	must(t, server.SetWriteBuffer(1<<10))
	must(t, server.SetWriteDeadline(time.Now().Add(200*time.Millisecond)))
	_, err := io.Copy(server, neverEnding{})
	if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
		t.Fatalf("the flood is taken for ever: %v", err)
	}
	_, err = io.WriteString(client, "POST /v1/chat/completions HTTP/1.1\r\nHost: unknown.example.net:443\r\nContent-Length: 2\r\n\r\n{}")
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	select {
	case e := <-notes:
		if e.Clear.Reason != "plaintext" {
			t.Errorf("noted %q", e.Clear.Reason)
		}
	case <-ctx.Done():
		t.Error("the request waits for its client to read what the server sent")
	}
}

// TestShutdownCutsTunnels: neither side keeps a tunnel open past the proxy.
func TestShutdownCutsTunnels(t *testing.T) {
	far := newFarEnd(t)
	r := tunnelled(t, far, nil)
	client, server := r.open(far, unknown)
	_, err := io.WriteString(client, "SSH-2.0-client\r\n")
	must(t, err)
	expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
	must(t, r.proxy.Shutdown(t.Context()))
	expectEnd(t, "the client", client)
	expectEnd(t, "the server", server)
}

// TestWhatIsNotAnExchangeIsLoggedToo: a tunnel, a passed request and a refusal
// are a line each, which says why and names no host.
func TestWhatIsNotAnExchangeIsLoggedToo(t *testing.T) {
	far := newFarEnd(t)
	for name, tt := range map[string]struct {
		act  func(r *rig)
		want map[string]string
	}{
		"tunnel": {func(r *rig) {
			client, server := r.open(far, unknown)
			_, err := io.WriteString(client, "SSH-2.0-client\r\n")
			must(t, err)
			expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
		}, map[string]string{"msg": "not protected", "level": "INFO", "mode": "connect", "reason": "unknown_host"}},
		"passed request": {func(r *rig) {
			go func() { _, _ = io.WriteString(far.accept(), "HTTP/1.1 204 No Content\r\n\r\n") }()
			r.raw("GET http://unknown.example.net/ HTTP/1.1\r\nHost: unknown.example.net\r\n\r\n")
		}, map[string]string{"msg": "not protected", "level": "INFO", "mode": "plain", "reason": "unknown_host"}},
		"refused CONNECT": {
			func(r *rig) { r.raw(connectRequest(rebound, "")) },
			map[string]string{"msg": "refused", "level": "WARN", "mode": "connect", "stage": "accept", "reason": "forbidden_destination"},
		},
		"refused request": {
			func(r *rig) { r.raw("GET /rebound.example.net/x HTTP/1.1\r\nHost: localhost\r\n\r\n") },
			map[string]string{"msg": "refused", "level": "WARN", "mode": "base", "stage": "accept", "reason": "no_provider"},
		},
		"refused hello": {func(r *rig) {
			client, server := r.open(far, unknown)
			_, err := client.Write(helloFor("api.openai.com"))
			must(t, err)
			expectEnd(t, "the client", client)
			expectEnd(t, "the server", server)
		}, map[string]string{"msg": "refused", "level": "WARN", "mode": "connect", "stage": "accept", "reason": "host_mismatch"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := tunnelled(t, far, nil)
			tt.act(r)
			lines := strings.Split(strings.TrimSpace(r.log.String()), "\n")
			var got map[string]any
			if err := json.Unmarshal([]byte(lines[0]), &got); err != nil || len(lines) != 1 {
				t.Fatalf("logged %q (%v), want one line", lines, err)
			}
			for key, want := range tt.want {
				if got[key] != want {
					t.Errorf("%s is %v in %s, want %q", key, got[key], lines[0], want)
				}
			}
			for _, name := range []string{"unknown", "rebound", "203.0.113", "openai"} {
				if strings.Contains(strings.ReplaceAll(lines[0], "unknown_host", ""), name) {
					t.Errorf("the line names the host: %s", lines[0])
				}
			}
		})
	}
}
