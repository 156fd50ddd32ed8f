package hostname_test

import (
	"errors"
	"strings"
	"testing"

	"coatcheck/crypto/hostname"
)

// TestParse is the table of spellings. certifiable says whether a certificate
// can be made out to the name.
func TestParse(t *testing.T) {
	for _, tt := range []struct {
		given, want string
		certifiable bool
	}{
		{"api.example.com", "api.example.com", true},
		{"API.OPENAI.COM.", "api.openai.com", true},
		{"ａｐｉ.openai.com", "api.openai.com", true},
		{"api。openai。com", "api.openai.com", true},
		{"api。openai。com。", "api.openai.com", true},
		{"api.open\u00adai.com", "api.openai.com", true},
		{"bücher.example", "xn--bcher-kva.example", true},
		{"BÜCHER.example.com", "xn--bcher-kva.example.com", true},
		{"xn--bcher-kva.example", "xn--bcher-kva.example", true},
		{"localhost", "localhost", true},
		{"1password.com", "1password.com", true},

		// Names that no certificate is made out to, but that machines have.
		{"vector_db", "vector_db", false},
		{"_sip._tcp.Example.com", "_sip._tcp.example.com", false},
		{"r3---sn-4g5e6nsz.example.com", "r3---sn-4g5e6nsz.example.com", false},
		{"-a-.example.com", "-a-.example.com", false},
		{strings.Repeat("a", 64) + ".example.com", strings.Repeat("a", 64) + ".example.com", false},
		// Names that resolvers read as addresses.
		{"192.0.2.1", "192.0.2.1", false},
		{"192.0.2", "192.0.2", false},
		{"3221225985", "3221225985", false},
	} {
		got, err := hostname.Parse(tt.given)
		if err != nil || string(got) != tt.want || got.Certifiable() != tt.certifiable {
			t.Errorf("%q: %q, %v, certifiable %v; want %q, %v", tt.given, got, err, got.Certifiable(), tt.want, tt.certifiable)
		}
		if again, err := hostname.Parse(string(got)); err != nil || again != got {
			t.Errorf("%q read again: %q, %v", got, again, err)
		}
	}
	for _, bad := range []string{
		"", ".", "..", "a b", "a/b", "a@b", "*.example.com", "a..b", ".a", "a%41", "a!b", "a\tb", "a\nb", "a\x00b", "a,b", "[a]", "a:1", "xn--a",
		"2001:db8::1", "[2001:db8::1]", "api.example.com..", "api.example.com。.", "localhost..",
		strings.Repeat("a.", 127) + "a", strings.Repeat("a", 1<<20),
	} {
		if got, err := hostname.Parse(bad); !errors.Is(err, hostname.ErrName) || got.Certifiable() {
			t.Errorf("%.40q passed as %q", bad, got)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern  string
		yes, not []string
	}{
		{"api.example.com", []string{"api.example.com"}, []string{"x.api.example.com", "xapi.example.com", "example.com", "api.example.com.example.org", ""}},
		{"*.example.com", []string{"a.example.com", "a.b.example.com"}, []string{"example.com", "xexample.com", "a.example.org", ".example.com", ""}},
		{"*-api.example.com", []string{"eu-api.example.com"}, []string{"-api.example.com", "x.eu-api.example.com", "api.example.com"}},
		{"run.*.example.com", []string{"run.eu.example.com"}, []string{"run.example.com", "run.a.b.example.com", "run..example.com", "xrun.eu.example.com"}},
		{"run.a*.example.com", []string{"run.ab.example.com"}, []string{"run.a.example.com", "run.b.example.com"}},
	} {
		for _, name := range tt.yes {
			if !hostname.Name(name).Matches(tt.pattern) {
				t.Errorf("%s does not match %s", name, tt.pattern)
			}
		}
		for _, name := range tt.not {
			if hostname.Name(name).Matches(tt.pattern) {
				t.Errorf("%q matches %s", name, tt.pattern)
			}
		}
	}
}

func TestParsePattern(t *testing.T) {
	for given, want := range map[string]string{
		"API.Example.com.": "api.example.com", "*.Models.example.com": "*.models.example.com", "*.bücher.example": "*.xn--bcher-kva.example", "localhost": "localhost",
	} {
		if got, err := hostname.ParsePattern(given); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", given, got, err, want)
		}
	}
	for _, bad := range []string{"", "*", "*.", "*.com", "*.*.example.com", "a*.example.com", "*example.com", "192.0.2.1", "*.192.0.2.1", "vector_db", "a:1", "*..example.com"} {
		if got, err := hostname.ParsePattern(bad); err == nil {
			t.Errorf("%q passed as %q", bad, got)
		}
	}
}

// FuzzParse: what Parse gives is its own spelling, and comparable byte by byte.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"API.OPENAI.COM.", "ａｐｉ。example。com。", "bücher.example", "xn--a", "vector_db", "192.0.2.1", "a\u200d.b", "ß.example", "a..", "\xff.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := hostname.Parse(s)
		if err != nil {
			return
		}
		if again, err := hostname.Parse(string(name)); err != nil || again != name {
			t.Fatalf("%q is read as %q, and that as %q (%v)", s, name, again, err)
		}
		if !name.Matches(string(name)) || strings.ToLower(string(name)) != string(name) || strings.HasSuffix(string(name), ".") {
			t.Fatalf("%q is read as %q", s, name)
		}
		if pattern, err := hostname.ParsePattern(s); (err == nil) != name.Certifiable() || err == nil && pattern != string(name) {
			t.Fatalf("%q: pattern %q, %v", s, pattern, err)
		}
	})
}
