package proxy_test

import (
	"testing"

	"coatcheck/crypto/keys"
	"coatcheck/proxy"
)

// TestTwoPrincipalsGetTwoTokens: under the same keys, tokens of one client mean
// nothing for another, and stay the same for each.
func TestTwoPrincipalsGetTwoTokens(t *testing.T) {
	ring, err := keys.Ephemeral()
	must(t, err)
	tokens := map[string]string{}
	for _, who := range []string{"alice", "bob", "alice"} {
		r := newRig(t, rigOptions{config: func(c *proxy.Config) {
			c.Installation = who
			c.PRF = func() proxy.PRF { return ring.Token() }
		}})
		r.post(r.client(false), chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`)
		token := tokenShape.FindString(string(r.received().Decoded))
		if old := tokens[who]; token == "" || old != "" && old != token {
			t.Errorf("%s: token %q, before %q", who, token, old)
		}
		tokens[who] = token
	}
	if tokens["alice"] == tokens["bob"] {
		t.Errorf("two principals share %s", tokens["bob"])
	}
}
