package door_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"

	"coatcheck/proxy/rig"
)

// carriedOver is a client's cache that hands out its last session whatever
// host it is for.
type carriedOver struct{ last *tls.ClientSessionState }

func (c *carriedOver) Get(string) (*tls.ClientSessionState, bool) { return c.last, c.last != nil }
func (c *carriedOver) Put(_ string, s *tls.ClientSessionState)    { c.last = s }

// TestSessionsResume: a client's second connection takes up the first one's
// TLS session, and where its requests go is told by its own CONNECT.
func TestSessionsResume(t *testing.T) {
	r := rig.New(t, rig.Options{})
	client := &http.Client{Transport: &http.Transport{
		Proxy: r.ProxyFor, DisableKeepAlives: true,
		// Nothing is verified, so that the client offers a session of another host.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ClientSessionCache: &carriedOver{}},
	}}
	for i, host := range []string{"api.openai.com", "api.openai.com", "api.anthropic.com"} {
		r.Provider.Forget()
		resp, err := client.Post("https://"+host+"/v1/messages", "application/json", strings.NewReader(rig.Hello))
		rig.Must(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		rig.Must(t, err)
		rig.Must(t, resp.Body.Close())
		if resp.TLS.DidResume != (i > 0) {
			t.Errorf("connection %d to %s: resumed %v", i, host, resp.TLS.DidResume)
		}
		if got := r.Received().Host; got != host {
			t.Errorf("connection %d: the provider was asked as %q, want %q", i, got, host)
		}
	}
}

// TestNamelessHelloGetsTheTargetsCertificate: a client that names no server is
// met under the name of its CONNECT.
func TestNamelessHelloGetsTheTargetsCertificate(t *testing.T) {
	r := rig.New(t, rig.Options{})
	for _, host := range []string{"api.openai.com", "api.anthropic.com"} {
		_, c, _ := r.Raw(rig.ConnectRequest(host+":443", ""))
		tc := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
		rig.Must(t, tc.Handshake())
		if err := tc.ConnectionState().PeerCertificates[0].VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
}
