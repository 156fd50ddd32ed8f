package validate

import (
	"math"
	"strconv"
	"strings"
)

// container checks a freight container's number (ISO 6346): owner, category,
// serial; letters count from 10 and leave out the multiples of 11, each place
// twice the one before, modulo 11.
func container(s string) bool {
	var buf [11]byte
	v, ok := alnum(buf[:], s)
	if !ok || len(v) != 11 || !strings.ContainsRune("UJZR", rune(v[3])) || !allDigits(v[4:]) {
		return false
	}
	sum := 0
	for i, c := range v[:10] {
		n := strings.IndexByte(base36, c)
		if n < 10 && i < 4 {
			return false
		}
		sum += (n + (n-1)/10) << i // 11, 22 and 33 stand for nothing
	}
	return sum%11%10 == int(v[10]-'0')
}

// coordinates checks a latitude and a longitude in decimal degrees, in this
// order, or one of the two alone (ISO 6709).
func coordinates(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r != '.' && r != '-' && r != '+' && (r < '0' || '9' < r) })
	if len(parts) == 0 || len(parts) > 2 {
		return false
	}
	for i, p := range parts {
		limit := 180.0
		if i == 0 && len(parts) == 2 {
			limit = 90
		}
		if v, err := strconv.ParseFloat(p, 64); err != nil || math.Abs(v) > limit || v == 0 {
			return false
		}
	}
	return true
}
