package token

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Shape is how a token is written in one kind of place.
//
// Native shapes are for what a schema binds: a model that may only write an
// e-mail address cannot write [EMAIL_7K3QXM]. They look like the values they
// stand for and lie in ranges that are nobody's, so that one that is never
// restored reaches nobody.
type Shape uint8

const (
	// Brackets is the shape in free text: [EMAIL_7K3QXM].
	Brackets Shape = iota
	// Bare is the shape in identifier fields, which often refuse brackets: EMAIL_7K3QXM.
	Bare

	Email  // u7k3qxm@token.invalid, a name that RFC 2606 keeps out of the DNS
	URL    // https://u7k3qxm.token.invalid/
	Phone  // +9990254926772, of a country code that ITU-T E.164 holds in reserve
	Digits // 9990254926772, the same where only digits may stand
	IPv4   // 240.0.0.0 to 249.255.255.255, of what RFC 1112 reserves
	IPv6   // 2001:db8::/32, kept for documentation by RFC 3849
	MAC    // 06:00:…, the reserved quadrant of local addresses in IEEE 802c (RFC 8948)
	IBAN   // XZ…, a code that ISO 3166 leaves to its users, with true check digits
	UUID   // version 8 of RFC 9562, with zeros where a random one has none
)

// native is what is known about a native shape.
type native struct {
	name   string
	entity string // of the values it stands for; "" where a value's own form says so
	// layout is the shape with symbols, digits and hexadecimal digits left open.
	// All tokens of a shape are of one length.
	layout string
	// loose says that people write single separators into it, "+999 025 492 67 72".
	loose bool
	// glue are the bytes beside a token that make it a part of something longer,
	// if a word goes on behind them.
	glue string
}

const (
	openSymbol = '?'
	openDigit  = '#'
	openHex    = '*'
)

var natives = [...]native{
	Email:  {"email", "EMAIL", "u??????@token.invalid", false, ".-@+"},
	URL:    {"url", "URL", "https://u??????.token.invalid/", false, ""},
	Phone:  {"phone", "PHONE", "+999##########", true, "-"},
	Digits: {"digits", "PHONE", "999##########", true, "-.+"},
	IPv4:   {"ipv4", "IP", "24#.###.###.###", false, "."},
	IPv6:   {"ipv6", "IP", "2001:db8::****:****", false, ":."},
	MAC:    {"mac", "MAC", "06:00:**:**:**:**", false, ":-"},
	IBAN:   {"iban", "IBAN", "XZ##00000000??????", true, "-"},
	UUID:   {"uuid", "", "00000000-0000-8000-8000-0000********", false, "-"},
}

// NativeShapes lists the native shapes, the preferred one of an entity first.
func NativeShapes() []Shape {
	return []Shape{Email, URL, Phone, Digits, IPv4, IPv6, MAC, IBAN, UUID}
}

// Native reports whether the shape looks like a value.
func (s Shape) Native() bool { return s > Bare }

// String returns the shape's name, a word of the log.
func (s Shape) String() string {
	switch s {
	case Brackets:
		return "brackets"
	case Bare:
		return "bare"
	}
	return natives[s].name
}

// Entity returns the entity whose values a native shape stands for, "" if those
// of any entity that are written like it.
func (s Shape) Entity() string {
	if !s.Native() {
		return ""
	}
	return natives[s].entity
}

// Render writes a token whose id is valid in the shape.
func (s Shape) Render(t Token) string {
	switch s {
	case Brackets:
		return "[" + t.name() + "]"
	case Bare:
		return t.name()
	case Phone, Digits:
		return s.fill(fmt.Sprintf("%010d", t.number()))
	case IPv4:
		return ipv4(t.number())
	case IPv6: // no group begins with 0, or it would be written shorter
		const groups = 0x10000 - 0x1000
		return s.fill(fmt.Sprintf("%04x%04x", 0x1000+t.number()/groups, 0x1000+t.number()%groups))
	case MAC, UUID:
		return s.fill(fmt.Sprintf("%08x", t.number()))
	case IBAN:
		return iban("00000000" + t.ID)
	}
	return s.fill(strings.ToLower(t.ID))
}

// fill puts the bytes of with into what the layout leaves open.
func (s Shape) fill(with string) string {
	b := []byte(natives[s].layout)
	for i := range b {
		if isOpen(b[i]) {
			b[i], with = with[0], with[1:]
		}
	}
	return string(b)
}

func isOpen(b byte) bool { return b == openSymbol || b == openDigit || b == openHex }

// ipv4 writes an address whose numbers all have three digits. There are 10 times
// 156 times 156 times 156 of them, so that two ids may share one.
func ipv4(n uint32) string {
	const three = 256 - 100
	d := 100 + n%three
	c := 100 + n/three%three
	b := 100 + n/three/three%three
	a := 240 + n/three/three/three%10
	return fmt.Sprintf("%d.%d.%d.%d", a, b, c, d)
}

// iban puts the check digits of ISO 7064 MOD 97-10 before an account number.
func iban(account string) string {
	const country = "XZ"
	rest := 0
	for _, c := range []byte(account + country + "00") {
		if isLetter(c) {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return fmt.Sprintf("%s%02d%s", country, 98-rest, account)
}

// number returns the thirty bits that the id spells.
func (t Token) number() (n uint32) {
	for i := range len(t.ID) {
		n = n<<5 | uint32(strings.IndexByte(alphabet, t.ID[i]))
	}
	return n
}

// Shapes is a set of native shapes.
type Shapes uint16

// With returns the set with one shape more.
func (set Shapes) With(s Shape) Shapes { return set | 1<<s }

// Has reports whether a shape is in the set.
func (set Shapes) Has(s Shape) bool { return set>>s&1 != 0 }

// List returns the shapes of the set, the preferred one of an entity first.
func (set Shapes) List() []Shape {
	return slices.DeleteFunc(NativeShapes(), func(s Shape) bool { return !set.Has(s) })
}

// Of returns the shape for a value of an entity: the first of the set that
// stands for such values, Brackets if none does.
func (set Shapes) Of(entity, value string) Shape {
	for _, s := range set.List() {
		if s.standsFor(entity, value) {
			return s
		}
	}
	return Brackets
}

func (s Shape) standsFor(entity, value string) bool {
	switch s {
	case UUID:
		return isUUID(value)
	case IPv4, IPv6:
		ip, err := netip.ParseAddr(value)
		return entity == natives[s].entity && err == nil && ip.Is4() == (s == IPv4)
	}
	return entity == natives[s].entity
}

// isUUID reports whether s is written 8-4-4-4-12.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') || !dash && !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(b byte) bool { return '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'f' }
