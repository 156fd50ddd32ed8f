package proxy_test

import (
	"testing"

	"coatcheck/crypto/keys"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
)

// TestTwoPrincipalsGetTwoTokens: under the same keys, tokens of one client mean
// nothing for another, and stay the same for each.
func TestTwoPrincipalsGetTwoTokens(t *testing.T) {
	ring, err := keys.Ephemeral()
	rig.Must(t, err)
	tokens := map[string]string{}
	for _, who := range []string{"alice", "bob", "alice"} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
			c.Door.Installation = who
			c.PRF = func() proxy.PRF { return ring.Token() }
		}})
		r.Post(r.Client(false), chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`)
		token := rig.TokenShape.FindString(string(r.Received().Decoded))
		if old := tokens[who]; token == "" || old != "" && old != token {
			t.Errorf("%s: token %q, before %q", who, token, old)
		}
		tokens[who] = token
	}
	if tokens["alice"] == tokens["bob"] {
		t.Errorf("two principals share %s", tokens["bob"])
	}
}
