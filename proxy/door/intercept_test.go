package door_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elazarl/goproxy"

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

// TestHelloInTheSameWriteAsConnect: some clients do not wait for the 200.
func TestHelloInTheSameWriteAsConnect(t *testing.T) {
	r := rig.New(t, rig.Options{})
	c, err := net.Dial("tcp", r.Addr)
	rig.Must(t, err)
	defer c.Close()
	early := &firstWrite{Conn: c, first: rig.ConnectRequest("api.openai.com:443", "")}
	tc := tls.Client(early, &tls.Config{RootCAs: r.Roots, ServerName: "api.openai.com"})
	rig.Must(t, tc.SetDeadline(time.Now().Add(10*time.Second)))
	rig.Must(t, tc.Handshake())
}

// firstWrite sends CONNECT and hello in one write and swallows the 200.
type firstWrite struct {
	net.Conn
	first string
	read  bool
}

func (f *firstWrite) Write(p []byte) (int, error) {
	n := len(p)
	p = append([]byte(f.first), p...)
	f.first = ""
	_, err := f.Conn.Write(p)
	return n, err
}

func (f *firstWrite) Read(p []byte) (int, error) {
	if !f.read {
		f.read = true
		head := make([]byte, len("HTTP/1.1 200 Connection established\r\n\r\n"))
		if _, err := io.ReadFull(f.Conn, head); err != nil {
			return 0, err
		}
	}
	return f.Conn.Read(p)
}

// TestNoCertificateComesFromGoproxy: the library's own authority has a
// published private key, so nothing of ours may chain to it.
func TestNoCertificateComesFromGoproxy(t *testing.T) {
	r := rig.New(t, rig.Options{})
	resp, _ := r.Post(r.Client(false), rig.ChatURL, rig.Hello)
	theirs, err := x509.ParseCertificate(goproxy.GoproxyCa.Certificate[0])
	rig.Must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(theirs)
	leaf := resp.TLS.PeerCertificates[0]
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: "api.openai.com"}); err == nil {
		t.Error("our leaf verifies under goproxy's published authority")
	}
	for _, c := range resp.TLS.PeerCertificates {
		if c.Equal(theirs) || bytes.Equal(c.AuthorityKeyId, theirs.SubjectKeyId) && len(theirs.SubjectKeyId) > 0 {
			t.Error("goproxy's published authority is in our chain")
		}
	}
}
