package door_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
)

// TestTunnelsCarryBothWays: what is not a model's passes byte for byte, whoever
// speaks first, and each side's end is passed on.
func TestTunnelsCarryBothWays(t *testing.T) {
	far := rig.NewFarEnd(t)
	r := rig.Tunnelled(t, far, nil)
	for name, tt := range map[string]struct {
		target      string
		first, then []byte
		greeting    []byte
	}{
		"server first":       {rig.Unknown, []byte("SSH-2.0-client\r\n"), []byte("\x00\x01\xff"), []byte("SSH-2.0-server\r\n")},
		"client first":       {rig.Unknown, []byte("EHLO example.net\r\n"), []byte("QUIT\r\n"), nil},
		"unknown name":       {rig.Unknown, rig.HelloFor("unknown.example.net"), []byte("more"), nil},
		"name at address":    {rig.ByAddress, rig.HelloFor("unknown.example.net"), []byte("more"), nil},
		"service name":       {"vector_db:8080", []byte{0}, []byte("more"), nil},
		"service in a hello": {rig.ByAddress, rig.HelloFor("vector_db"), []byte("more"), nil},
		"nameless":           {rig.ByAddress, rig.HelloFor(""), []byte("more"), nil},
		"almost a method":    {rig.Unknown, []byte("POSTER x"), []byte("more"), nil},
		"binary":             {rig.Unknown, []byte{0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f}, []byte("more"), nil},
		"letters of no end":  {rig.Unknown, bytes.Repeat([]byte("ABCDEFGH"), 20<<10), []byte("more"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := r.Open(far, tt.target)
			if tt.greeting != nil {
				_, err := server.Write(tt.greeting)
				rig.Must(t, err)
				rig.Expect(t, "the client", client, tt.greeting)
			}
			_, err := client.Write(tt.first)
			rig.Must(t, err)
			rig.Expect(t, "the server", server, tt.first)
			_, err = client.Write(tt.then)
			rig.Must(t, err)
			rig.Must(t, client.CloseWrite())
			if got := rig.ExpectEnd(t, "the server", server); !bytes.Equal(got, tt.then) {
				t.Errorf("the server received %q after the first bytes, want %q", got, tt.then)
			}
			_, err = io.WriteString(server, "bye")
			rig.Must(t, err)
			rig.Must(t, server.Close())
			if got := rig.ExpectEnd(t, "the client", client); string(got) != "bye" {
				t.Errorf("the client received %q after its own end", got)
			}
		})
	}
	if n := r.Proxy.Counters().Unprotected; n["unknown.example.net"] == 0 || n["203.0.113.7"] != 3 {
		t.Errorf("counted %v as not protected", n)
	}
}

// TestReboundNamesAreNotDialled: a name that resolves into this machine is
// refused although it is no address to look at, a provider's too.
func TestReboundNamesAreNotDialled(t *testing.T) {
	r := rig.Tunnelled(t, rig.NewFarEnd(t), func(c *proxy.Config) {
		c.Door.Hosts, c.Door.Upstreams = []string{"rebound.example.net"}, nil
	})
	opened, answer := r.Post(r.Client(false), "https://rebound.example.net/v1/x", rig.Hello)
	if opened.StatusCode != 403 {
		t.Errorf("opened: status %d", opened.StatusCode)
	}
	rig.CheckRefusal(t, answer, "forbidden_destination")
	r = rig.Tunnelled(t, rig.NewFarEnd(t), nil)
	resp, _, br := r.Raw(rig.ConnectRequest(rig.Rebound, ""))
	body, err := io.ReadAll(br)
	rig.Must(t, err)
	if resp.StatusCode != 403 {
		t.Errorf("tunnelled: status %d", resp.StatusCode)
	}
	rig.CheckRefusal(t, string(body), "forbidden_destination")
}

// TestAResetEndsTheTunnel: a side that breaks off has not ended well, so the
// other side is not waited for, however long it is silent.
func TestAResetEndsTheTunnel(t *testing.T) {
	for _, clientBreaks := range []bool{true, false} {
		closed := make(chan string, 1)
		far := rig.NewFarEnd(t)
		r := rig.Tunnelled(t, far, func(c *proxy.Config) {
			rig.Reroute(c, map[string]rig.Road{rig.Unknown: {Address: "203.0.113.8:443", Listener: far.Addr(), Closed: closed}})
		})
		client, server := r.Open(far, rig.Unknown)
		_, err := io.WriteString(client, "SSH-2.0-client\r\n")
		rig.Must(t, err)
		rig.Expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
		breaks, waits := server, client
		if clientBreaks {
			breaks, waits = client, server
		}
		rig.Must(t, breaks.SetLinger(0)) // close with a reset
		rig.Must(t, breaks.Close())
		rig.ExpectEnd(t, "the silent side", waits)
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

// TestAClientThatDoesNotReadIsJudged: a server that floods its client does not
// keep a request from being judged.
func TestAClientThatDoesNotReadIsJudged(t *testing.T) {
	far := rig.NewFarEnd(t)
	var notes <-chan journal.Event
	r := rig.Tunnelled(t, far, func(c *proxy.Config) { notes = rig.TellNotes(c) })
	client, server := r.Open(far, rig.Unknown)
	rig.Must(t, server.SetWriteBuffer(1<<10))
	rig.Must(t, server.SetWriteDeadline(time.Now().Add(200*time.Millisecond)))
	_, err := io.Copy(server, neverEnding{})
	if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
		t.Fatalf("the flood is taken for ever: %v", err)
	}
	_, err = io.WriteString(client, "POST /v1/chat/completions HTTP/1.1\r\nHost: unknown.example.net:443\r\nContent-Length: 2\r\n\r\n{}")
	rig.Must(t, err)
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
	far := rig.NewFarEnd(t)
	r := rig.Tunnelled(t, far, nil)
	client, server := r.Open(far, rig.Unknown)
	_, err := io.WriteString(client, "SSH-2.0-client\r\n")
	rig.Must(t, err)
	rig.Expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
	rig.Must(t, r.Proxy.Shutdown(t.Context()))
	rig.ExpectEnd(t, "the client", client)
	rig.ExpectEnd(t, "the server", server)
}

// TestWhatIsNotAnExchangeIsLoggedToo: a tunnel, a passed request and a refusal
// are a line each, which says why and names no host.
func TestWhatIsNotAnExchangeIsLoggedToo(t *testing.T) {
	far := rig.NewFarEnd(t)
	for name, tt := range map[string]struct {
		act  func(r *rig.Rig)
		want map[string]string
	}{
		"tunnel": {func(r *rig.Rig) {
			client, server := r.Open(far, rig.Unknown)
			_, err := io.WriteString(client, "SSH-2.0-client\r\n")
			rig.Must(t, err)
			rig.Expect(t, "the server", server, []byte("SSH-2.0-client\r\n"))
		}, map[string]string{"msg": "not protected", "level": "INFO", "mode": "connect", "reason": "unknown_host"}},
		"passed request": {func(r *rig.Rig) {
			go far.Answer("HTTP/1.1 204 No Content\r\n\r\n")
			r.Raw("GET http://unknown.example.net/ HTTP/1.1\r\nHost: unknown.example.net\r\n\r\n")
		}, map[string]string{"msg": "not protected", "level": "INFO", "mode": "plain", "reason": "unknown_host"}},
		"refused CONNECT": {
			func(r *rig.Rig) { r.Raw(rig.ConnectRequest(rig.Rebound, "")) },
			map[string]string{"msg": "refused", "level": "WARN", "mode": "connect", "stage": "accept", "reason": "forbidden_destination"},
		},
		"refused request": {
			func(r *rig.Rig) { r.Raw("GET /rebound.example.net/x HTTP/1.1\r\nHost: localhost\r\n\r\n") },
			map[string]string{"msg": "refused", "level": "WARN", "mode": "base", "stage": "accept", "reason": "no_provider"},
		},
		"refused hello": {func(r *rig.Rig) {
			client, server := r.Open(far, rig.Unknown)
			_, err := client.Write(rig.HelloFor("api.openai.com"))
			rig.Must(t, err)
			rig.ExpectEnd(t, "the client", client)
			rig.ExpectEnd(t, "the server", server)
		}, map[string]string{"msg": "refused", "level": "WARN", "mode": "connect", "stage": "accept", "reason": "host_mismatch"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := rig.Tunnelled(t, far, nil)
			tt.act(r)
			lines := strings.Split(strings.TrimSpace(r.Log.String()), "\n")
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

// TestWhatCannotBeRecordedIsNotTunnelled: as of an exchange, nothing leaves of
// a tunnel that the log does not know.
func TestWhatCannotBeRecordedIsNotTunnelled(t *testing.T) {
	far := rig.NewFarEnd(t)
	r := rig.Tunnelled(t, far, func(c *proxy.Config) { c.Journal = rig.BrokenJournal{} })
	client, server := r.Open(far, rig.Unknown)
	_, err := io.WriteString(client, "SSH-2.0-client\r\n")
	rig.Must(t, err)
	if got := rig.ExpectEnd(t, "the server", server); len(got) > 0 {
		t.Errorf("the server received %q", got)
	}
	rig.ExpectEnd(t, "the client", client)
	if n := r.Proxy.Counters(); len(n.Unprotected) != 0 || n.Refused["accept/journal"] != 1 {
		t.Errorf("counted as not protected %v, as refused %v", n.Unprotected, n.Refused)
	}
}
