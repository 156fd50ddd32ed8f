package validate

import "strings"

// nzNHI checks a New Zealand health index (HISO 10046): three letters, and four
// digits modulo 11, or, from 2026, digits and letters modulo 23.
func nzNHI(s string) bool {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	var buf [7]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 7 {
		return false
	}
	sum := 0
	for i, c := range v[:6] {
		n := strings.IndexByte(letters, c) + 1
		if isDigit(c) {
			n = int(c - '0')
		} else if n == 0 {
			return false
		}
		sum += (7 - i) * n
	}
	if isUpper(v[6]) {
		return letters[22-sum%23] == v[6]
	}
	return sum%11 != 0 && (11-sum%11)%10 == int(v[6]-'0')
}

// gs1Behind builds a check of 13 digits with a prefix and [ean13].
func gs1Behind(prefix string) func(string) bool {
	return func(s string) bool {
		var buf [13]byte
		d, ok := exactly(buf[:], s, 13)
		return ok && strings.HasPrefix(string(d), prefix) && ean13(d)
	}
}

// inVID checks an Aadhaar virtual ID: sixteen digits by Verhoeff (UIDAI).
func inVID(s string) bool {
	var buf [16]byte
	d, ok := exactly(buf[:], s, 16)
	return ok && d[0] >= '2' && verhoeff(d)
}

// jpCorporate checks a Japanese corporate number: the first digit follows from
// the others modulo 9 (National Tax Agency).
func jpCorporate(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	return ok && 9-weigh(d[1:], []int{2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1})%9 == int(d[0]-'0')
}

// sgUEN checks a Singaporean entity number: of a business, a local company, or
// another entity (ACRA).
func sgUEN(s string) bool {
	var buf [10]byte
	v, ok := alnum(buf[:], s)
	switch n := len(v); {
	case !ok:
		return false
	case n == 9 && allDigits(v[:8]):
		return "XMKECAWLJDB"[weigh(v, []int{10, 4, 9, 3, 8, 2, 7, 1})%11] == v[8]
	case n == 10 && allDigits(v[:9]):
		return "ZKCMDNERGWH"[weigh(v, []int{10, 8, 6, 4, 9, 7, 5, 3, 1})%11] == v[9]
	case n != 10 || !allDigits(v[1:3]) || !isUpper(v[3]) || !isUpper(v[4]) || !allDigits(v[5:9]):
		return false
	}
	const symbols = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
	sum := -5
	for i, w := range []int{4, 3, 5, 3, 10, 2, 2, 5, 7} {
		sum += w * strings.IndexByte(symbols, v[i])
	}
	return symbols[(sum%11+11)%11] == v[9]
}

// twUBN checks a Taiwanese business number: digits of the products, a multiple
// of 5 (from 2023, before of 10); a seventh digit of 7 may count one less.
func twUBN(s string) bool {
	var buf [8]byte
	d, ok := exactly(buf[:], s, 8)
	if !ok {
		return false
	}
	sum := crossSum(d, "12121241")
	return sum%5 == 0 || d[6] == '7' && (sum+1)%5 == 0
}
