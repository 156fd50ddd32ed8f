package ca

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// forged returns a leaf that a thief of the intermediate's key could sign.
func forged(t *testing.T, a *Authority, name string) *tls.Certificate {
	t.Helper()
	cert, err := a.issuer.leaf(name, a.leafKey, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// hostCases are names and whether a client may accept them. A constraint
// permits what lies below a name; [Authority.Certificate] does not.
var hostCases = []struct {
	name string
	ok   bool
}{
	{"api.example.com", true},
	{"below.api.example.com", true},
	{"eu.models.example.com", true},
	{"example.com", false},
	{"evilapi.example.com", false},
	{"api.example.com.evil.example.org", false},
	{"www.example.net", false},
	{"com", false},
}

func authority(t *testing.T) *Authority {
	t.Helper()
	a, err := Ephemeral(Options{Hosts: []string{"api.example.com", "*.models.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestStolenIntermediateIsUselessForOtherHosts(t *testing.T) {
	clients := map[string]func(t *testing.T, a *Authority, cert *tls.Certificate, name string) error{
		"go": goClient, "openssl": openssl, "python": python,
	}
	for client, accepts := range clients {
		t.Run(client, func(t *testing.T) {
			if program := map[string]string{"openssl": "openssl", "python": "python3"}[client]; program != "" {
				if _, err := exec.LookPath(program); err != nil {
					t.Skipf("%s is not installed", program)
				}
			}
			a := authority(t)
			for _, test := range hostCases {
				err := accepts(t, a, forged(t, a, test.name), test.name)
				if (err == nil) != test.ok {
					t.Errorf("%s: accepted %v, want %v (%v)", test.name, err == nil, test.ok, err)
				}
			}
		})
	}
}

func goClient(_ *testing.T, a *Authority, cert *tls.Certificate, name string) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(a.root)
	between.AddCert(a.issuer.cert)
	_, err := cert.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: between})
	return err
}

func openssl(t *testing.T, a *Authority, cert *tls.Certificate, name string) error {
	dir := t.TempDir()
	args := []string{"verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name}
	for _, part := range []struct {
		flag string
		der  []byte
	}{{"-CAfile", a.root.Raw}, {"-untrusted", cert.Certificate[1]}, {"", cert.Certificate[0]}} {
		path := filepath.Join(dir, "cert"+part.flag+".pem")
		if err := os.WriteFile(path, certificatePEM(part.der), 0o600); err != nil {
			t.Fatal(err)
		}
		if part.flag != "" {
			args = append(args, part.flag)
		}
		args = append(args, path)
	}
	out, err := exec.Command("openssl", args...).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "permitted subtree violation") {
		t.Errorf("%s: refused for another reason: %s", name, out)
	}
	return err
}

const pythonClient = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
raw = socket.create_connection(("127.0.0.1", int(sys.argv[2])), 10)
context.wrap_socket(raw, server_hostname=sys.argv[3]).sendall(b"x")
`

func python(t *testing.T, a *Authority, cert *tls.Certificate, name string) error {
	root := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(root, a.RootPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{*cert}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err == nil {
			_, _ = bufio.NewReader(conn).ReadByte()
			conn.Close()
		}
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("python3", "-c", pythonClient, root, port, name).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "permitted subtree violation") {
		t.Errorf("%s: refused for another reason: %s", name, out)
	}
	return err
}

func TestIntermediateIsLimited(t *testing.T) {
	a := authority(t)
	c := a.issuer.cert
	if !c.PermittedDNSDomainsCritical || strings.Join(c.PermittedDNSDomains, " ") != "api.example.com models.example.com" {
		t.Errorf("names: critical %v, %v", c.PermittedDNSDomainsCritical, c.PermittedDNSDomains)
	}
	if len(c.ExcludedIPRanges) != 2 || c.ExcludedIPRanges[0].String() != "0.0.0.0/0" || c.ExcludedIPRanges[1].String() != "::/0" {
		t.Errorf("addresses: %v", c.ExcludedIPRanges)
	}
	if !c.IsCA || c.MaxPathLen != 0 || !c.MaxPathLenZero || len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageServerAuth {
		t.Errorf("authority %v, path %d, usage %v", c.IsCA, c.MaxPathLen, c.ExtKeyUsage)
	}
	if a.root.MaxPathLen != 1 || len(a.root.PermittedDNSDomains) != 0 {
		t.Errorf("root: path %d, names %v", a.root.MaxPathLen, a.root.PermittedDNSDomains)
	}
	if a.signRoot != nil {
		t.Error("an authority in memory still holds its root's key")
	}
}

func TestAddressLeafIsRefused(t *testing.T) {
	a := authority(t)
	for _, ip := range []string{"192.0.2.1", "2001:db8::1"} {
		template, err := newTemplate("api.example.com", time.Now(), leafLife)
		if err != nil {
			t.Fatal(err)
		}
		template.IPAddresses = []net.IP{net.ParseIP(ip)}
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		cert, err := sign(template, a.issuer.cert, a.leafKey, a.issuer.key)
		if err != nil {
			t.Fatal(err)
		}
		if err := goClient(t, a, &tls.Certificate{Leaf: cert}, ip); err == nil {
			t.Errorf("a leaf for %s was accepted", ip)
		}
	}
}
