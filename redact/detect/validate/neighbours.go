package validate

import "strings"

// byUNP checks a Belarusian payer number: nine symbols, weights modulo 11; the
// letters of a person's stand for numbers by place.
func byUNP(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 9 || !allDigits(v[2:]) || uniform(v) {
		return false
	}
	sum := 0
	for i, w := range []int{29, 23, 19, 17, 13, 7, 5, 3} {
		n := strings.IndexByte(base36, v[i])
		if i == 1 && isUpper(v[1]) {
			n = strings.IndexByte("ABCEHKMOPT", v[1])
		}
		if n < 0 {
			return false
		}
		sum += w * n
	}
	return isDigit(v[0]) == isDigit(v[1]) && sum%11 == int(v[8]-'0')
}

// byID checks a Belarusian identity number: sex and century, date, region,
// serial, nationality, and the 7-3-1 digit.
func byID(s string) bool {
	var buf [14]byte
	v, ok := alnum(buf[:], s)
	return ok && len(v) == 14 && allDigits(v[:7]) && dayMonth(number(v[1:3]), number(v[3:5])) && mrz(v)
}

// uaEDRPOU checks a Ukrainian company number: the weights depend on its range.
func uaEDRPOU(s string) bool {
	var buf [8]byte
	d, ok := exactly(buf[:], s, 8)
	if !ok {
		return false
	}
	first, second := up(1, 7), up(3, 9)
	if n := number(d); 30_000_000 < n && n < 60_000_000 {
		first, second = []int{7, 1, 2, 3, 4, 5, 6}, []int{9, 3, 4, 5, 6, 7, 8}
	}
	return withSecond(d, first, second) == int(d[7]-'0')
}

// trVKN checks a Turkish tax number (Gelir İdaresi Başkanlığı).
func trVKN(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	if !ok {
		return false
	}
	sum := 0
	for i, c := range d[:9] {
		n := (int(c-'0') + 9 - i) % 10
		if n != 0 {
			n = (n<<(9-i)-1)%9 + 1
		}
		sum += n
	}
	return (10-sum%10)%10 == int(d[9]-'0')
}

// uzPINFL checks an Uzbek personal number: sex and century, date, 7-3-1.
func uzPINFL(s string) bool {
	var buf [14]byte
	d, ok := exactly(buf[:], s, 14)
	return ok && '1' <= d[0] && d[0] <= '6' && dayMonth(number(d[1:3]), number(d[3:5])) && mrz(d)
}

// azVOEN checks an Azerbaijani tax number; it ends in the kind of payer.
func azVOEN(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	return ok && (d[9] == '1' || d[9] == '2') && weigh(d, []int{4, 1, 8, 6, 2, 7, 5, 3})%11 == int(d[8]-'0')
}

// muNID checks a Mauritian identity number: an initial, a date, serial, and a
// symbol modulo 17.
func muNID(s string) bool {
	var buf [14]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 14 || !isUpper(v[0]) || !allDigits(v[1:7]) || !dayMonth(number(v[1:3]), number(v[3:5])) {
		return false
	}
	sum := 0
	for i, c := range v[:13] {
		sum += (14 - i) * strings.IndexByte(base36, c)
	}
	return base36[(17-sum%17)%17] == v[13]
}

// maICE checks a Moroccan enterprise number modulo 97.
func maICE(s string) bool {
	var buf [15]byte
	d, ok := exactly(buf[:], s, 15)
	return ok && number(d)%97 == 0
}

// luhnBehind builds a check of n digits that begin with one of some prefixes
// and satisfy [luhn].
func luhnBehind(n int, prefixes ...string) func(string) bool {
	return func(s string) bool {
		var buf [20]byte
		d, ok := exactly(buf[:], s, n)
		if !ok || !luhn(d) {
			return false
		}
		for _, p := range prefixes {
			if strings.HasPrefix(string(d), p) {
				return true
			}
		}
		return false
	}
}
