package validate

import "strings"

// ssn checks the parts of a US social security number as the Social Security
// Administration publishes them. Areas from 900 are never assigned, yet they
// are what people write in examples, so they count.
func ssn(s string) bool {
	var buf [9]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) != 9 || uniform(d) {
		return false
	}
	area, group, serial := string(d[:3]), string(d[3:5]), string(d[5:])
	return area != "000" && area != "666" && group != "00" && serial != "0000"
}

// usITIN checks the groups that the IRS assigns to individual taxpayers.
func usITIN(s string) bool {
	var buf [9]byte
	d, ok := exactly(buf[:], s, 9)
	if !ok || d[0] != '9' {
		return false
	}
	group := number(d[3:5])
	return 50 <= group && group <= 65 || 70 <= group && group <= 88 || 90 <= group && group <= 99 && group != 93
}

// usABA checks a routing number: a Federal Reserve range and the check digit.
func usABA(s string) bool {
	var buf [9]byte
	d, ok := exactly(buf[:], s, 9)
	if !ok {
		return false
	}
	head := number(d[:2])
	return (head <= 12 || 21 <= head && head <= 32 || 61 <= head && head <= 72 || head == 80) && weigh(d, []int{3, 7, 1, 3, 7, 1, 3, 7, 1})%10 == 0
}

// usNPI checks a national provider identifier: Luhn behind the prefix 80840
// (45 CFR 162.406).
func usNPI(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	return ok && (d[0] == '1' || d[0] == '2') && luhn(append([]byte("80840"), d...))
}

// usDEA checks a registration number of the Drug Enforcement Administration.
func usDEA(s string) bool {
	var buf [7]byte
	d, ok := exactly(buf[:], s, 7)
	return ok && weigh(d, []int{1, 2, 1, 2, 1, 2})%10 == int(d[6]-'0')
}

// usEIN refuses prefixes that no IRS campus assigns.
func usEIN(s string) bool {
	var buf [9]byte
	d, ok := exactly(buf[:], s, 9)
	if !ok {
		return false
	}
	switch number(d[:2]) {
	case 0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97:
		return false
	}
	return true
}

// brCNPJ checks a Brazilian company number, in digits or, from July 2026, with
// letters (Instrução Normativa RFB 2.229/2024): each symbol counts its ASCII
// code less 48.
func brCNPJ(s string) bool {
	var buf [14]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 14 || uniform(v) || !allDigits(v[12:]) {
		return false
	}
	weights := []int{6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}
	for n := 12; n < 14; n++ {
		rest := weigh(v, weights[13-n:]) % 11
		want := 0
		if rest >= 2 {
			want = 11 - rest
		}
		if int(v[n]-'0') != want {
			return false
		}
	}
	return true
}

// clRUT checks a Chilean RUT: weights 2 to 7 from the right modulo 11, with K
// for 10.
func clRUT(s string) bool {
	var buf [11]byte
	v, ok := alnum(buf[:], s)
	v = []byte(strings.TrimPrefix(string(v), "CL"))
	if n := len(v); !ok || n < 8 || n > 9 || !allDigits(v[:n-1]) || uniform(v[:n-1]) {
		return false
	}
	last := len(v) - 1
	sum := 0
	for i := range last {
		sum += (2 + (last-1-i)%6) * int(v[i]-'0')
	}
	return "0K987654321"[sum%11] == v[last]
}

// mxCURP checks a Mexican population code (DOF 18 October 2021): a date, and
// the last digit over weights 18 to 2 of symbols with Ñ between N and O.
func mxCURP(s string) bool {
	if len(s) != 18 {
		return false
	}
	var buf [18]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 18 || !allDigits(v[4:10]) || !isDigit(v[17]) || !dayMonth(number(v[8:10]), number(v[6:8])) {
		return false
	}
	sum := 0
	for i, c := range v[:17] {
		rank := strings.IndexByte(base36, c)
		if c > 'N' {
			rank++
		}
		sum += (18 - i) * rank
	}
	return (10-sum%10)%10 == int(v[17]-'0')
}

// coNIT checks a Colombian tax number: primes from the right modulo 11 (DIAN).
func coNIT(s string) bool {
	var buf [16]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) < 8 || uniform(d) {
		return false
	}
	primes := []int{3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71}
	last := len(d) - 1
	sum := 0
	for i := range last {
		sum += primes[last-1-i] * int(d[i]-'0')
	}
	rest := sum % 11
	if rest > 1 {
		rest = 11 - rest
	}
	return rest == int(d[last]-'0')
}

// ecCedula checks an Ecuadorian identity number, also in front of a RUC's 001:
// province, a third digit below 6, Luhn over ten digits.
func ecCedula(s string) bool {
	var buf [13]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) != 10 && len(d) != 13 || uniform(d) {
		return false
	}
	province := number(d[:2])
	return (1 <= province && province <= 24 || province == 30) && d[2] < '6' && luhn(d[:10])
}

// uyCI checks a Uruguayan identity number: weights 2987634 modulo 10.
func uyCI(s string) bool {
	var buf [8]byte
	d, ok := exactly(buf[:], s, 8)
	return ok && (10-weigh(d, []int{2, 9, 8, 7, 6, 3, 4})%10)%10 == int(d[7]-'0')
}

// veRIF checks a Venezuelan tax number: a letter for the kind of person and
// nine digits.
func veRIF(s string) bool {
	var buf [10]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 10 || !allDigits(v[1:]) {
		return false
	}
	kind := strings.IndexByte("?VEJPG", v[0])
	if kind < 0 {
		return false
	}
	sum := 4*kind + weigh(v[1:], []int{3, 2, 7, 6, 5, 4, 3, 2})
	return "00987654321"[sum%11] == v[9]
}
