package validate

// Most national numbers end in a digit that follows from a weighted sum of the
// digits before it. They differ in weights and modulus alone, so they are rows
// of a table; the other schemes have functions in the files named by region.

// row is one check digit: the digits before it times their weights, summed up,
// modulo mod. The check digit is the remainder or, with minus, what lacks to
// the modulus.
type row struct {
	weights []int
	mod     int
	minus   bool
	ten     int // check digit where the result is 10; none: such a number is not issued
	whole   int // with minus, check digit where nothing lacks
}

// none is no digit.
const none = -1

// scheme is a number of rows: a later row's sum includes earlier check digits.
type scheme struct {
	rows []row
	tail int // digits after the last check digit
}

func down(from, to int) (w []int) {
	for ; from >= to; from-- {
		w = append(w, from)
	}
	return w
}

// The schemes follow the OECD's "Tax Identification Numbers" country sheets, the
// EU's VIES manual, and where given the issuer itself.
var (
	// Polish ministries: PESEL, NIP; GUS: REGON of 9 and 14 digits.
	plPESEL   = scheme{rows: []row{{[]int{1, 3, 7, 9, 1, 3, 7, 9, 1, 3}, 10, true, 0, 0}}}
	plNIP     = scheme{rows: []row{{[]int{6, 5, 7, 2, 3, 4, 5, 6, 7}, 11, false, none, 0}}}
	plREGON   = scheme{rows: []row{{[]int{8, 9, 2, 3, 4, 5, 6, 7}, 11, false, 0, 0}}}
	plREGON14 = scheme{rows: []row{{[]int{8, 9, 2, 3, 4, 5, 6, 7}, 11, false, 0, 0}, {[]int{2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8}, 11, false, 0, 0}}}
	// Netherlands, the "elfproef" of the burgerservicenummer.
	nlBSN = scheme{rows: []row{{down(9, 2), 11, false, none, 0}}}
	// Portugal, NIF: 10 and 11 become 0.
	ptNIF = scheme{rows: []row{{down(9, 2), 11, true, 0, 0}}}
	// Norway: fødselsnummer, organisasjonsnummer, kontonummer.
	noFNR   = scheme{rows: []row{{[]int{3, 7, 6, 1, 8, 9, 4, 5, 2}, 11, true, none, 0}, {[]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, true, none, 0}}}
	noOrgnr = scheme{rows: []row{{[]int{3, 2, 7, 6, 5, 4, 3, 2}, 11, true, none, 0}}}
	noKonto = scheme{rows: []row{{[]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, true, none, 0}}}
	// Denmark, CVR; Finland, Y-tunnus; Iceland, kennitala (the last digit is the century).
	dkCVR     = scheme{rows: []row{{[]int{2, 7, 6, 5, 4, 3, 2}, 11, true, none, 0}}}
	fiYtunnus = scheme{rows: []row{{[]int{7, 9, 10, 5, 8, 4, 2}, 11, true, none, 0}}}
	isKT      = scheme{rows: []row{{[]int{3, 2, 7, 6, 5, 4, 3, 2}, 11, true, none, 0}}, tail: 1}
	// Romania: CNP. Bulgaria: EGN. Former Yugoslavia: JMBG, EMŠO.
	roCNP = scheme{rows: []row{{[]int{2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9}, 11, false, 1, 0}}}
	bgEGN = scheme{rows: []row{{[]int{2, 4, 8, 5, 10, 9, 7, 3, 6}, 11, false, 0, 0}}}
	jmbg  = scheme{rows: []row{{[]int{7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, true, none, 0}}}
	// Slovenia: davčna številka. Czechia and Slovakia: IČO. Hungary: adószám.
	siDDV = scheme{rows: []row{{down(8, 2), 11, true, 0, none}}}
	czICO = scheme{rows: []row{{down(8, 2), 11, true, 0, 1}}}
	huTax = scheme{rows: []row{{[]int{9, 7, 3, 1, 9, 7, 3}, 10, true, 0, 0}}}
	// Ukraine: RNOKPP.
	uaTax = scheme{rows: []row{{[]int{-1, 5, 7, 9, 4, 6, 10, 5, 7}, 11, false, 0, 0}}}
	// Russia: INN of organisations and of persons.
	ruINN10 = scheme{rows: []row{{[]int{2, 4, 10, 3, 5, 9, 4, 6, 8}, 11, false, 0, 0}}}
	ruINN12 = scheme{rows: []row{{[]int{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}, 11, false, 0, 0}, {[]int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}, 11, false, 0, 0}}}
	// Switzerland, UID (the digits of CHE-…).
	chUID = scheme{rows: []row{{[]int{5, 4, 3, 2, 7, 6, 5, 4}, 11, true, none, 0}}}

	// United Kingdom, NHS number.
	ukNHS = scheme{rows: []row{{down(10, 2), 11, true, none, 0}}}

	// Brazil: CPF. Mexico: CLABE. Argentina: CUIT and CUIL, CBU. Peru: RUC.
	brCPF   = scheme{rows: []row{{down(10, 2), 11, true, 0, 0}, {down(11, 2), 11, true, 0, 0}}}
	mxCLABE = scheme{rows: []row{{[]int{3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7}, 10, true, 0, 0}}}
	arCUIT  = scheme{rows: []row{{[]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, true, 9, 0}}}
	arCBU   = scheme{rows: []row{{[]int{7, 1, 3, 9, 7, 1, 3}, 10, true, 0, 0}, {[]int{0, 0, 0, 0, 0, 0, 0, 0, 3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3}, 10, true, 0, 0}}}
	// El Salvador: DUI. Kuwait: civil number.
	svDUI   = scheme{rows: []row{{down(9, 2), 10, true, 0, 0}}}
	kwCivil = scheme{rows: []row{{[]int{2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}, 11, true, none, none}}}
	peRUC   = scheme{rows: []row{{[]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, true, 0, 1}}}

	// Australia: TFN (Australian Taxation Office), ACN (ASIC), Medicare card
	// (Services Australia; issue number and reference follow).
	auTFN      = scheme{rows: []row{{[]int{1, 4, 3, 7, 5, 8, 6, 9}, 11, false, none, 0}}}
	auACN      = scheme{rows: []row{{down(8, 1), 10, true, 0, 0}}}
	auMedicare = scheme{rows: []row{{[]int{1, 3, 7, 9, 1, 3, 7, 9}, 10, false, 0, 0}}, tail: 1}
	// Japan: individual number. Thailand: citizen and tax number.
	jpMy = scheme{rows: []row{{[]int{6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, true, 0, 0}}}
	thID = scheme{rows: []row{{down(13, 2), 11, true, 0, 1}}}
	// Kazakhstan, IIN: the first of its two weightings.
	kzIIN = scheme{rows: []row{{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 11, false, none, 0}}}

	// Bulgaria: foreigners' LNCh. Estonia: KMKR. Hungary: personal tax number, TAJ.
	bgLNCh = scheme{rows: []row{{[]int{21, 19, 17, 13, 11, 9, 7, 3, 1}, 10, false, 0, 0}}}
	eeKMKR = scheme{rows: []row{{[]int{3, 7, 1, 3, 7, 1, 3, 7}, 10, true, 0, 0}}}
	huPIT  = scheme{rows: []row{{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9}, 11, false, none, 0}}}
	huTAJ  = scheme{rows: []row{{[]int{3, 7, 3, 7, 3, 7, 3, 7}, 10, false, 0, 0}}}
	// Moldova: IDNO, IDNP. North Macedonia: EDB. Slovenia: matična številka.
	mdIDNO    = scheme{rows: []row{{[]int{7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1}, 10, false, 0, 0}}}
	mkEDB     = scheme{rows: []row{{[]int{7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, true, 0, 0}}}
	siMaticna = scheme{rows: []row{{down(7, 2), 11, true, 0, none}}}
	// Ships: the International Maritime Organization's number.
	imoShip = scheme{rows: []row{{down(7, 2), 10, false, 0, 0}}}
	// Brazil: PIS, PASEP and NIS, and RENAVAM alike. Uruguay: RUT.
	brPIS = scheme{rows: []row{{[]int{3, 2, 9, 8, 7, 6, 5, 4, 3, 2}, 11, true, 0, 0}}}
	uyRUT = scheme{rows: []row{{[]int{4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}, 11, true, none, 0}}}
	// Korea: corporate register. Iran: national code. Mozambique: NUIT.
	krCRN  = scheme{rows: []row{{[]int{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}, 10, true, 0, 0}}}
	irID   = scheme{rows: []row{{down(10, 2), 11, true, 1, 0}}}
	mzNUIT = scheme{rows: []row{{[]int{8, 9, 4, 5, 6, 7, 8, 9}, 11, false, 1, 0}}}
)

// pass reports whether s has the scheme's number of digits and its check digits.
func (c scheme) pass(s string) bool {
	var buf [24]byte
	d, ok := digits(buf[:], s)
	last := c.rows[len(c.rows)-1]
	if !ok || len(d) != len(last.weights)+1+c.tail || uniform(d) {
		return false
	}
	for _, r := range c.rows {
		if int(d[len(r.weights)]-'0') != r.digit(d) {
			return false
		}
	}
	return true
}

// digit computes the check digit that follows d[:len(weights)].
func (r row) digit(d []byte) int {
	sum := weigh(d, r.weights) % r.mod
	if sum < 0 {
		sum += r.mod
	}
	if r.minus {
		if sum == 0 {
			return r.whole
		}
		sum = r.mod - sum
	}
	if sum == 10 {
		return r.ten
	}
	return sum
}

// weigh sums digits times weights.
func weigh(d []byte, weights []int) (sum int) {
	for i, w := range weights {
		sum += w * int(d[i]-'0')
	}
	return sum
}
