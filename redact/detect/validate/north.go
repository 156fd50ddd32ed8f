package validate

import "strings"

// deIdNr checks a German tax identification number (§ 139b AO): ISO/IEC 7064
// mod 11,10, and among the first ten digits one that occurs two or three times.
func deIdNr(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	if !ok || d[0] == '0' || !mod11x10(d) {
		return false
	}
	var count [10]int
	repeated := 0
	for _, c := range d[:10] {
		if count[c-'0']++; count[c-'0'] == 2 {
			repeated++
		}
	}
	return repeated == 1
}

// iso11x10 checks n digits by ISO/IEC 7064 mod 11,10: German VAT, Croatian OIB.
func iso11x10(n int) func(string) bool {
	return func(s string) bool {
		var buf [11]byte
		d, ok := exactly(buf[:], s, n)
		return ok && mod11x10(d)
	}
}

// crossSum adds the digits of each digit times its weight.
func crossSum(d []byte, weights string) (sum int) {
	for i, c := range d {
		v := int(c-'0') * int(weights[i]-'0')
		sum += v/10 + v%10
	}
	return sum
}

// spelled replaces the letter at i by the two digits of its rank in the alphabet.
func spelled(v []byte, i int) []byte {
	rank := v[i] - 'A' + 1
	return append(append(append([]byte{}, v[:i]...), '0'+rank/10, '0'+rank%10), v[i+1:]...)
}

// deRVNR checks a German pension insurance number (VKVV § 4): area, date of
// birth, the initial, serial, check digit.
func deRVNR(s string) bool {
	var buf [12]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 12 || !isUpper(v[8]) || !allDigits(v[:8]) || !allDigits(v[9:]) || !dayMonth(number(v[2:4])%50, number(v[4:6])) {
		return false
	}
	return crossSum(spelled(v[:11], 8), "212571212121")%10 == int(v[11]-'0')
}

// deKVNR checks a German health insurance number (§ 290 SGB V): a letter and
// nine digits.
func deKVNR(s string) bool {
	var buf [10]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 10 || !isUpper(v[0]) || !allDigits(v[1:]) {
		return false
	}
	return crossSum(spelled(v[:9], 0), "1212121212")%10 == int(v[9]-'0')
}

// document checks the number of a German identity card or passport with its
// check digit: ten characters by ICAO Doc 9303.
func document(s string) bool {
	var buf [10]byte
	v, ok := alnum(buf[:], s)
	return ok && len(v) == 10 && mrz(v)
}

// mrzPassport checks the second line of a passport's machine readable zone,
// which ends s: number, birth and expiry with a check digit each (ICAO Doc 9303
// part 4).
func mrzPassport(s string) bool {
	line := s[strings.LastIndexAny(s, " \t\r\n")+1:]
	if len(line) < 28 {
		return false
	}
	return mrz([]byte(line[:10])) && mrz([]byte(line[13:20])) && mrz([]byte(line[21:28]))
}

// mrzCard checks the machine readable zone of an identity card: the number in
// the first line, birth, expiry and all of it in the second (ICAO Doc 9303
// part 5).
func mrzCard(s string) bool {
	lines := strings.Fields(s)
	if len(lines) < 2 || len(lines[0]) != 30 || len(lines[1]) != 30 {
		return false
	}
	a, b := []byte(lines[0]), []byte(lines[1])
	whole := append(append(append(append([]byte{}, a[5:]...), b[:7]...), b[8:15]...), b[18:]...)
	return mrz(a[5:15]) && mrz(b[:7]) && mrz(b[8:15]) && mrz(whole)
}

// atVNR checks an Austrian insurance number: the fourth digit, and a date behind.
func atVNR(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	return ok && d[0] != '0' && weigh(d, []int{3, 7, 9, 0, 5, 8, 4, 2, 1, 6})%11 == int(d[3]-'0')
}

// ahv checks a Swiss insurance number: GS1's digit behind the prefix 756.
func ahv(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	return ok && string(d[:3]) == "756" && ean13(d)
}

// beNRN checks a Belgian national number: 97 less its nine digits modulo 97,
// with a 2 in front for births from 2000.
func beNRN(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	if !ok {
		return false
	}
	n, last := number(d[:9]), number(d[9:])
	return number(d[2:4])%20 <= 12 && (97-n%97 == last || 97-(2_000_000_000+n)%97 == last)
}

// beVAT checks a Belgian enterprise number (Crossroads Bank for Enterprises).
func beVAT(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	return ok && d[0] <= '1' && 97-number(d[:8])%97 == number(d[8:])
}

// fiHETU checks a Finnish identity code: date, sign of the century, and the
// number modulo 31 as a symbol (DVV).
func fiHETU(s string) bool {
	if len(s) != 11 {
		return false
	}
	var buf [11]byte
	v, ok := alnum(buf[:], s[:6]+s[7:])
	if !ok || len(v) != 10 || !allDigits(v[:9]) || !dayMonth(number(v[:2]), number(v[2:4])) {
		return false
	}
	return "0123456789ABCDEFHJKLMNPRSTUVWXY"[number(v[:9])%31] == v[9]
}

// sePNR checks the ten last digits of a Swedish personal or organisation
// number; a personal one has a date, sixty days on for a coordination number.
func sePNR(s string) bool {
	var buf [12]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) != 10 && len(d) != 12 {
		return false
	}
	d = d[len(d)-10:]
	return !uniform(d) && luhn(d) && dayMonth(number(d[4:6])%60, number(d[2:4]))
}

// seOrg checks a Swedish organisation number: its third digit is at least 2.
func seOrg(s string) bool {
	var buf [12]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) != 10 && len(d) != 12 {
		return false
	}
	d = d[len(d)-10:]
	return !uniform(d) && d[2] >= '2' && luhn(d)
}

// ukNINO refuses the prefixes that HMRC does not issue, but for QQ, which it
// writes in its examples.
func ukNINO(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) < 8 {
		return false
	}
	switch prefix := string(v[:2]); prefix {
	case "QQ":
		return true
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return false
	default:
		return !strings.ContainsAny(prefix, "DFIQUV") && v[1] != 'O'
	}
}

// ukUTR checks a unique taxpayer reference: its first digit follows from the rest.
func ukUTR(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	return ok && "21987654321"[weigh(d[1:], []int{6, 7, 8, 9, 10, 5, 4, 3, 2})%11] == d[0]
}

// ukVAT checks nine digits modulo 97, in HMRC's old and new counting.
func ukVAT(s string) bool {
	var buf [12]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) != 9 && len(d) != 12 || uniform(d) {
		return false
	}
	sum := weigh(d, down(8, 2)) + number(d[7:9])
	return sum%97 == 0 || (sum+55)%97 == 0
}

// iePPS checks an Irish personal public service number: modulo 23 as a letter.
func iePPS(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) < 8 || !allDigits(v[:7]) {
		return false
	}
	sum := weigh(v, down(8, 2))
	if len(v) == 9 && v[8] != 'W' {
		sum += 9 * int(v[8]-'A'+1)
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == v[7]
}
