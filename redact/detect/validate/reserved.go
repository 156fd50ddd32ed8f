package validate

import (
	"net/netip"
	"slices"
	"strings"
)

// The classes of values that nobody has: set aside for documentation, fiction
// and tests.
const (
	TestCard       = "test-card"
	FictionalPhone = "fictional-phone"
	DocAddress     = "documentation-address"
	ExampleDomain  = "example-domain"
	SampleSSN      = "sample-ssn"
)

// ReservedClasses lists the classes, sorted.
func ReservedClasses() []string {
	return []string{DocAddress, ExampleDomain, FictionalPhone, SampleSSN, TestCard}
}

// Reserved returns the class of a value of a canonical entity, if it is one
// that nobody has.
func Reserved(entity, value string) (class string, ok bool) {
	switch entity {
	case "CREDIT_CARD":
		return TestCard, slices.Contains(testCards, onlyDigits(value))
	case "PHONE":
		return FictionalPhone, fictionalPhone(onlyDigits(value))
	case "IP":
		return DocAddress, docAddress(value)
	case "MAC":
		return DocAddress, docMAC(value)
	case "EMAIL", "URL":
		return ExampleDomain, exampleDomain(value)
	case "US_SSN":
		return SampleSSN, sampleSSN(onlyDigits(value))
	}
	return "", false
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || '9' < r {
			return -1
		}
		return r
	}, s)
}

// testCards are numbers that payment companies publish for tests: Stripe's
// "Test card numbers" and PayPal's "Credit card numbers for testing".
var testCards = []string{
	"4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "4222222222222",
	"5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222",
	"378282246310005", "371449635398431", "378734493671000", "6011111111111117", "6011000990139424",
	"30569309025904", "38520000023237", "3056930009020004", "3530111333300000", "3566002020360505",
	"6200000000000005",
}

// britishFiction are numbers behind 0 or +44 that Ofcom sets aside for drama
// ("Telephone numbers for use in TV and radio drama programmes").
var britishFiction = []string{
	"1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960", "1314960", "1414960",
	"1514960", "1614960", "2079460", "1914980", "2896496", "2920180", "1632960", "7700900", "8081570", "9098790", "3069990",
}

// fictionalPhone knows 555-0100 to 555-0199 of the North American plan (ATIS
// 0300115) and Ofcom's numbers.
func fictionalPhone(digits string) bool {
	if n := strings.TrimPrefix(digits, "1"); len(n) == 10 && n[3:8] == "55501" {
		return true
	}
	if len(digits) == 7 && strings.HasPrefix(digits, "55501") {
		return true
	}
	n := strings.TrimPrefix(strings.TrimPrefix(digits, "44"), "0")
	return len(n) == 10 && slices.ContainsFunc(britishFiction, func(p string) bool { return strings.HasPrefix(n, p) })
}

// docPrefixes are RFC 5737, RFC 3849 and RFC 9637.
var docPrefixes = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
}

func docAddress(value string) bool {
	value, _, _ = strings.Cut(value, "/")
	a, err := netip.ParseAddr(value)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(docPrefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// docMAC knows 00-00-5E-00-53-00 to FF and their 64-bit kin (RFC 9542).
func docMAC(value string) bool {
	hex := strings.ToLower(strings.NewReplacer(":", "", "-", "", ".", "", " ", "").Replace(value))
	return len(hex) == 12 && (strings.HasPrefix(hex, "00005e0053") || strings.HasPrefix(hex, "01005e9010")) ||
		len(hex) == 16 && strings.HasPrefix(hex, "00005effe00053")
}

// exampleDomain knows the names of RFC 2606 and RFC 6761.
func exampleDomain(value string) bool {
	host := value
	if _, rest, ok := strings.Cut(value, "://"); ok {
		host = rest
	}
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	host, _, _ = strings.Cut(host, ":")
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	last := labels[len(labels)-1]
	if slices.Contains([]string{"example", "test", "invalid", "localhost"}, last) {
		return true
	}
	return len(labels) > 1 && labels[len(labels)-2] == "example" && slices.Contains([]string{"com", "net", "org"}, last)
}

// sampleSSN knows the numbers that the Social Security Administration calls
// nobody's: one from a wallet, one from a pamphlet, ten for advertisements.
func sampleSSN(digits string) bool {
	return digits == "078051120" || digits == "219099999" || len(digits) == 9 && strings.HasPrefix(digits, "98765432")
}
