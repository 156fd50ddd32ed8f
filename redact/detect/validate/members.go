package validate

import "strings"

// withSecond computes a check digit whose first weights may leave 10; then the
// second ones decide, and 10 is 0.
func withSecond(d []byte, first, second []int) int {
	if n := weigh(d, first) % 11; n < 10 {
		return n
	}
	return weigh(d, second) % 11 % 10
}

func up(from, to int) (w []int) {
	for ; from <= to; from++ {
		w = append(w, from)
	}
	return w
}

// beEID checks a Belgian identity card's number: ten digits modulo 97, 97 for 0.
func beEID(s string) bool {
	var buf [12]byte
	d, ok := exactly(buf[:], s, 12)
	return ok && (number(d[:10])+96)%97+1 == number(d[10:])
}

// luID checks a Luxembourgish number: a date, then Luhn and Verhoeff, each over
// the first eleven digits (Loi du 19 juin 2013).
func luID(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	if !ok || !dayMonth(number(d[6:8]), number(d[4:6])) {
		return false
	}
	first := luhn(d[:12])
	d[11] = d[12]
	return first && verhoeff(d[:12])
}

// luVAT checks a Luxembourgish VAT number: six digits modulo 89.
func luVAT(s string) bool {
	var buf [8]byte
	d, ok := exactly(buf[:], s, 8)
	return ok && number(d[:6])%89 == number(d[6:])
}

// atVAT checks the digits of an Austrian VAT number: Luhn's sum and 4.
func atVAT(s string) bool {
	var buf [8]byte
	d, ok := exactly(buf[:], s, 8)
	return ok && (crossSum(d[:7], "1212121")+4+int(d[7]-'0'))%10 == 0
}

// ptNISS checks a Portuguese social security number: primes from 29 down.
func ptNISS(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	return ok && (d[0] == '1' || d[0] == '2') && 9-weigh(d, []int{29, 23, 19, 17, 13, 11, 7, 5, 3, 2})%10 == int(d[10]-'0')
}

// bgEIK checks a Bulgarian company number of nine digits (BULSTAT act).
func bgEIK(s string) bool {
	var buf [9]byte
	d, ok := exactly(buf[:], s, 9)
	return ok && withSecond(d, up(1, 8), up(3, 10)) == int(d[8]-'0')
}

// eeRegistry checks an Estonian register code.
func eeRegistry(s string) bool {
	var buf [8]byte
	d, ok := exactly(buf[:], s, 8)
	return ok && withSecond(d, up(1, 7), up(3, 9)) == int(d[7]-'0')
}

// ltPVM checks a Lithuanian VAT number of nine or, for the time being, twelve
// digits; the last but one is 1.
func ltPVM(s string) bool {
	var buf [12]byte
	d, ok := digits(buf[:], s)
	n := len(d) - 1
	if !ok || n != 8 && n != 11 || d[n-1] != '1' {
		return false
	}
	first, second := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2}, []int{3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4}
	return withSecond(d, first[:n], second[:n]) == int(d[n]-'0')
}

// lvPVN checks the number of a Latvian legal person.
func lvPVN(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	return ok && d[0] > '3' && weigh(d, []int{9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1})%11 == 3
}

// lvPK checks a Latvian personal code.
func lvPK(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	return ok && d[0] <= '3' && (1+weigh(d, []int{10, 5, 8, 4, 2, 1, 6, 3, 7, 9}))%11%10 == int(d[10]-'0')
}

// cyTIC checks a Cypriot tax number: odd places by the table of Italy's fiscal
// code, modulo 26 as a letter.
func cyTIC(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 9 || !allDigits(v[:8]) || v[0] == '1' && v[1] == '2' {
		return false
	}
	odd := [...]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	sum := 0
	for i, c := range v[:8] {
		n := int(c - '0')
		if i%2 == 0 {
			n = odd[n]
		}
		sum += n
	}
	return v[8] == byte('A'+sum%26)
}

// mtVAT checks a Maltese VAT number modulo 37.
func mtVAT(s string) bool {
	var buf [8]byte
	d, ok := exactly(buf[:], s, 8)
	return ok && (weigh(d[:6], []int{3, 4, 6, 7, 8, 9})+number(d[6:]))%37 == 0
}

// huID checks a Hungarian personal number: births from 1997 count the weights
// down.
func huID(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	if !ok || d[0] == '0' || !dayMonth(number(d[5:7]), number(d[3:5])) {
		return false
	}
	last := int(d[10] - '0')
	return weigh(d, up(1, 10))%11 == last || weigh(d, down(10, 1))%11 == last
}

// grAMKA checks a Greek insurance number: a date and Luhn.
func grAMKA(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	return ok && dayMonth(number(d[:2]), number(d[2:4])) && luhn(d)
}

// esCCC checks a Spanish bank account of twenty digits: one check digit for
// bank and branch, one for the account.
func esCCC(s string) bool {
	var buf [20]byte
	d, ok := exactly(buf[:], s, 20)
	if !ok {
		return false
	}
	weights := []int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6}
	control := func(sum int) int { return []int{0, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1}[sum%11] }
	return control(weigh(d[:8], weights[2:])) == int(d[8]-'0') && control(weigh(d[10:], weights)) == int(d[9]-'0')
}

// esCadastre checks a Spanish cadastral reference: both halves, each with the
// number of the unit, modulo 23 as a letter.
func esCadastre(s string) bool {
	const controls = "MQWERTYUIOPASDFGHJKLBZX"
	var buf [20]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 20 {
		return false
	}
	for half, control := range v[18:] {
		sum := 0
		for i, w := range []int{13, 15, 12, 5, 4, 17, 9, 21, 3, 7, 1} {
			c := v[7+i]
			if i < 7 {
				c = v[7*half+i]
			}
			n := strings.IndexByte(base36, c)
			if n >= 10 {
				if n -= 9; c > 'N' { // A counts 1, and Ñ lies behind N
					n++
				}
			}
			sum += w * n
		}
		if controls[sum%23] != control {
			return false
		}
	}
	return true
}

// deLANR checks a German physician's number: six digits, weights 4 and 9; the
// specialty follows.
func deLANR(s string) bool {
	var buf [9]byte
	d, ok := exactly(buf[:], s, 9)
	return ok && (10-weigh(d, []int{4, 9, 4, 9, 4, 9})%10)%10 == int(d[6]-'0')
}

// plKW checks a Polish land register number: court, eight digits, weights 1 3 7
// over symbols with X in front of the letters.
func plKW(s string) bool {
	const symbols = "0123456789XABCDEFGHIJKLMNOPRSTUWYZ"
	var buf [13]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 13 || !isUpper(v[0]) || !allDigits(v[4:]) {
		return false
	}
	sum := 0
	for i, c := range v[:12] {
		sum += [...]int{1, 3, 7}[i%3] * strings.IndexByte(symbols, c)
	}
	return sum%10 == int(v[12]-'0')
}
