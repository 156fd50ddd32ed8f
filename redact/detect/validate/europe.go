package validate

import (
	"bytes"
	"strings"
)

// esLetters is the table of the Spanish ministry of the interior: the letter
// of a DNI or NIE is that of its number modulo 23.
const esLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

// esNIF checks a DNI, a NIE (X, Y or Z for 0, 1 or 2) or a K, L, M number.
func esNIF(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 9 || !isUpper(v[8]) {
		return false
	}
	last := v[8]
	n := v[:8]
	switch n[0] {
	case 'X', 'Y', 'Z':
		n[0] = n[0] - 'X' + '0'
	case 'K', 'L', 'M':
		n[0] = '0'
	}
	return allDigits(n) && !uniform(n) && esLetters[number(n)%23] == last
}

// esCIF checks the number of a Spanish legal person (Orden EHA/451/2008).
func esCIF(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 9 || !strings.ContainsRune("ABCDEFGHJNPQRSUVW", rune(v[0])) || !allDigits(v[1:8]) {
		return false
	}
	control := (10 - luhnSum(v[1:8])%10) % 10
	return v[8] == byte('0'+control) || v[8] == "JABCDEFGHI"[control]
}

// luhnSum is the sum of [luhn] before the check digit is added.
func luhnSum(d []byte) (sum int) {
	for i, c := range d {
		v := int(c - '0')
		if (len(d)-i)%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum
}

// esNASS checks a Spanish social security number: province and number modulo 97.
func esNASS(s string) bool {
	var buf [12]byte
	d, ok := exactly(buf[:], s, 12)
	if !ok {
		return false
	}
	n := number(d[:10])
	if d[2] == '0' { // numbers below ten million are joined without their zero
		n = number(d[:2])*10_000_000 + number(d[3:10])
	}
	return n%97 == number(d[10:])
}

// itCF checks an Italian codice fiscale (decreto 12 marzo 1974): odd places by
// a table, even ones by rank, modulo 26.
func itCF(s string) bool {
	var buf [16]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 16 {
		return false
	}
	odd := [...]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i, c := range v[:15] {
		rank := int(c - '0')
		if isUpper(c) {
			rank = int(c - 'A')
		}
		if i%2 == 0 {
			rank = odd[rank]
		}
		sum += rank
	}
	return v[15] == byte('A'+sum%26)
}

// itIVA checks an Italian partita IVA: Luhn, and the number of a province's
// office (Agenzia delle Entrate).
func itIVA(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	if !ok || !luhn(d) {
		return false
	}
	office := number(d[7:10])
	return 1 <= office && office <= 100 || office == 120 || office == 121 || office == 888 || office == 999
}

// frNIR checks a French social security number: 97 less the number modulo 97,
// with Corsica's 2A and 2B as 19 and 18 (INSEE).
func frNIR(s string) bool {
	var buf [15]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 15 || !strings.ContainsRune("123478", rune(v[0])) {
		return false
	}
	if v[5] == '2' && (v[6] == 'A' || v[6] == 'B') {
		v[5], v[6] = '1', '9'-(v[6]-'A')
	}
	return allDigits(v) && 97-number(v[:13])%97 == number(v[13:])
}

// frBirth checks the readable part of a French social security number of 13
// digits: sex, month of birth, department (INSEE).
func frBirth(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	if !ok || d[0] != '1' && d[0] != '2' {
		return false
	}
	month, department := number(d[3:5]), number(d[5:7])
	return 1 <= month && month <= 12 && department != 0 && department != 96
}

// frSIRET checks a SIREN and all 14 digits by Luhn; those of La Poste may sum
// up to a multiple of 5 instead.
func frSIRET(s string) bool {
	var buf [14]byte
	d, ok := exactly(buf[:], s, 14)
	if !ok {
		return false
	}
	sum := 0
	for _, c := range d {
		sum += int(c - '0')
	}
	return luhn(d[:9]) && luhn(d) || string(d[:9]) == "356000000" && sum%5 == 0
}

// frTVA checks the two digits in front of a SIREN (Code général des impôts).
func frTVA(s string) bool {
	var buf [13]byte
	v, ok := alnum(buf[:], s)
	v = bytes.TrimPrefix(v, []byte("FR"))
	if !ok || len(v) != 11 || !allDigits(v) || !luhn(v[2:]) {
		return false
	}
	return (12+3*(number(v[2:])%97))%97 == number(v[:2])
}

// frSPI checks a French tax number: its first ten digits modulo 511 (DGFiP).
func frSPI(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	return ok && d[0] <= '3' && number(d[:10])%511 == number(d[10:])
}
