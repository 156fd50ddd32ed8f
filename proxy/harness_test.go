package proxy_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coatcheck/crypto/ca"
	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
	"coatcheck/crypto/vault"
	"coatcheck/proxy"
	"coatcheck/proxy/standin"
	"coatcheck/redact"
	"coatcheck/rules/builtin"
)

// rig is the whole line over loopback: a client, the real proxy with its own
// keys, authority, vault and journal, and a stand-in provider that keeps what
// it receives.
type rig struct {
	t        testing.TB
	provider *standin.Server
	proxy    *proxy.Proxy
	addr     string
	dir      string // the journal's folder
	auditor  *keys.AuditorPrivate
	log      *lockedBuffer
	roots    *x509.CertPool
}

// baseEngine has the built-in packs; it is immutable, so all rigs share it.
var baseEngine = sync.OnceValues(func() (*redact.Engine, error) {
	set, err := builtin.Load()
	if err != nil {
		return nil, err
	}
	return redact.New(set, redact.Options{})
})

// opened are the names that the rig's proxy reaches at the stand-in.
var opened = []string{"api.example.com", "api.openai.com", "api.anthropic.com"}

type rigOptions struct {
	provider standin.Config
	config   func(*proxy.Config)
}

func newRig(t testing.TB, o rigOptions) *rig {
	t.Helper()
	r := &rig{t: t, dir: filepath.Join(t.TempDir(), "log"), log: &lockedBuffer{}, roots: x509.NewCertPool()}
	provider, err := standin.Start(o.provider)
	must(t, err)
	t.Cleanup(provider.Close)
	r.provider = provider

	r.auditor, err = keys.NewAuditor()
	must(t, err)
	ring, err := keys.Ephemeral(r.auditor.Public())
	must(t, err)
	engine, err := baseEngine()
	must(t, err)
	writer, err := journal.Create(r.dir, journal.Options{Stream: "test", Auditors: ring.Auditors(), Version: "test", Digest: engine.Digest()})
	must(t, err)
	t.Cleanup(func() { _ = writer.Close() })

	cfg := proxy.Config{
		UpstreamCAs: provider.CAPEM(), Engine: engine, Journal: writer,
		PRF:   func() proxy.PRF { return ring.Token() },
		Vault: vault.NewMemory(vault.Options{}),
		Log:   slog.New(slog.NewJSONHandler(r.log, nil)),
	}
	for _, host := range opened {
		u, err := url.Parse(provider.URL())
		must(t, err)
		cfg.Upstreams = append(cfg.Upstreams, proxy.Upstream{Host: host, URL: u})
	}
	if o.config != nil {
		o.config(&cfg)
	}
	authority, err := ca.Ephemeral(ca.Options{Hosts: proxy.Permitted(cfg.Hosts, cfg.Upstreams)})
	must(t, err)
	cfg.Authority = authority
	r.roots.AppendCertsFromPEM(authority.RootPEM())

	r.proxy, err = proxy.New(cfg)
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	r.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- r.proxy.Serve(l) }()
	t.Cleanup(func() {
		r.proxy.Close()
		must(t, <-served)
	})
	return r
}

// client is an app that knows nothing but HTTPS_PROXY and a certificate.
func (r *rig) client(h2 bool) *http.Client {
	tr := &http.Transport{
		Proxy:              r.proxyFor,
		TLSClientConfig:    &tls.Config{RootCAs: r.roots},
		ForceAttemptHTTP2:  h2,
		DisableCompression: true,
	}
	r.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// proxyFor is HTTPS_PROXY with NO_PROXY for the proxy's own base URLs.
func (r *rig) proxyFor(req *http.Request) (*url.URL, error) {
	if req.URL.Host == r.addr {
		return nil, nil
	}
	return &url.URL{Scheme: "http", Host: r.addr}, nil
}

// base is the base URL of a host for clients that know no proxy.
func (r *rig) base(host string) string { return "http://" + r.addr + "/" + host }

// post sends a JSON body and returns the whole answer.
func (r *rig) post(c *http.Client, url, body string) (*http.Response, string) {
	r.t.Helper()
	resp, err := c.Post(url, "application/json", strings.NewReader(body))
	must(r.t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	must(r.t, err)
	return resp, string(answer)
}

// unseen fails if the provider received any of the values, in any spelling.
func (r *rig) unseen(values ...string) {
	r.t.Helper()
	for _, v := range values {
		for _, where := range r.provider.Holds(v) {
			r.t.Errorf("the provider saw %q: %s", v, where)
		}
	}
}

// received returns the only request that the provider got.
func (r *rig) received() standin.Request {
	r.t.Helper()
	all := r.provider.Requests()
	if len(all) != 1 {
		r.t.Fatalf("the provider received %d requests, want 1", len(all))
	}
	return all[0]
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lockedBuffer is a log that tests read while the proxy writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// within fails the test if done is not closed in time. It is a limit, not a wait.
func within(t testing.TB, d time.Duration, what string, done <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	select {
	case <-done:
	case <-ctx.Done():
		t.Fatalf("%s: not within %s", what, d)
	}
}

// gunzip reads gzip, or nothing.
func gunzip(b []byte) io.Reader {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return strings.NewReader("")
	}
	return r
}

// pemOf writes one certificate as PEM.
func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
