package validate

import "strings"

// auABN checks an Australian business number: one less in front, modulo 89
// (Australian Business Register).
func auABN(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	return ok && d[0] != '0' && (weigh(d, []int{10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19})-10)%89 == 0
}

// nzIRD checks a New Zealand tax number of 8 or 9 digits: second weights where
// the first leave 10 (Inland Revenue).
func nzIRD(s string) bool {
	var buf [9]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) < 8 || uniform(d) {
		return false
	}
	if len(d) == 8 {
		d = append([]byte{'0'}, d...)
	}
	lack := (11 - weigh(d, []int{3, 2, 7, 6, 5, 4, 3, 2})%11) % 11
	if lack == 10 {
		lack = (11 - weigh(d, []int{7, 4, 3, 2, 5, 2, 7, 6})%11) % 11
	}
	return lack == int(d[8]-'0')
}

// inAadhaar checks twelve digits, not beginning with 0 or 1, by Verhoeff (UIDAI).
func inAadhaar(s string) bool {
	var buf [12]byte
	d, ok := exactly(buf[:], s, 12)
	return ok && d[0] >= '2' && verhoeff(d)
}

// inGSTIN checks an Indian GST number: state, PAN, and Luhn's sum in base 36.
func inGSTIN(s string) bool {
	var buf [15]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 15 {
		return false
	}
	sum := 0
	for i, c := range v[:14] {
		n := strings.IndexByte(base36, c) * (1 + i%2)
		sum += n/36 + n%36
	}
	return base36[(36-sum%36)%36] == v[14]
}

// cnRIC checks a Chinese resident identity number (GB 11643): province, date,
// ISO/IEC 7064 mod 11-2.
func cnRIC(s string) bool {
	var buf [18]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 18 || !allDigits(v[:17]) || v[0] == '0' || v[0] > '8' {
		return false
	}
	if year := number(v[6:10]); year < 1850 || year > 2100 || !dayMonth(number(v[12:14]), number(v[10:12])) {
		return false
	}
	return "10X98765432"[weigh(v, []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2})%11] == v[17]
}

// cnUSCC checks a unified social credit code (GB 32100): powers of 3 modulo 31
// over an alphabet without I, O, S, V, Z.
func cnUSCC(s string) bool {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	var buf [18]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 18 {
		return false
	}
	sum, weight := 0, 1
	for _, c := range v[:17] {
		n := strings.IndexByte(alphabet, c)
		if n < 0 {
			return false
		}
		sum += n * weight
		weight = weight * 3 % 31
	}
	return alphabet[(31-sum%31)%31] == v[17]
}

// krRRN checks a Korean resident or foreigner number: a date and a check digit.
// Numbers issued since October 2020 have a random digit there.
func krRRN(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	return ok && dayMonth(number(d[4:6]), number(d[2:4])) && (kr.pass(s) || krForeign.pass(s))
}

var (
	kr        = scheme{rows: []row{{[]int{2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5}, 11, true, 0, 1}}}
	krForeign = scheme{rows: []row{{[]int{2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5}, 11, true, 2, 3}}}
)

// vnTax checks a Vietnamese tax code of ten digits; a branch's three may follow.
func vnTax(s string) bool {
	var buf [13]byte
	d, ok := digits(buf[:], s)
	return ok && (len(d) == 10 || len(d) == 13) && 10-weigh(d, []int{31, 29, 23, 19, 17, 13, 7, 5, 3})%11 == int(d[9]-'0')
}

// krBRN checks a Korean business number: weights 1, 3, 7 and the ninth digit's
// carry (National Tax Service).
func krBRN(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	if !ok {
		return false
	}
	sum := weigh(d, []int{1, 3, 7, 1, 3, 7, 1, 3, 5}) + 5*int(d[8]-'0')/10
	return (10-sum%10)%10 == int(d[9]-'0')
}

// sgNRIC checks a Singaporean identity or foreigner number: weights modulo 11
// name a letter, by series (S and T, F and G, M).
func sgNRIC(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 9 || !allDigits(v[1:8]) {
		return false
	}
	sum := weigh(v[1:], []int{2, 7, 6, 5, 4, 3, 2})
	switch v[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11] == v[8]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11] == v[8]
	case 'F':
		return "XWUTRQPNMLK"[sum%11] == v[8]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11] == v[8]
	case 'M':
		return "XWUTRQPNJLK"[(sum+3)%11] == v[8]
	}
	return false
}

// hkID checks a Hong Kong identity number: one or two letters, six digits, and
// a digit or A.
func hkID(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) < 8 || !allDigits(v[len(v)-7:len(v)-1]) {
		return false
	}
	sum, weight := 0, len(v)
	if len(v) == 8 { // a blank in front counts as 36
		sum = 36 * 9
	}
	for _, c := range v {
		sum += weight * strings.IndexByte(base36, c)
		weight--
	}
	return sum%11 == 0
}

// twID checks a Taiwanese identity or resident number: the letters stand for
// numbers from 10, in the order of the registration offices.
func twID(s string) bool {
	const offices = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
	var buf [10]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 10 || !isUpper(v[0]) || !allDigits(v[2:]) {
		return false
	}
	first := 10 + strings.IndexByte(offices, v[0])
	if isUpper(v[1]) {
		v[1] = '0' + byte(strings.IndexByte(offices, v[1])%10)
	}
	return (first/10+first%10*9+weigh(v[1:], []int{8, 7, 6, 5, 4, 3, 2, 1, 1}))%10 == 0
}

// zaID checks a South African identity number: a date and Luhn.
func zaID(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	return ok && dayMonth(number(d[4:6]), number(d[2:4])) && luhn(d)
}
