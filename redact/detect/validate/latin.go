package validate

// brTitulo checks a Brazilian voter's number: serial, state, a check digit for
// each; São Paulo and Minas Gerais have 1 for 0.
func brTitulo(s string) bool {
	var buf [12]byte
	d, ok := exactly(buf[:], s, 12)
	if !ok {
		return false
	}
	state := number(d[8:10])
	control := func(sum int) int {
		switch n := sum % 11; {
		case n == 10:
			return 0
		case n == 0 && state <= 2:
			return 1
		default:
			return n
		}
	}
	first := control(weigh(d, up(2, 9)))
	return 1 <= state && state <= 28 && first == int(d[10]-'0') && control(weigh(d[8:], []int{7, 8, 9})) == int(d[11]-'0')
}

// brCNS checks a Brazilian health card: weights 15 to 1 modulo 11 (DATASUS).
func brCNS(s string) bool {
	var buf [15]byte
	d, ok := exactly(buf[:], s, 15)
	return ok && weigh(d, down(15, 1))%11 == 0
}

// pyRUC checks a Paraguayan tax number of up to nine digits: weights from 2 on
// from the right, modulo 11 (DNIT).
func pyRUC(s string) bool {
	var buf [9]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) < 5 || uniform(d) {
		return false
	}
	n := len(d) - 1
	return (11-weigh(d, down(n+1, 2))%11)%11%10 == int(d[n]-'0')
}

// doRNC checks a Dominican taxpayer number (DGII).
func doRNC(s string) bool {
	var buf [9]byte
	d, ok := exactly(buf[:], s, 9)
	return ok && (21-weigh(d, []int{7, 9, 8, 6, 5, 4, 3, 2})%11)%11%9+1 == int(d[8]-'0')
}

// gtNIT checks a Guatemalan tax number: weights from 2 on from the right, K for
// 10 (SAT).
func gtNIT(s string) bool {
	var buf [12]byte
	v, ok := alnum(buf[:], s)
	n := len(v) - 1
	if !ok || n < 5 || !allDigits(v[:n]) || uniform(v) {
		return false
	}
	return "0123456789K"[(11-weigh(v[:n], down(n+1, 2))%11)%11] == v[n]
}

// gtCUI checks a Guatemalan identity number: eight digits modulo 11, then
// department and municipality (RENAP).
func gtCUI(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	if !ok || number(d[9:11]) == 0 || number(d[9:11]) > 22 || number(d[11:]) == 0 {
		return false
	}
	return weigh(d, up(2, 9))%11 == int(d[8]-'0')
}

// svNIT checks a Salvadoran tax number; serials up to 100 follow the old rule.
func svNIT(s string) bool {
	var buf [14]byte
	d, ok := exactly(buf[:], s, 14)
	if !ok {
		return false
	}
	last := int(d[13] - '0')
	if number(d[10:13]) <= 100 {
		return weigh(d, down(14, 2))%11%10 == last
	}
	return (11-weigh(d, []int{2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2})%11)%11%10 == last
}

// ecRUC checks an Ecuadorian taxpayer number: of a person, a public body (6 in
// the third place, which late persons have too) or a company (9).
func ecRUC(s string) bool {
	var buf [13]byte
	d, ok := exactly(buf[:], s, 13)
	if !ok || number(d[10:]) == 0 {
		return false
	}
	switch d[2] {
	case '6':
		return weigh(d, []int{3, 2, 7, 6, 5, 4, 3, 2, 1})%11 == 0 || luhn(d[:10])
	case '9':
		return weigh(d, []int{4, 3, 2, 7, 6, 5, 4, 3, 2, 1})%11 == 0
	}
	return ecCedula(s)
}

// caPHN checks a health number of British Columbia: powers of two modulo 11
// behind a 9.
func caPHN(s string) bool {
	var buf [10]byte
	d, ok := exactly(buf[:], s, 10)
	return ok && d[0] == '9' && (11-weigh(d[1:], []int{2, 4, 8, 5, 10, 9, 7, 3})%11)%11 == int(d[9]-'0')
}
