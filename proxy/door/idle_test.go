package door_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
)

// TestIdleClientsAreDropped holds connections half open in every way.
func TestIdleClientsAreDropped(t *testing.T) {
	far := rig.NewFarEnd(t)
	r := rig.Tunnelled(t, far, func(c *proxy.Config) { c.Door.Timeouts.Handshake = 50 * time.Millisecond })
	for name, sent := range map[string]string{
		"silent":                   "",
		"slow head":                "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-",
		"silent CONNECT":           rig.ConnectRequest("api.openai.com:443", ""),
		"half a hello":             rig.ConnectRequest("api.openai.com:443", "") + "\x16\x03\x01\x02\x00\x01",
		"silent tunnel":            rig.ConnectRequest(rig.Unknown, ""),
		"half a hello in a tunnel": rig.ConnectRequest(rig.Unknown, "") + "\x16\x03\x01\x02\x00\x01",
		"slow head in a tunnel":    rig.ConnectRequest(rig.Unknown, "") + "POST /v1/chat/completions HTTP/1.1\r\nHost: un",
	} {
		c, err := net.Dial("tcp", r.Addr)
		rig.Must(t, err)
		_, err = io.WriteString(c, sent)
		rig.Must(t, err)
		rig.Must(t, c.SetReadDeadline(time.Now().Add(5*time.Second)))
		_, err = io.Copy(io.Discard, c)
		if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("%s: still held after 5 s", name)
		}
		_ = c.Close()
		if strings.HasPrefix(sent, "CONNECT "+rig.Unknown) {
			if got := rig.ExpectEnd(t, "the server", far.Accept()); len(got) > 0 {
				t.Errorf("%s: the server received %q", name, got)
			}
		}
	}
}
