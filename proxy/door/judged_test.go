package door_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

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
			r := rig.New(t, rig.Options{Provider: standin.Config{Names: tt.leaf}, Config: func(c *proxy.Config) {
				rig.Reroute(c, map[string]rig.Road{rig.ByAddress: {Address: rig.ByAddress, Listener: c.Door.Upstreams[0].URL.Host}})
				c.Door.Upstreams = nil
			}})
			c, err := net.Dial("tcp", r.Addr)
			rig.Must(t, err)
			defer c.Close()
			rig.Must(t, c.SetDeadline(time.Now().Add(10*time.Second)))
			conn := &firstWrite{Conn: c, first: rig.ConnectRequest(rig.ByAddress, "")}
			if !tt.early {
				_, err = conn.Write(nil)
				rig.Must(t, err)
			}
			tc := tls.Client(conn, &tls.Config{RootCAs: r.Roots, ServerName: "api.openai.com"})
			body := `{"messages":[{"role":"user","content":"` + rig.Email + `"}]}`
			_, err = fmt.Fprintf(tc, "POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			rig.Must(t, err)
			resp, err := http.ReadResponse(bufio.NewReader(tc), nil)
			rig.Must(t, err)
			answer, err := io.ReadAll(resp.Body)
			rig.Must(t, err)
			if resp.StatusCode != tt.status {
				t.Fatalf("status %d: %s", resp.StatusCode, answer)
			}
			r.Unseen(rig.Email)
			if tt.status != 200 {
				rig.CheckRefusal(t, string(answer), "upstream_tls")
				return
			}
			if !strings.Contains(string(answer), rig.Email) || !rig.TokenShape.Match(r.Received().Decoded) {
				t.Errorf("the provider saw %s, the client %s", r.Received().Decoded, answer)
			}
		})
	}
}

// TestUnreadFirstBytesAreNoTunnel: where the first bytes do not tell who is
// asked, or tell it in pieces, nothing of them reaches the far end.
func TestUnreadFirstBytesAreNoTunnel(t *testing.T) {
	hello := rig.HelloFor("api.openai.com")
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
		"garbage as a hello":    []byte("\x16\x03\x01\x00\x05hello" + rig.Email),
		"an alert, then half":   append([]byte{21, 3, 1, 0, 2, 1, 90}, hello[:40]...),
		"a cipher change first": append([]byte{20, 3, 3, 0, 1, 1}, hello...),
		"data of a session":     []byte("\x17\x03\x03\x00\x20" + rig.Email + "............"),
		"a model host":          hello,
		"an alert before it":    append([]byte{21, 3, 1, 0, 2, 1, 90}, hello...),
	} {
		t.Run(name, func(t *testing.T) {
			far := rig.NewFarEnd(t)
			r := rig.Tunnelled(t, far, func(c *proxy.Config) { c.Door.Timeouts.Handshake = 50 * time.Millisecond })
			client, server := r.Open(far, rig.Unknown)
			_, err := client.Write(first)
			rig.Must(t, err)
			if got := rig.ExpectEnd(t, "the server", server); len(got) > 0 {
				t.Errorf("the server received %d bytes", len(got))
			}
			rig.ExpectEnd(t, "the client", client)
			if n := r.Proxy.Counters(); len(n.Unprotected) != 0 || len(n.Refused)+len(n.Handshakes) != 1 {
				t.Errorf("counted as not protected %v, as refused %v, as not completed %v", n.Unprotected, n.Refused, n.Handshakes)
			}
		})
	}
}

// TestClearRequestsInATunnelAreJudged: HTTP in clear is not tunnelled blindly,
// however its first line is dressed up.
func TestClearRequestsInATunnelAreJudged(t *testing.T) {
	body := `{"messages":[{"role":"user","content":"` + rig.Email + `"}]}`
	post := fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: unknown.example.net:443\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	for name, tt := range map[string]struct {
		first  string
		status int
	}{
		"a model's path":        {post, 403},
		"after an empty line":   {"\r\n" + post, 400},
		"after a line feed":     {"\n" + post, 400},
		"split by a tab":        {strings.Replace(post, " ", "\t", 1), 400},
		"HTTP/2 from the start": {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + rig.Email, 426},
		"a tunnel in a tunnel":  {"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n", 421},
	} {
		t.Run(name, func(t *testing.T) {
			far := rig.NewFarEnd(t)
			r := rig.Tunnelled(t, far, nil)
			client, server := r.Open(far, rig.Unknown)
			_, err := io.WriteString(client, tt.first)
			rig.Must(t, err)
			if got := rig.ExpectEnd(t, "the server", server); len(got) > 0 {
				t.Errorf("the server received %q", got)
			}
			resp, err := http.ReadResponse(bufio.NewReader(client), nil)
			rig.Must(t, err)
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
		})
	}
}
