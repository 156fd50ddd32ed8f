package door

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"coatcheck/proxy/reason"
)

// TestModelHostsAreNeverTunnelled is the table of targets and server names: a
// model host is opened or refused, whichever way its name shows.
func TestModelHostsAreNeverTunnelled(t *testing.T) {
	local, err := ParseUpstream("127.0.0.1:11434=http://127.0.0.1:11434")
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHosts(Config{Hosts: []string{"*.models.example.com", "llm.example.org"}, Upstreams: []Upstream{local}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		target, sni string
		refuseAll   bool
		want        action
		reason      reason.Reason
	}{
		{"api.openai.com:443", "api.openai.com", false, open, reason.ModelHost},
		{"api.openai.com:443", "", false, open, reason.ModelHost},
		{"a.models.example.com:443", "", false, open, reason.ModelHost},
		{"a.b.models.example.com:443", "", false, open, reason.ModelHost},
		{"models.example.com:443", "", false, tunnel, reason.UnknownHost},
		{"xmodels.example.com:443", "", false, tunnel, reason.UnknownHost},
		{"llm.example.org:8443", "", false, open, reason.ModelHost},
		{"203.0.113.7:443", "api.openai.com", false, open, reason.ModelHost},
		{"203.0.113.7:443", "a.models.example.com", false, open, reason.ModelHost},
		{"203.0.113.7:443", "unknown.example.net", false, tunnel, reason.UnknownHost},
		{"203.0.113.7:443", "", false, tunnel, reason.UnknownHost},
		{"203.0.113.7:443", "", true, refuse, reason.UnknownHost},
		{"unknown.example.net:443", "api.openai.com", false, refuse, reason.HostMismatch},
		{"unknown.example.net:443", "unknown.example.net", false, tunnel, reason.UnknownHost},
		{"unknown.example.net:443", "", true, refuse, reason.UnknownHost},
		{"127.0.0.1:11434", "", false, refuse, reason.AddressOnly},
	} {
		d := &Door{hosts: h, cfg: Config{RefuseUnknown: tt.refuseAll}}
		host, port := splitPort(tt.target)
		o := Origin{Host: host, Port: port}
		if ip, err := netip.ParseAddr(host); err == nil {
			o.IP = ip
		}
		if got := d.judge(o, tt.sni); got != (verdict{tt.want, tt.reason}) {
			t.Errorf("%s with server name %q: %v, want %v %v", tt.target, tt.sni, got, tt.want, tt.reason)
		}
	}
}

// TestWhatNoCertificateCanNameIsReachedByBaseURL: it is not opened otherwise,
// and the authority is not asked to sign it.
func TestWhatNoCertificateCanNameIsReachedByBaseURL(t *testing.T) {
	for _, uncertifiable := range []string{"vector_db", "r3---sn.example.com", "-a.example.com", "192.0.2"} {
		if _, err := ParseHost(uncertifiable); err == nil {
			t.Errorf("%q may be opened, but no certificate can name it", uncertifiable)
		}
		u, err := ParseUpstream(uncertifiable + ":8080=http://127.0.0.1:1")
		if err != nil || u.Host != uncertifiable {
			t.Errorf("%q cannot be reached by a base URL: %v", uncertifiable, err)
		}
		if slices.Contains(Permitted(nil, []Upstream{u}), uncertifiable) {
			t.Errorf("the authority is asked to sign %q", uncertifiable)
		}
	}
}

func TestForbiddenDestinations(t *testing.T) {
	tr := &roads{}
	tr.refuse(&net.TCPAddr{IP: net.IPv4(203, 0, 113, 9), Port: 8899})
	for _, addr := range []string{
		"127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "[::ffff:127.0.0.1]:80", "0.0.0.0:80", "0.1.2.3:80", "[::]:80",
		"169.254.169.254:80", "[fe80::1]:80", "[fd00:ec2::254]:80", "100.100.100.200:80", "[64:ff9b::a9fe:a9fe]:80", "[64:ff9b:1::7f00:1]:80", "[2002:7f00:1::]:80",
		"224.0.0.1:80", "203.0.113.9:8899", "10.0.0.1:80", "[fc00::1]:80",
	} {
		if !tr.forbidden(netip.MustParseAddrPort(addr)) {
			t.Errorf("%s may be dialled", addr)
		}
	}
	loopbackOnly := &roads{}
	loopbackOnly.refuse(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8899})
	for _, addr := range []string{"203.0.113.9:443", "10.0.0.1:443", "[2001:db8::1]:443"} {
		if loopbackOnly.forbidden(netip.MustParseAddrPort(addr)) {
			t.Errorf("%s may not be dialled", addr)
		}
	}
}

// TestLookReadsTheServerName feeds a hello in pieces of every size.
func TestLookReadsTheServerName(t *testing.T) {
	var hello bytes.Buffer
	_ = tls.Client(writeOnly{&hello}, &tls.Config{ServerName: "API.openai.com"}).Handshake()
	for size := 1; size < 600; size += 37 {
		client, server := net.Pipe()
		go func() {
			for b := hello.Bytes(); len(b) > 0; b = b[min(size, len(b)):] {
				_, _ = client.Write(b[:min(size, len(b))])
			}
			_ = client.Close()
		}()
		s, replay, err := look(server, 5*time.Second)
		if err != nil || s != (seen{tlsHello, "api.openai.com"}) {
			t.Fatalf("pieces of %d: %+v, %v", size, s, err)
		}
		if got, err := io.ReadAll(replay); err != nil || !bytes.Equal(got, hello.Bytes()) {
			t.Fatalf("pieces of %d: %d bytes replayed of %d (%v)", size, len(got), hello.Len(), err)
		}
	}
}

// writeOnly is a connection whose peer never answers.
type writeOnly struct{ w io.Writer }

func (w writeOnly) Write(p []byte) (int, error)    { return w.w.Write(p) }
func (writeOnly) Read([]byte) (int, error)         { return 0, io.EOF }
func (writeOnly) Close() error                     { return nil }
func (writeOnly) LocalAddr() net.Addr              { return nil }
func (writeOnly) RemoteAddr() net.Addr             { return nil }
func (writeOnly) SetDeadline(time.Time) error      { return nil }
func (writeOnly) SetReadDeadline(time.Time) error  { return nil }
func (writeOnly) SetWriteDeadline(time.Time) error { return nil }

func TestLookTellsHTTPFromOtherProtocols(t *testing.T) {
	for sent, want := range map[string]protocol{
		"GET / HTTP/1.1\r\n": clearHTTP, "POST /v1 HTTP/1.1\r\n": clearHTTP, "OPTIONS * HTTP/1.1\r\n": clearHTTP,
		"\r\n\nPUT / HTTP/1.1\r\n": clearHTTP, "HEAD\t/": clearHTTP, "PRI * HTTP/2.0\r\n": clearHTTP, "CONNECT x:1 ": clearHTTP,
		"SSH-2.0-x\r\n": otherProtocol, "\x00\x01": otherProtocol, "GETX ": otherProtocol, "get ": otherProtocol,
		"GET.": otherProtocol, "\r\nSSH": otherProtocol, "\n\x16\x03\x01": otherProtocol, "\x80\x16": otherProtocol,
	} {
		client, server := net.Pipe()
		go func() { _, _ = io.WriteString(client, sent); _ = client.Close() }()
		s, replay, err := look(server, 5*time.Second)
		if err != nil || s.protocol != want {
			t.Fatalf("%q: %+v, %v", sent, s, err)
		}
		if got, _ := io.ReadAll(replay); string(got) != sent {
			t.Errorf("%q: replayed %q", sent, got)
		}
	}
}

// FuzzLook never panics, guesses nothing from bytes that broke off, and
// replays what it read.
func FuzzLook(f *testing.F) {
	f.Add([]byte("\x16\x03\x01\x00\x05hello"))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		client, server := net.Pipe()
		go func() { _, _ = client.Write(b); _ = client.Close() }()
		_, replay, err := look(server, 5*time.Second)
		if err != nil {
			if errors.Is(err, errSilent) != (len(b) == 0) {
				t.Fatalf("%d bytes: %v", len(b), err)
			}
			return
		}
		if got, _ := io.ReadAll(replay); !bytes.Equal(got, b) {
			t.Fatalf("%d bytes replayed of %d", len(got), len(b))
		}
	})
}
