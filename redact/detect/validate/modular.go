package validate

import "strings"

// alnum copies the letters, in upper case, and digits of s into buf; ok is
// false if there are more than fit, or letters beyond ASCII.
func alnum(buf []byte, s string) (out []byte, ok bool) {
	out = buf[:0]
	for i := range len(s) {
		c := s[i]
		if isLower(c) {
			c -= 'a' - 'A'
		}
		switch {
		case c >= 0x80:
			return nil, false
		case !isDigit(c) && !isUpper(c):
			continue
		case len(out) == cap(buf):
			return nil, false
		}
		out = append(out, c)
	}
	return out, true
}

// exactly reads n digits of s, and no other number of them.
func exactly(buf []byte, s string, n int) ([]byte, bool) {
	d, ok := digits(buf, s)
	return d, ok && len(d) == n && !uniform(d)
}

func allDigits(v []byte) bool {
	for _, c := range v {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// number reads decimal digits.
func number(d []byte) (n int) {
	for _, c := range d {
		n = n*10 + int(c-'0')
	}
	return n
}

// dayMonth reports whether a day and a month can be; 29 February always can.
func dayMonth(day, month int) bool {
	return 1 <= month && month <= 12 && 1 <= day && day <= [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
}

// mod11x10 is the hybrid system of ISO/IEC 7064 for digits.
func mod11x10(d []byte) bool {
	p := 10
	for _, c := range d[:len(d)-1] {
		if p = (p + int(c-'0')) % 10; p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return (p+int(d[len(d)-1]-'0'))%10 == 1
}

const base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// mod97x10 is the pure system of ISO/IEC 7064 over letters and digits: two
// check digits at the end.
func mod97x10(v []byte) bool {
	rest := 0
	for _, c := range v {
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}

// verhoeff is the dihedral check of Verhoeff, "Error Detecting Decimal Codes" (1969).
func verhoeff(d []byte) bool {
	const times = "0123456789" + "1234067895" + "2340178956" + "3401289567" + "4012395678" +
		"5987604321" + "6598710432" + "7659821043" + "8765932104" + "9876543210"
	const turns = "0123456789" + "1576283094" + "5803796142" + "8916043527" + "9453126870" +
		"4286573901" + "2793806415" + "7046913258"
	c := byte(0)
	for i := range d {
		p := turns[i%8*10+int(d[len(d)-1-i]-'0')] - '0'
		c = times[c*10+p] - '0'
	}
	return c == 0
}

// mrz is the 7-3-1 check of ICAO Doc 9303 part 3: the last character over the
// ones before it; a filler counts nothing.
func mrz(v []byte) bool {
	sum := 0
	for i, c := range v[:len(v)-1] {
		sum += [...]int{7, 3, 1}[i%3] * max(0, strings.IndexByte(base36, c))
	}
	last := v[len(v)-1]
	return isDigit(last) && sum%10 == int(last-'0')
}

// luhnOf builds a check of numbers of some lengths that satisfy [luhn].
func luhnOf(lengths ...int) func(string) bool {
	return func(s string) bool {
		var buf [20]byte
		for _, n := range lengths {
			if d, ok := exactly(buf[:], s, n); ok {
				return luhn(d)
			}
		}
		return false
	}
}

// ean13 is GS1's check digit over 13 digits.
func ean13(d []byte) bool {
	sum := 0
	for i, c := range d {
		sum += int(c-'0') * (1 + i%2*2)
	}
	return sum%10 == 0
}
