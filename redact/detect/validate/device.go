package validate

import "strings"

// imei checks an equipment number of 15 digits by Luhn (3GPP TS 23.003 annex B);
// with a software version, 16 digits, there is no check digit.
func imei(s string) bool {
	var buf [16]byte
	d, ok := digits(buf[:], s)
	return ok && (len(d) == 15 && luhn(d) || len(d) == 16) && !uniform(d)
}

// vinLike checks the shape of a vehicle identification number (ISO 3779): 17
// symbols without I, O, Q, with letters and digits among them, and a serial
// number that ends in digits.
func vinLike(s string) bool {
	letters := 0
	for i := range len(s) {
		switch c := s[i]; {
		case !isAlnum(c) || strings.IndexByte("IOQioq", c) >= 0:
			return false
		case !isDigit(c):
			letters++
		}
	}
	return len(s) == 17 && letters > 0 && letters < 17 && isDigit(s[16])
}

// vin checks the ninth symbol over the others (49 CFR 565.15); makers outside
// North America and China are free to leave it out.
func vin(s string) bool {
	if !vinLike(s) {
		return false
	}
	const values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ" // a symbol counts its place modulo 10
	weights := [...]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	v := strings.ToUpper(s)
	sum := 0
	for i, w := range weights {
		sum += w * (strings.IndexByte(values, v[i]) % 10)
	}
	return "0123456789X"[sum%11] == v[8]
}
