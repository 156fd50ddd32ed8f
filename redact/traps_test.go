package redact_test

import (
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestTraps holds what other detectors fall into on real traffic and program
// text. None of the texts has anything private unless a finding is named.
func TestTraps(t *testing.T) {
	e, _ := builtinEngine(t)
	for _, c := range []struct{ trap, key, text, want string }{
		{"an escape is no part of a licence number", "", `driver license\n3\nname\n12`, ""},
		{"a model's date is no phone and no date", "", "claude-3-5-haiku-20241022, gpt-4o-2024-08-06, max_tokens: 128000", ""},
		{"Unix times and build numbers are no phones", "", `{"created":1731240000,"build":"10.0.19045.3693","ttl":86400000}`, ""},
		{"integer limits pass weak sums", "", "2147483647 -2147483648 4294967295 9223372036854775807 -9223372036854775808 65535", ""},
		{"a checksum of one digit is no evidence", "", "123456782 1234563218 44051401359 8001011236 12345678903", ""},
		{"digits of a float are no card", "", "0.4111111111111111 3.14159265358979 -378282246310005.5", ""},
		{"nor are those of a hexadecimal number or an identifier", "", "0x4111111111111111 id_4111111111111111x", ""},
		{"object identifiers and versions are no addresses", "", "oid 1.3.6.1.4.1.311 2.5.4.10 v1.2.3.4 Chrome/120.0.6099.109 version 10.0.0.1", ""},
		{"a dot in code is no mail and no link", "", "name.mo p.er user@2x.png obj@v1.2.3", ""},
		{"context is whole words: pan is not panic", "", "panic: 1234F index 12345", ""},
		{"tin is not listing, run and bis are ordinary words", "", "listing 12-3456789; run 12345678; von 10000 bis 20000; CR 1234567", ""},
		{"a word far away says nothing", "", "The passport office was closed, so they went to the museum instead and bought item X1234567.", ""},
		{"nor does one on another line", "", "passport\nfee: paid\nitem X1234567", ""},
		{"one winner a byte", "", "SSN 219-09-9999", "us.ssn=219-09-9999"},
		{"a card beats the account that it could be", "", "account 4111 1111 1111 1111", "card=4111 1111 1111 1111"},
		{"a phone is a phone though it has the digits of a date", "", "phone 20-05-2024-13", "phone=20-05-2024-13"},
		{"a failed checksum in a field named for it counts", "iban", "DE89 3704 0044 0532 0130 01", "iban.mistyped=DE89 3704 0044 0532 0130 01"},
		{"so does one of a wallet", "btc_address", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "crypto.base58=1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"},
		{"and of a national number", "pesel", "44051401350", "pl.pesel=44051401350"},
		{"but elsewhere it is a number", "", "GB82 WEST 1234 5698 7654 33", ""},
	} {
		found, err := e.Scan(t.Context(), []redact.Field{{Key: c.key, Text: plain.New(c.text)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := marks(c.text, found); got != c.want {
			t.Errorf("%s: %q: got %q, want %q", c.trap, c.text, got, c.want)
		}
	}
}

// TestProofBeatsAGuess: with a right check digit a number scores higher beside
// the same word than with a wrong one, and both are found.
func TestProofBeatsAGuess(t *testing.T) {
	e, _ := builtinEngine(t)
	for right, wrong := range map[string]string{
		"PESEL 44051401359":  "PESEL 44051401350",
		"CPF 123.456.789-09": "CPF 123.456.789-00",
		"BSN 123456782":      "BSN 123456780",
	} {
		a, b := scan(t, e, right), scan(t, e, wrong)
		if len(a) != 1 || len(b) != 1 || a[0].Score <= b[0].Score {
			t.Errorf("%s: %v, %s: %v", right, a, wrong, b)
		}
	}
}
