package ca_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"coatcheck/crypto/ca"
	"coatcheck/crypto/disk"
	"coatcheck/crypto/keys"
)

var start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

func options(c *clock, hosts ...string) ca.Options {
	return ca.Options{Hosts: hosts, Now: c.Now}
}

func ephemeral(t *testing.T, c *clock, hosts ...string) *ca.Authority {
	t.Helper()
	a, err := ca.Ephemeral(options(c, hosts...))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func certificate(t *testing.T, a *ca.Authority, name string) *tls.Certificate {
	t.Helper()
	cert, err := a.Certificate(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return cert
}

// verify checks a chain as a client of name does.
func verify(root []byte, cert *tls.Certificate, name string, now time.Time) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM(root)
	for _, der := range cert.Certificate[1:] {
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		between.AddCert(parsed)
	}
	_, err := cert.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: between, CurrentTime: now})
	return err
}

func TestNamesAreNormalisedOrRefused(t *testing.T) {
	c := &clock{now: start}
	a := ephemeral(t, c, "api.example.com", "*.models.example.com", "bücher.example.com", "localhost")
	tests := []struct{ name, asked, want string }{
		{"plain", "api.example.com", "api.example.com"},
		{"upper case", "API.Example.COM", "api.example.com"},
		{"trailing dot", "api.example.com.", "api.example.com"},
		{"full width", "ａｐｉ.example.com", "api.example.com"},
		{"ideographic dot", "api。example。com", "api.example.com"},
		{"unicode", "BÜCHER.example.com", "xn--bcher-kva.example.com"},
		{"below a suffix", "eu.models.example.com", "eu.models.example.com"},
		{"far below a suffix", "a.eu.models.example.com", "a.eu.models.example.com"},
		{"one label", "localhost", "localhost"},
		{"the suffix itself", "models.example.com", ""},
		{"not a label of the suffix", "evilmodels.example.com", ""},
		{"below an exact name", "x.api.example.com", ""},
		{"above", "example.com", ""},
		{"other host", "api.example.org", ""},
		{"wildcard", "*.models.example.com", ""},
		{"two trailing dots", "api.example.com..", ""},
		{"empty label", "a..models.example.com", ""},
		{"IPv4", "192.0.2.1", ""},
		{"IPv6", "2001:db8::1", ""},
		{"IPv6 in brackets", "[2001:db8::1]", ""},
		{"IPv4 in short", "192.0.2", ""},
		{"IPv4 as a number", "3221225985", ""},
		{"with a port", "api.example.com:443", ""},
		{"with a zero byte", "api.example.com\x00.models.example.com", ""},
		{"with a line break", "a\n.models.example.com", ""},
		{"empty", "", ""},
		{"a dot", ".", ""},
		{"too long", strings.Repeat("a.", 130) + "models.example.com", ""},
		{"much too long", strings.Repeat("a", 1<<20), ""},
		{"long label", strings.Repeat("a", 64) + ".models.example.com", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cert, err := a.Certificate(test.asked)
			if test.want == "" {
				if !errors.Is(err, ca.ErrName) || cert != nil {
					t.Errorf("got %v, want ErrName", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := cert.Leaf.DNSNames; len(got) != 1 || got[0] != test.want {
				t.Errorf("names %q, want %q", got, test.want)
			}
			if err := verify(a.RootPEM(), cert, test.want, start); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEveryBadHostIsNamedAtOnce(t *testing.T) {
	_, err := ca.Ephemeral(ca.Options{Hosts: []string{"api.example.com", "192.0.2.1", "*.com", "under_score.example.com", "*"}})
	for _, part := range []string{`"192.0.2.1": `, `"*.com": a suffix needs two labels`, `"under_score.example.com": `, `"*": `} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not name %s", err, part)
		}
	}
	if a, err := ca.Ephemeral(ca.Options{}); err == nil || a != nil {
		t.Error("an authority without limits was made")
	}
}

func TestLeafIsWhatClientsAccept(t *testing.T) {
	c := &clock{now: start}
	long := strings.Repeat("a23456789.", 7) + "models.example.com"
	a := ephemeral(t, c, "api.example.com", "*.models.example.com")
	for _, name := range []string{"api.example.com", long} {
		leaf := certificate(t, a, name).Leaf
		if leaf.IsCA || leaf.KeyUsage != x509.KeyUsageDigitalSignature || len(leaf.Subject.CommonName) > 64 {
			t.Errorf("%s: authority %v, usage %b, common name %q", name, leaf.IsCA, leaf.KeyUsage, leaf.Subject.CommonName)
		}
		if life := leaf.NotAfter.Sub(leaf.NotBefore); life != 24*time.Hour+5*time.Minute {
			t.Errorf("%s: life %v", name, life)
		}
		if !leaf.NotBefore.Equal(start.Add(-5 * time.Minute)) {
			t.Errorf("%s: not before %v", name, leaf.NotBefore)
		}
	}
}

func TestLeafIsKeptUntilAQuarterOfItsLifeIsLeft(t *testing.T) {
	c := &clock{now: start}
	a := ephemeral(t, c, "api.example.com")
	first := certificate(t, a, "api.example.com")
	c.Set(start.Add(18 * time.Hour))
	if certificate(t, a, "API.example.com") != first {
		t.Error("made anew with a quarter of its life left")
	}
	c.Set(start.Add(18*time.Hour + time.Second))
	second := certificate(t, a, "api.example.com")
	if second == first {
		t.Error("kept with less than a quarter of its life left")
	}
	c.Set(start.Add(-time.Hour))
	if third := certificate(t, a, "api.example.com"); third.Leaf.NotBefore.After(c.Now()) {
		t.Error("a clock that went back gets a certificate of the future")
	}
}

func TestManyAskersShareOneLeaf(t *testing.T) {
	a := ephemeral(t, &clock{now: start}, "api.example.com")
	var certs [64]*tls.Certificate
	var group sync.WaitGroup
	for i := range certs {
		group.Go(func() { certs[i], _ = a.Certificate("api.example.com") })
	}
	group.Wait()
	for i, cert := range certs {
		if cert == nil || cert != certs[0] {
			t.Fatalf("asker %d got another certificate", i)
		}
	}
}

func kek(t *testing.T) keys.KEK {
	t.Helper()
	ring, err := keys.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	return ring.CA()
}

func TestRootSurvivesRestartAndNewHosts(t *testing.T) {
	c := &clock{now: start}
	dir, seal := filepath.Join(t.TempDir(), "ca"), kek(t)
	first, err := ca.Open(dir, seal, options(c, "api.example.com"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := ca.Open(dir, seal, options(c, "api.example.org"))
	if err != nil {
		t.Fatal(err)
	}
	if string(first.RootPEM()) != string(second.RootPEM()) || first.Fingerprint() != second.Fingerprint() {
		t.Error("another root after a restart")
	}
	if err := verify(first.RootPEM(), certificate(t, second, "api.example.org"), "api.example.org", start); err != nil {
		t.Error(err)
	}
	if _, err := second.Certificate("api.example.com"); !errors.Is(err, ca.ErrName) {
		t.Errorf("a host that is no longer named: %v", err)
	}
	public, err := os.ReadFile(filepath.Join(dir, "root.pem"))
	if err != nil || string(public) != string(first.RootPEM()) {
		t.Errorf("root.pem is not the root: %v", err)
	}
	if root, err := ca.ReadRoot(dir, seal); err != nil || string(root) != string(first.RootPEM()) {
		t.Errorf("it is not the root that is read: %v", err)
	}
	if _, err := ca.Open(dir, kek(t), options(c, "api.example.com")); err == nil {
		t.Error("it opened under another key")
	}
	if _, err := ca.ReadRoot(dir, kek(t)); err == nil {
		t.Error("it was read under another key")
	}
	empty := t.TempDir()
	if _, err := ca.ReadRoot(empty, seal); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is none: %v", err)
	}
	if made, _ := os.ReadDir(empty); len(made) > 0 {
		t.Error("reading made something")
	}
}

func TestIntermediateIsRenewedUnderTheSameRoot(t *testing.T) {
	c := &clock{now: start}
	a, err := ca.Open(filepath.Join(t.TempDir(), "ca"), kek(t), options(c, "api.example.com"))
	if err != nil {
		t.Fatal(err)
	}
	first := certificate(t, a, "api.example.com").Certificate[1]
	for _, age := range []time.Duration{21 * 24 * time.Hour, 23 * 24 * time.Hour, 400 * 24 * time.Hour, 1094 * 24 * time.Hour} {
		c.Set(start.Add(age))
		cert := certificate(t, a, "api.example.com")
		if err := verify(a.RootPEM(), cert, "api.example.com", c.Now()); err != nil {
			t.Errorf("after %v: %v", age, err)
		}
		if renewed := string(cert.Certificate[1]) != string(first); renewed != (age > 22*24*time.Hour) {
			t.Errorf("after %v: renewed %v", age, renewed)
		}
	}
	c.Set(a.NotAfter().Add(-time.Hour))
	if _, err := a.Certificate("api.example.com"); err == nil || !strings.Contains(err.Error(), "the root lapses") {
		t.Errorf("an hour before the root's end: %v", err)
	}
}

func TestLapsedEphemeralAuthorityGivesNothing(t *testing.T) {
	c := &clock{now: start}
	a := ephemeral(t, c, "api.example.com")
	c.Set(a.NotAfter())
	if cert, err := a.Certificate("api.example.com"); err == nil || cert != nil {
		t.Errorf("got %v", err)
	}
}

func TestRootThatCannotBeReadIsAnErrorNotANewRoot(t *testing.T) {
	c := &clock{now: start}
	seal := kek(t)
	tests := []struct {
		name  string
		spoil func(text string) string
	}{
		{"empty", func(string) string { return "" }},
		{"cut", func(s string) string { return s[:len(s)/2] }},
		{"a later version", func(s string) string { return strings.Replace(s, `"version": 1`, `"version": 2`, 1) }},
		{"no certificate", func(s string) string { return strings.Replace(s, "BEGIN CERT", "BEGIN CRET", 1) }},
		{"another certificate", func(s string) string {
			other := strings.ReplaceAll(string(ephemeral(t, c, "api.example.com").RootPEM()), "\n", `\n`)
			from := strings.Index(s, "-----BEGIN")
			return s[:from] + other + s[strings.LastIndex(s, `",`):]
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "ca")
			if _, err := ca.Open(dir, seal, options(c, "api.example.com")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "root.json")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			spoiled := test.spoil(string(text))
			if spoiled == string(text) {
				t.Fatal("nothing was spoiled")
			}
			if err := os.WriteFile(path, []byte(spoiled), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := ca.Open(dir, seal, options(c, "api.example.com")); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v", err)
			}
			if now, err := os.ReadFile(path); err != nil || string(now) != spoiled {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

func TestFilesOfTheRootAreForTheirOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes here")
	}
	c := &clock{now: start}
	dir, seal := filepath.Join(t.TempDir(), "ca"), kek(t)
	open := func() error {
		_, err := ca.Open(dir, seal, options(c, "api.example.com"))
		return err
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "root.json"): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: mode %v, %v", path, info.Mode(), err)
		}
		if err := os.Chmod(path, mode|0o044); err != nil {
			t.Fatal(err)
		}
		if err := open(); !errors.Is(err, disk.ErrUnsafe) {
			t.Errorf("%s readable by all: %v", path, err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := open(); err != nil {
		t.Error(err)
	}
}

func FuzzCertificate(f *testing.F) {
	for _, seed := range []string{"api.example.com", "A.models.example.com.", "xn--bcher-kva.models.example.com", "192.0.2.1", "[::1]", "*.models.example.com", "ａ.models.example.com"} {
		f.Add(seed)
	}
	a, err := ca.Ephemeral(ca.Options{Hosts: []string{"api.example.com", "*.models.example.com"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		cert, err := a.Certificate(name)
		if err != nil {
			if !errors.Is(err, ca.ErrName) {
				t.Errorf("got %v", err)
			}
			return
		}
		host := cert.Leaf.DNSNames[0]
		if host != "api.example.com" && !strings.HasSuffix(host, ".models.example.com") {
			t.Errorf("a certificate for %q", host)
		}
		if err := verify(a.RootPEM(), cert, host, time.Now()); err != nil {
			t.Errorf("%q: %v", host, err)
		}
	})
}

func BenchmarkCertificate(b *testing.B) {
	a, err := ca.Ephemeral(ca.Options{Hosts: []string{"*.example.com"}})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("cached", func(b *testing.B) {
		for b.Loop() {
			if _, err := a.Certificate("api.example.com"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("minted", func(b *testing.B) {
		names := make([]string, 2*4096)
		for i := range names {
			names[i] = fmt.Sprintf("h%d.example.com", i)
		}
		for i := 0; b.Loop(); i++ {
			if _, err := a.Certificate(names[i%len(names)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
