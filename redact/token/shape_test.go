package token

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// nativeForms says of each native shape how it is written and, by somebody
// else's reading of the format, that it is in a range that is nobody's.
var nativeForms = map[Shape]struct {
	written string
	nobodys func(string) bool
}{
	Email: {"u7k3qxm@token.invalid", func(s string) bool {
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s && strings.HasSuffix(s, ".invalid")
	}},
	URL: {"https://u7k3qxm.token.invalid/", func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && u.Scheme == "https" && strings.HasSuffix(u.Hostname(), ".invalid")
	}},
	Phone:  {"+9990254926772", regexp.MustCompile(`^\+999\d{10}$`).MatchString},
	Digits: {"9990254926772", regexp.MustCompile(`^999\d{10}$`).MatchString},
	IPv4:   {"247.123.145.252", inPrefix("240.0.0.0/4")},
	IPv6:   {"2001:db8::2035:3fb4", inPrefix("2001:db8::/32")},
	MAC: {"06:00:0f:31:df:b4", func(s string) bool {
		m, err := net.ParseMAC(s)
		return err == nil && m[0]&0x0f == 0x06
	}},
	IBAN: {"XZ16000000007K3QXM", func(s string) bool {
		return strings.HasPrefix(s, "XZ") && rest97(s[4:]+s[:4]) == 1
	}},
	UUID: {"00000000-0000-8000-8000-00000f31dfb4", func(s string) bool {
		return isUUID(s) && s[14] == '8' && s[19] == '8'
	}},
}

func inPrefix(prefix string) func(string) bool {
	p := netip.MustParsePrefix(prefix)
	return func(s string) bool {
		ip, err := netip.ParseAddr(s)
		return err == nil && p.Contains(ip) && ip.String() == s
	}
}

// rest97 is ISO 7064 MOD 97-10 by the book: letters become two digits.
func rest97(s string) int {
	rest := 0
	for _, c := range s {
		digits := string(c)
		if c >= 'A' {
			digits = fmt.Sprint(c - 'A' + 10)
		}
		for _, d := range digits {
			rest = (rest*10 + int(d-'0')) % 97
		}
	}
	return rest
}

func TestShapesRenderWhatTheirPlaceAllows(t *testing.T) {
	tok := Token{Label: "EMAIL", ID: "7K3QXM"}
	if got := Brackets.Render(tok); got != "[EMAIL_7K3QXM]" || tok.String() != got {
		t.Errorf("brackets: %q", got)
	}
	if got := Bare.Render(tok); got != "EMAIL_7K3QXM" {
		t.Errorf("bare: %q", got)
	}
	for _, shape := range NativeShapes() {
		form := nativeForms[shape]
		if got := shape.Render(tok); got != form.written {
			t.Errorf("%v: %q, want %q", shape, got, form.written)
		}
		for _, id := range []string{"000000", "ZZZZZZ", "7K3QXM", "A0B1C9", "000001", "Z00000"} {
			if got := shape.Render(Token{Label: "ID", ID: id}); !form.nobodys(got) || len(got) != len(form.written) {
				t.Errorf("%v renders %s as %q", shape, id, got)
			}
		}
	}
}

func TestShapeOfAValue(t *testing.T) {
	all := Shapes(0)
	for _, s := range NativeShapes() {
		all = all.With(s)
	}
	for _, tt := range []struct {
		set           Shapes
		entity, value string
		want          Shape
	}{
		{all, "EMAIL", "jane@example.com", Email},
		{0, "EMAIL", "jane@example.com", Brackets},
		{Shapes(0).With(Phone), "EMAIL", "jane@example.com", Brackets},
		{all, "PHONE", "202-555-0143", Phone},
		{Shapes(0).With(Digits), "PHONE", "202-555-0143", Digits},
		{all, "IP", "192.0.2.7", IPv4},
		{all, "IP", "2001:db8::7", IPv6},
		{Shapes(0).With(IPv4), "IP", "2001:db8::7", Brackets},
		{all, "IP", "no address", Brackets},
		{all, "IBAN", "DE89 3704 0044 0532 0130 00", IBAN},
		{all, "MAC", "00:00:5e:00:53:01", MAC},
		{all, "DEVICE_ID", "123e4567-e89b-12d3-a456-426614174000", UUID},
		{all, "API_KEY", "123e4567-e89b-12d3-a456-426614174000", UUID},
		{all, "DEVICE_ID", "490154203237518", Brackets},
		{all, "CREDIT_CARD", "4111111111111111", Brackets},
	} {
		if got := tt.set.Of(tt.entity, tt.value); got != tt.want {
			t.Errorf("%s %q: %v, want %v", tt.entity, tt.value, got, tt.want)
		}
	}
}
