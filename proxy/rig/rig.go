// Package rig is what the tests of proxy and its door share: the whole line over
// loopback, with a client in front of it and a stand-in provider behind it. It
// is imported by tests alone.
package rig

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"net"
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
	"coatcheck/proxy/door"
	"coatcheck/proxy/standin"
	"coatcheck/redact"
	"coatcheck/rules/builtin"
)

// Rig is the whole line over loopback: a client, the real proxy with its own
// keys, authority, vault and journal, and a stand-in provider that keeps what
// it receives.
type Rig struct {
	Provider *standin.Server
	Proxy    *proxy.Proxy
	Addr     string
	Dir      string // the journal's folder
	Auditor  *keys.AuditorPrivate
	Log      *Buffer
	Roots    *x509.CertPool

	t testing.TB
}

// Engine has the built-in packs; it is immutable, so all rigs share it.
var Engine = sync.OnceValues(func() (*redact.Engine, error) {
	set, err := builtin.Load()
	if err != nil {
		return nil, err
	}
	return redact.New(set, redact.Options{})
})

// opened are the names that the rig's proxy reaches at the stand-in.
var opened = []string{"api.example.com", "api.openai.com", "api.anthropic.com"}

// Options change what a rig is made of.
type Options struct {
	Provider standin.Config
	Config   func(*proxy.Config)
}

// New starts a rig, which stops when the test ends.
func New(t testing.TB, o Options) *Rig {
	t.Helper()
	r := &Rig{t: t, Dir: filepath.Join(t.TempDir(), "log"), Log: &Buffer{}, Roots: x509.NewCertPool()}
	provider, err := standin.Start(o.Provider)
	Must(t, err)
	t.Cleanup(provider.Close)
	r.Provider = provider

	r.Auditor, err = keys.NewAuditor()
	Must(t, err)
	ring, err := keys.Ephemeral(r.Auditor.Public())
	Must(t, err)
	engine, err := Engine()
	Must(t, err)
	writer, err := journal.Create(r.Dir, journal.Options{Stream: "test", Auditors: ring.Auditors(), Version: "test", Digest: engine.Digest()})
	Must(t, err)
	t.Cleanup(func() { _ = writer.Close() })

	cfg := proxy.Config{
		Door: door.Config{UpstreamCAs: provider.CAPEM()}, Engine: engine, Journal: writer,
		PRF:   func() proxy.PRF { return ring.Token() },
		Vault: vault.NewMemory(vault.Options{}),
		Log:   slog.New(slog.NewJSONHandler(r.Log, nil)),
	}
	for _, host := range opened {
		u, err := url.Parse(provider.URL())
		Must(t, err)
		cfg.Door.Upstreams = append(cfg.Door.Upstreams, door.Upstream{Host: host, URL: u})
	}
	if o.Config != nil {
		o.Config(&cfg)
	}
	authority, err := ca.Ephemeral(ca.Options{Hosts: door.Permitted(cfg.Door.Hosts, cfg.Door.Upstreams)})
	Must(t, err)
	cfg.Door.Authority = authority
	r.Roots.AppendCertsFromPEM(authority.RootPEM())

	r.Proxy, err = proxy.New(cfg)
	Must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Must(t, err)
	r.Addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- r.Proxy.Serve(l) }()
	t.Cleanup(func() {
		r.Proxy.Close()
		Must(t, <-served)
	})
	return r
}

// Unseen fails if the provider received any of the values, in any spelling.
func (r *Rig) Unseen(values ...string) {
	r.t.Helper()
	for _, v := range values {
		for _, where := range r.Provider.Holds(v) {
			r.t.Errorf("the provider saw %q: %s", v, where)
		}
	}
}

// Received returns the only request that the provider got.
func (r *Rig) Received() standin.Request {
	r.t.Helper()
	all := r.Provider.Requests()
	if len(all) != 1 {
		r.t.Fatalf("the provider received %d requests, want 1", len(all))
	}
	return all[0]
}

// Must ends the test at an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Buffer is a log that tests read while the proxy writes.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *Buffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *Buffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Within fails the test if done is not closed in time. It is a limit, not a wait.
func Within(t testing.TB, d time.Duration, what string, done <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	select {
	case <-done:
	case <-ctx.Done():
		t.Fatalf("%s: not within %s", what, d)
	}
}

// Gunzip reads gzip, or nothing.
func Gunzip(b []byte) io.Reader {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return strings.NewReader("")
	}
	return r
}

// PEM writes one certificate as PEM.
func PEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
