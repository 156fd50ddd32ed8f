package validate

import "testing"

// TestNationalNumbers holds every validator that has no other test to a number in
// order and one out of it. They are specimens that the issuers print, or digits
// counted up with the check digit that the specification gives; an independent
// implementation agreed on each.
func TestNationalNumbers(t *testing.T) {
	tested := map[string]bool{
		"card": true, "email": true, "github_token": true, "iban": true, "ip": true, "jwt": true,
		"mac": true, "phone": true, "random": true, "secret": true, "ssn": true, // TestChecks
	}
	for _, c := range []struct{ check, right, wrong string }{
		{"ar_cbu", "0170099200000012345674", "0170099200000012345670"},
		{"ar_cuit", "20123456786", "20123456780"},
		{"at_vnr", "1237010180", "1230010180"},
		{"au_abn", "18123456789", "00123456789"},
		{"au_acn", "123456780", "123456781"},
		{"au_medicare", "2123 45670 1", "2123 45671 1"},
		{"au_tfn", "123456782", "123456780"},
		{"baltic_id", "38001011235", "38001011230"},
		{"base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"},
		{"be_nrn", "80010112379", "80010112300"},
		{"be_vat", "0123456749", "0123456700"},
		{"bech32", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"},
		{"bg_egn", "8001011236", "8001011230"},
		{"br_cnpj", "12345678000195", "12345678000100"},
		{"br_cpf", "12345678909", "12345678900"},
		{"ca_sin", "123456782", "123456780"},
		{"ch_ahv", "7561234567897", "7561234567890"},
		{"ch_uid", "CHE123456788", "CHE123456780"},
		{"cl_rut", "123456785", "123456780"},
		{"cn_ric", "11010519491231002X", "110105194912310020"},
		{"cn_uscc", "91110000123456789Q", "911100001234567890"},
		{"co_nit", "1234567896", "1234567890"},
		{"cz_ico", "12345679", "12345670"},
		{"cz_rc", "8001011238", "8001011230"},
		{"de_idnr", "11234567890", "11234567891"},
		{"de_kvnr", "A123456780", "A123456781"},
		{"de_rvnr", "15 070649 C 103", "15 070649 C 104"},
		{"de_vat", "123456788", "123456780"},
		{"dk_cvr", "12345674", "12345670"},
		{"do_cedula", "001-1234567-3", "001-1234567-4"},
		{"ec_cedula", "1712345675", "1712345670"},
		{"eip55", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
		{"es_cif", "A12345674", "A12345670"},
		{"es_nass", "281234567840", "281234567841"},
		{"es_nif", "12345678Z", "123456780"},
		{"fi_hetu", "010180-1232", "010180-1230"},
		{"fi_ytunnus", "12345671", "12345670"},
		{"fr_birth", "1800175123456", "1801375123456"},
		{"fr_nir", "180017512345660", "180017512345600"},
		{"fr_siren", "123456782", "123456780"},
		{"fr_siret", "12345678200010", "12345678200011"},
		{"fr_spi", "0123456789211", "0123456789000"},
		{"fr_tva", "11123456782", "00123456782"},
		{"generated", "0123456789abcdef", "abababababababab"},
		{"gr_afm", "123456783", "123456780"},
		{"hk_id", "A123456(3)", "A123456(4)"},
		{"hr_oib", "12345678903", "12345678900"},
		{"hu_tax", "12345676", "12345670"},
		{"icao_document", "C01X00T478", "C01X00T477"},
		{"ie_pps", "1234567T", "12345670"},
		{"il_id", "123456782", "123456780"},
		{"imei", "490154203237518", "490154203237510"},
		{"in_aadhaar", "234567890124", "234567890120"},
		{"in_gstin", "27ABCPE1234F1ZB", "27ABCPE1234F1Z0"},
		{"is_kt", "1201743399", "1201743309"},
		{"it_cf", "RSSMRA80A01H501U", "RSSMRA80A01H5010"},
		{"it_iva", "12345670017", "12345670010"},
		{"jmbg", "0101006500006", "0101006500007"},
		{"jp_my", "123456789018", "123456789017"},
		{"kr_brn", "2208162517", "2208162518"},
		{"kr_rrn", "8001011234560", "8001011234561"},
		{"kz_iin", "800101300125", "800101300124"},
		{"lei", "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R00"},
		{"literal", "opensesame", "your-password"},
		{"mx_clabe", "002010077777777771", "002010077777777772"},
		{"mx_curp", "BOXW010101HNEXXX06", "BOXW010101HNEXXX00"},
		{"named", "12-345", "2024-05-13"},
		{"nl_bsn", "123456782", "123456780"},
		{"no_fnr", "01010112377", "01010112300"},
		{"no_konto", "12345678903", "12345678900"},
		{"no_orgnr", "987654325", "987654320"},
		{"nz_ird", "123456785", "123456780"},
		{"pe_ruc", "20123456786", "20123456780"},
		{"pl_dowod", "ABA300000", "ABA400000"},
		{"pl_nip", "1234563218", "1234563210"},
		{"pl_passport", "AA0000000", "AA0100000"},
		{"pl_pesel", "44051401359", "44051401350"},
		{"pl_regon", "123456785", "123456780"},
		{"pl_regon14", "12345678512347", "12345678512340"},
		{"pt_cc", "123456789ZZ1", "123456789ZZ0"},
		{"pt_nif", "123456789", "123456780"},
		{"ro_cnp", "1800101123450", "1800101123451"},
		{"ro_cui", "12345674", "12345670"},
		{"ru_inn10", "1234567894", "1234567890"},
		{"ru_inn12", "123456789047", "123456789000"},
		{"ru_ogrn", "1027700132195", "1027700132196"},
		{"ru_snils", "112-233-445 95", "112-233-445 96"},
		{"sv_dui", "01234567-8", "01234567-9"},
		{"kw_civil", "280010112347", "280010112340"},
		{"mrz_passport", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "L898902C35UTO7408122F1204159ZE184226B<<<<<10"},
		{"scrambled", "QwErTzUiOp", "OpenSesameNow"},
		{"se_org", "5560123456", "5560123450"},
		{"se_pnr", "8001011231", "8001011230"},
		{"sg_nric", "S1234567D", "S1234567E"},
		{"si_ddv", "12345679", "12345670"},
		{"th_id", "1234567890121", "1234567890120"},
		{"tr_tckn", "12345678950", "12345678900"},
		{"tw_id", "A123456789", "A123456788"},
		{"ua_tax", "1234567899", "1234567890"},
		{"uk_nhs", "9434765919", "9434765910"},
		{"uk_nino", "QQ 12 34 56 C", "GB123456C"},
		{"uk_utr", "1123456789", "0123456789"},
		{"uk_vat", "123456727", "123456700"},
		{"us_aba", "123456780", "123456781"},
		{"us_dea", "AB1234563", "AB1234560"},
		{"us_ein", "12-3456789", "07-1234567"},
		{"us_itin", "912-70-1234", "912-10-1234"},
		{"us_npi", "1234567893", "1234567890"},
		{"uy_ci", "1.234.567-2", "1.234.567-3"},
		{"varied", "ghp_AAAABBBBCCCCDDDD", "ghp_xxxxxxxxxxxxxxxx"},
		{"ve_rif", "V123456781", "V123456780"},
		{"vin", "1M8GDM9AXKP042788", "1M8GDM9A1KP042788"},
		{"vin_shape", "WVWZZZ1JZ3W386752", "WVWZZZ1JO3W386752"},
		{"vn_tax", "0101234565", "0101234560"},
		{"za_id", "8001015009087", "8001015009080"},
	} {
		known := mustLookup(t, c.check)
		tested[c.check] = true
		if !known.Pass(c.right) {
			t.Errorf("%s refuses %s", c.check, c.right)
		}
		if known.Pass(c.wrong) {
			t.Errorf("%s takes %s", c.check, c.wrong)
		}
	}
	for _, v := range All() {
		if !tested[v.Name] {
			t.Errorf("%s has no vector", v.Name)
		}
	}
}

// TestNationalVariants holds what one vector cannot show.
func TestNationalVariants(t *testing.T) {
	for _, c := range []struct {
		check, value string
		want         bool
	}{
		{"br_cnpj", "12.ABC.345/01DE-35", true}, // the Receita Federal's own alphanumeric example
		{"es_nif", "X1234567L", true},           // NIE: X counts as 0
		{"es_nif", "00000000T", false},
		{"fr_nir", "1 80 01 2A 004 001 68", true}, // Corsica
		{"fr_siret", "356 000 000 00048", true},   // La Poste
		{"fr_siret", "356 000 000 00028", false},
		{"fr_tva", "FR 11 123456782", true},
		{"pl_pesel", "00000000000", false},
		{"uk_vat", "GB 123 4567 27", true},
		{"se_pnr", "19800101-1231", true},
		{"se_pnr", "8013011231", false}, // no such month
		{"au_abn", "18 123 456 789", true},
		{"cn_ric", "11010519491331002X", false}, // no such month
		{"vin", "1m8gdm9axkp042788", true},
		{"vin", "short", false},
		{"imei", "4901542032375101", true}, // with a software version there is no check digit
		{"named", "AB1C2D3", true},
		{"named", "1848", false},
		{"named", "000000", false},
		{"named", "of 123", false},
		{"us_aba", "451234567", false}, // no such Federal Reserve district
	} {
		if got := mustLookup(t, c.check).Pass(c.value); got != c.want {
			t.Errorf("%s(%q) is %t", c.check, c.value, got)
		}
	}
}
