package validate

import "strings"

// isin checks a security's number (ISO 6166): a country's letters, nine
// symbols, and Luhn over the digits that letters spell, A being 10.
func isin(s string) bool {
	var buf [12]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 12 || !isUpper(v[0]) || !isUpper(v[1]) || !isDigit(v[11]) {
		return false
	}
	var spelt [24]byte
	d := spelt[:0]
	for _, c := range v {
		n := strings.IndexByte(base36, c)
		if n >= 10 {
			d = append(d, byte('0'+n/10))
		}
		d = append(d, byte('0'+n%10))
	}
	return luhn(d)
}

// cusip checks a North American security's number (ANSI X9.6): every second
// symbol doubled, digits added up.
func cusip(s string) bool {
	const symbols = base36 + "*@#"
	if len(s) != 9 || !isDigit(s[8]) {
		return false
	}
	sum := 0
	for i, c := range []byte(strings.ToUpper(s[:8])) {
		n := strings.IndexByte(symbols, c)
		if n < 0 {
			return false
		}
		n *= 1 + i%2
		sum += n/10 + n%10
	}
	return !uniform([]byte(s)) && (10-sum%10)%10 == int(s[8]-'0')
}

// sedol checks a number of the London Stock Exchange: no vowels, weights
// 1 3 1 7 3 9 1 modulo 10.
func sedol(s string) bool {
	var buf [7]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 7 || strings.ContainsAny(string(v), "AEIOU") || uniform(v) {
		return false
	}
	if isDigit(v[0]) && !allDigits(v) { // letters came in 2004, in front
		return false
	}
	return seriesSum(v, []int{1, 3, 1, 7, 3, 9, 1})%10 == 0
}
