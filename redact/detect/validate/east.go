package validate

import "strings"

// plDowod checks a Polish identity card number: three letters and six digits,
// the first of which is the check digit (weights 7-3-1, letters from 10).
func plDowod(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	return ok && len(v) == 9 && allDigits(v[3:]) && seriesSum(v, []int{7, 3, 1, 9, 7, 3, 1, 7, 3})%10 == 0
}

// plPassport checks a Polish passport number: two letters and seven digits.
func plPassport(s string) bool {
	var buf [9]byte
	v, ok := alnum(buf[:], s)
	return ok && len(v) == 9 && allDigits(v[2:]) && seriesSum(v, []int{7, 3, 9, 1, 7, 3, 1, 7, 3})%10 == 0
}

func seriesSum(v []byte, weights []int) (sum int) {
	for i, w := range weights {
		sum += w * strings.IndexByte(base36, v[i])
	}
	return sum
}

// czRC checks a Czech or Slovak birth number: a date with 50 months on for
// women (20 and 70 for overflow), and ten digits that are a multiple of 11.
func czRC(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	if !ok || !dayMonth(number(d[4:6]), number(d[2:4])%50%20) {
		return false
	}
	n := number(d)
	return n%11 == 0 || number(d[:9])%11 == 10 && d[9] == '0'
}

// balticID checks an Estonian or Lithuanian personal code: a second row of
// weights where the first leaves 10.
func balticID(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	if !ok || d[0] == '0' || d[0] > '8' || !dayMonth(number(d[5:7]), number(d[3:5])) {
		return false
	}
	sum := weigh(d, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 1}) % 11
	if sum == 10 {
		sum = weigh(d, []int{3, 4, 5, 6, 7, 8, 9, 1, 2, 3}) % 11 % 10
	}
	return sum == int(d[10]-'0')
}

// grAFM checks a Greek tax number: powers of two modulo 11.
func grAFM(s string) bool {
	var buf [9]byte
	d, ok := exactly(buf[:], s, 9)
	return ok && weigh(d, []int{256, 128, 64, 32, 16, 8, 4, 2})%11%10 == int(d[8]-'0')
}

// roCUI checks a Romanian company number of up to ten digits.
func roCUI(s string) bool {
	var buf [10]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) < 4 || uniform(d) {
		return false
	}
	weights := []int{7, 5, 3, 2, 1, 7, 5, 3, 2}
	n := len(d) - 1
	return weigh(d, weights[len(weights)-n:])*10%11%10 == int(d[n]-'0')
}

// ptCC checks a Portuguese citizen card number: Luhn over letters and digits.
func ptCC(s string) bool {
	var buf [12]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 12 || !allDigits(v[:9]) {
		return false
	}
	sum := 0
	for i, c := range v {
		n := strings.IndexByte(base36, c)
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// trTCKN checks a Turkish identity number: two check digits.
func trTCKN(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	if !ok || d[0] == '0' {
		return false
	}
	odd := weigh(d, []int{1, 0, 1, 0, 1, 0, 1, 0, 1})
	even := weigh(d, []int{0, 1, 0, 1, 0, 1, 0, 1})
	return (odd*7-even+80)%10 == int(d[9]-'0') && (odd+even+int(d[9]-'0'))%10 == int(d[10]-'0')
}

// ruSNILS checks a Russian insurance number: weights 9 to 1 modulo 101.
func ruSNILS(s string) bool {
	var buf [11]byte
	d, ok := exactly(buf[:], s, 11)
	return ok && weigh(d, down(9, 1))%101%100 == number(d[9:])
}

// ruOGRN checks a Russian register number: the leading digits modulo 11 or 13.
func ruOGRN(s string) bool {
	var buf [15]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) != 13 && len(d) != 15 || uniform(d) {
		return false
	}
	n := len(d) - 1
	return number(d[:n])%(n-1)%10 == int(d[n]-'0')
}
