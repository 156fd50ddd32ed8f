// Package check tells values from their look-alikes: check digits, registries,
// decoded structures. Each check names the specification that it follows.
//
// Checks are pure functions of the value, safe for concurrent use; they take
// values with the separators that people write.
package check

import "slices"

// Check is a named test of a value that a pattern found.
type Check struct {
	Pass func(value string) bool
	// Proof says that a pass is evidence by itself: a checksum, a signature, a
	// decoded structure. A look-alike passes by chance at most.
	Proof bool
}

var checks = collect()

// collect joins the checks that have functions with those that are rows of a
// table. One check digit lets a tenth of all numbers through and proves
// nothing; two of them, or one behind a date or letters, do.
func collect() map[string]Check {
	all := map[string]Check{
		"card":         {Pass: card, Proof: true},
		"email":        {Pass: email},
		"github_token": {Pass: githubToken, Proof: true},
		"iban":         {Pass: iban, Proof: true},
		"ip":           {Pass: ip},
		"jwt":          {Pass: jwt, Proof: true},
		"lei":          {Pass: lei, Proof: true},
		"mac":          {Pass: mac},
		"generated":    {Pass: generated},
		"literal":      {Pass: literal},
		"named":        {Pass: named},
		"phone":        {Pass: phone},
		"random":       {Pass: random},
		"scrambled":    {Pass: scrambled},
		"secret":       {Pass: secret},
		"ssn":          {Pass: ssn},
		"varied":       {Pass: varied},

		"base58check": {Pass: base58check, Proof: true},
		"bech32":      {Pass: bech32, Proof: true},
		"eip55":       {Pass: eip55, Proof: true},
		"imei":        {Pass: imei},
		"vin":         {Pass: vin},
		"vin_shape":   {Pass: vinLike},

		"at_vnr":        {Pass: atVNR},
		"baltic_id":     {Pass: balticID, Proof: true},
		"be_nrn":        {Pass: beNRN, Proof: true},
		"be_vat":        {Pass: beVAT, Proof: true},
		"ch_ahv":        {Pass: ahv, Proof: true},
		"cz_rc":         {Pass: czRC, Proof: true},
		"de_idnr":       {Pass: deIdNr},
		"de_kvnr":       {Pass: deKVNR},
		"de_rvnr":       {Pass: deRVNR, Proof: true},
		"de_vat":        {Pass: iso11x10(9)},
		"es_cif":        {Pass: esCIF},
		"es_nass":       {Pass: esNASS, Proof: true},
		"es_nif":        {Pass: esNIF, Proof: true},
		"fi_hetu":       {Pass: fiHETU, Proof: true},
		"fr_birth":      {Pass: frBirth},
		"fr_nir":        {Pass: frNIR, Proof: true},
		"fr_siren":      {Pass: luhnOf(9)},
		"fr_siret":      {Pass: frSIRET, Proof: true},
		"fr_spi":        {Pass: frSPI, Proof: true},
		"fr_tva":        {Pass: frTVA, Proof: true},
		"gr_afm":        {Pass: grAFM},
		"hr_oib":        {Pass: iso11x10(11)},
		"icao_document": {Pass: document},
		"mrz_passport":  {Pass: mrzPassport, Proof: true},
		"ie_pps":        {Pass: iePPS, Proof: true},
		"it_cf":         {Pass: itCF, Proof: true},
		"it_iva":        {Pass: itIVA, Proof: true},
		"pl_dowod":      {Pass: plDowod},
		"pl_passport":   {Pass: plPassport},
		"pt_cc":         {Pass: ptCC, Proof: true},
		"ro_cui":        {Pass: roCUI},
		"ru_ogrn":       {Pass: ruOGRN},
		"ru_snils":      {Pass: ruSNILS, Proof: true},
		"se_org":        {Pass: seOrg},
		"se_pnr":        {Pass: sePNR},
		"tr_tckn":       {Pass: trTCKN, Proof: true},
		"uk_nino":       {Pass: ukNINO},
		"uk_utr":        {Pass: ukUTR},
		"uk_vat":        {Pass: ukVAT},

		"br_cnpj":   {Pass: brCNPJ, Proof: true},
		"ca_sin":    {Pass: luhnOf(9)},
		"cl_rut":    {Pass: clRUT},
		"co_nit":    {Pass: coNIT},
		"do_cedula": {Pass: luhnOf(11)},
		"ec_cedula": {Pass: ecCedula},
		"mx_curp":   {Pass: mxCURP, Proof: true},
		"us_aba":    {Pass: usABA},
		"us_dea":    {Pass: usDEA},
		"us_ein":    {Pass: usEIN},
		"us_itin":   {Pass: usITIN},
		"us_npi":    {Pass: usNPI},
		"uy_ci":     {Pass: uyCI},
		"ve_rif":    {Pass: veRIF},

		"au_abn":     {Pass: auABN, Proof: true},
		"cn_ric":     {Pass: cnRIC, Proof: true},
		"cn_uscc":    {Pass: cnUSCC},
		"hk_id":      {Pass: hkID},
		"il_id":      {Pass: luhnOf(9)},
		"in_aadhaar": {Pass: inAadhaar},
		"in_gstin":   {Pass: inGSTIN, Proof: true},
		"kr_brn":     {Pass: krBRN},
		"kr_rrn":     {Pass: krRRN, Proof: true},
		"nz_ird":     {Pass: nzIRD},
		"sg_nric":    {Pass: sgNRIC, Proof: true},
		"tw_id":      {Pass: twID, Proof: true},
		"vn_tax":     {Pass: vnTax},
		"za_id":      {Pass: zaID, Proof: true},
	}
	for name, s := range schemes {
		all[name] = Check{Pass: s.pass, Proof: len(s.rows) > 1}
	}
	return all
}

// Lookup returns the check of that name.
func Lookup(name string) (Check, bool) {
	c, ok := checks[name]
	return c, ok
}

// Names lists all checks, sorted.
func Names() []string {
	names := make([]string, 0, len(checks))
	for n := range checks {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func isAlnum(c byte) bool { return isDigit(c) || isUpper(c) || isLower(c) }

// digits copies the digits of s into buf and returns them; ok is false if
// there are more than fit.
func digits(buf []byte, s string) (out []byte, ok bool) {
	out = buf[:0]
	for i := range len(s) {
		if !isDigit(s[i]) {
			continue
		}
		if len(out) == cap(buf) {
			return nil, false
		}
		out = append(out, s[i])
	}
	return out, true
}

// uniform reports whether all bytes are the same.
func uniform(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}
