package validate

import "slices"

// luhn is the mod-10 check of ISO/IEC 7812-1 annex B.
func luhn(d []byte) bool {
	sum := 0
	for i, c := range d {
		v := int(c - '0')
		if (len(d)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// issuer is a range of issuer identification numbers (ISO/IEC 7812) with the
// number lengths that its network assigns.
type issuer struct {
	digits   int // how many leading digits from and to have
	from, to int
	min, max int
}

// issuers follows the networks' published ranges; length 12 to 19 is Maestro.
var issuers = []issuer{
	{1, 4, 4, 16, 16},           // Visa
	{1, 4, 4, 13, 13},           // Visa, old
	{1, 4, 4, 19, 19},           // Visa, long
	{2, 51, 55, 16, 16},         // Mastercard
	{4, 2221, 2720, 16, 16},     // Mastercard, second series
	{2, 34, 34, 15, 15},         // American Express
	{2, 37, 37, 15, 15},         // American Express
	{3, 300, 305, 14, 19},       // Diners Club
	{3, 309, 309, 14, 19},       // Diners Club
	{2, 36, 36, 14, 19},         // Diners Club
	{2, 38, 39, 14, 19},         // Diners Club
	{4, 6011, 6011, 16, 19},     // Discover
	{3, 644, 649, 16, 19},       // Discover
	{2, 65, 65, 16, 19},         // Discover, RuPay
	{4, 3528, 3589, 16, 19},     // JCB
	{4, 1800, 1800, 15, 15},     // JCB, old series
	{4, 2131, 2131, 15, 15},     // JCB, old series
	{2, 62, 62, 16, 19},         // UnionPay
	{2, 81, 82, 16, 19},         // UnionPay, RuPay
	{4, 2200, 2204, 16, 19},     // Mir
	{2, 50, 50, 12, 19},         // Maestro, Verve, Dankort
	{2, 56, 59, 12, 19},         // Maestro
	{2, 60, 61, 12, 19},         // Maestro, RuPay
	{2, 63, 64, 12, 19},         // Maestro
	{2, 66, 69, 12, 19},         // Maestro
	{4, 9792, 9792, 16, 16},     // Troy
	{6, 122000, 122999, 15, 15}, // UATP
}

// card tells a payment card number: a known issuer, its length, Luhn.
func card(s string) bool {
	var buf [19]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) < 12 || uniform(d) || !luhn(d) {
		return false
	}
	return slices.ContainsFunc(issuers, func(r issuer) bool {
		prefix := 0
		for _, c := range d[:r.digits] {
			prefix = prefix*10 + int(c-'0')
		}
		return r.from <= prefix && prefix <= r.to && r.min <= len(d) && len(d) <= r.max
	})
}

// ibanLengths is the length of an IBAN by country, from the SWIFT IBAN
// registry, with the partial adopters that publish a structure of their own.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AO": 25, "AT": 20, "AZ": 28, "BA": 20, "BE": 16,
	"BF": 28, "BG": 22, "BH": 22, "BI": 27, "BJ": 28, "BR": 29, "BY": 28, "CF": 27,
	"CG": 27, "CH": 21, "CI": 28, "CM": 27, "CR": 22, "CV": 25, "CY": 28, "CZ": 24,
	"DE": 22, "DJ": 27, "DK": 18, "DO": 28, "DZ": 26, "EE": 20, "EG": 29, "ES": 24,
	"FI": 18, "FK": 18, "FO": 18, "FR": 27, "GA": 27, "GB": 22, "GE": 22, "GI": 23,
	"GL": 18, "GQ": 27, "GR": 27, "GT": 28, "GW": 25, "HN": 28, "HR": 21, "HU": 28,
	"IE": 22, "IL": 23, "IQ": 23, "IR": 26, "IS": 26, "IT": 27, "JO": 30, "KM": 27,
	"KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
	"LY": 25, "MA": 28, "MC": 27, "MD": 24, "ME": 22, "MG": 27, "MK": 19, "ML": 28,
	"MN": 20, "MR": 27, "MT": 31, "MU": 30, "MZ": 25, "NE": 28, "NI": 28, "NL": 18,
	"NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24,
	"RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
	"SM": 27, "SN": 28, "SO": 23, "ST": 25, "SV": 28, "TD": 27, "TG": 28, "TL": 23,
	"TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// iban checks country, length and the mod 97-10 of ISO 13616.
func iban(s string) bool {
	var buf [34]byte
	n := 0
	for i := range len(s) {
		c := s[i]
		if isLower(c) {
			c -= 'a' - 'A'
		}
		if !isDigit(c) && !isUpper(c) {
			continue
		}
		if n == len(buf) {
			return false
		}
		buf[n] = c
		n++
	}
	if n < 5 || ibanLengths[string(buf[:2])] != n {
		return false
	}
	var turned [34]byte
	copy(turned[copy(turned[:], buf[4:n]):], buf[:4])
	return mod97x10(turned[:n])
}

// lei checks a legal entity identifier (ISO 17442): 20 symbols, mod 97-10.
func lei(s string) bool {
	var buf [20]byte
	v, ok := alnum(buf[:], s)
	return ok && len(v) == 20 && allDigits(v[18:]) && !uniform(v[:18]) && mod97x10(v)
}
