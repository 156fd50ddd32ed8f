package validate

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
)

func mustLookup(t *testing.T, name string) Validator {
	t.Helper()
	v, ok := Lookup(name)
	if !ok {
		t.Fatalf("no validator %q", name)
	}
	return v
}

// TestTableIsWhole: names are unique and lower case, everything is described,
// and countries are codes.
func TestTableIsWhole(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	countries := regexp.MustCompile(`^([A-Z]{2}( [A-Z]{2})*)?$`)
	seen := map[string]bool{}
	for _, v := range table {
		switch {
		case seen[v.Name] || !shape.MatchString(v.Name):
			t.Errorf("%q is taken, or no name", v.Name)
		case v.Description == "" || strings.HasSuffix(v.Description, "."):
			t.Errorf("%s is described by %q", v.Name, v.Description)
		case !countries.MatchString(v.Countries):
			t.Errorf("%s is of %q", v.Name, v.Countries)
		case v.Source == "" && (v.Proof || v.Countries != ""):
			t.Errorf("%s proves, or is of a country, by nobody's specification", v.Name)
		}
		seen[v.Name] = true
	}
}

func TestValidators(t *testing.T) {
	header := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, c := range []struct {
		check, value string
		want         bool
	}{
		{"card", "4111111111111111", true},
		{"card", "4111-1111-1111-1111", true},
		{"card", "378282246310005", true},
		{"card", "6011111111111117", true},
		{"card", "4111111111111112", false}, // check digit
		{"card", "9111111111111119", false}, // no such issuer
		{"card", "37828224631000", false},   // one digit short of American Express
		{"card", "0000000000000000", false}, // one digit repeated
		{"card", "41111111111111111111111", false},
		{"iban", "GB82 WEST 1234 5698 7654 32", true},
		{"iban", "gb82west12345698765432", true},
		{"iban", "GB82 WEST 1234 5698 7654 33", false},
		{"iban", "GB82 WEST 1234 5698 7654 3", false},
		{"iban", "ZZ82 WEST 1234 5698 7654 32", false},
		{"iban", "MT84MALT011000012345MTLCAST001S", true},
		{"ssn", "219-09-9999", true},
		{"ssn", "987-65-4320", true},
		{"ssn", "000-12-3456", false},
		{"ssn", "666-12-3456", false},
		{"ssn", "219-00-9999", false},
		{"ssn", "219-09-0000", false},
		{"ssn", "111111111", false},
		{"ip", "192.0.2.1", true},
		{"ip", "192.0.2.0/24", true},
		{"ip", "fe80::1%eth0", true},
		{"ip", "::", false},
		{"ip", "1:2:3", false},
		{"mac", "00:00:5e:00:53:01", true},
		{"mac", "ff:ff:ff:ff:ff:ff", false},
		{"email", "a@example.com", true},
		{"email", "icon@2x.PNG", false},
		{"email", "a@b", false},
		{"phone", "+1 202 555 0182", true},
		{"phone", "2024-05-13", false},
		{"phone", "13.05.2024", false},
		{"phone", "05/13/24", false},
		{"phone", "01 99 00 12 34", true},
		{"phone", "12 34", false},
		{"mrz_passport", "AB12<<<<<8UTO8001014F2901019<<<<<<<<<<<<<<00", true},
		{"phone", "000-0000", false},
		{"phone", "673\n202 555 0182", true},
		{"phone", "5673\n202 555 0182", false},
		{"phone", "+5673 202 555 0182", true},
		{"jwt", header(`{"alg":"none"}`) + ".e30.", true},
		{"jwt", header(`{"typ":"JWT"}`) + ".e30.", false},
		{"jwt", "eyJ!.e30.", false},
		{"jwt", header(`{"alg":"none"}`), false},
		{"github_token", "ghp_000000000000000000000000000000" + "2C8GjS", true},
		{"github_token", "ghp_000000000000000000000000000000" + "2C8Gj0", false},
		{"github_token", "ghp_short", false},
		{"random", "wJalrXUtnFEMI7MDENG", true},
		{"random", "correcthorsebattery", false},
		{"random", "your-api-key-1234", false},
		{"random", "aaaaaaaa11111111", false},
	} {
		if got := mustLookup(t, c.check).Pass(c.value); got != c.want {
			t.Errorf("%s(%q) is %t", c.check, c.value, got)
		}
	}
}

// FuzzValidators: no value makes a validator panic.
func FuzzValidators(f *testing.F) {
	for _, s := range []string{"1", "@.", "::", "DE", "eyJ.", "ghp_", "\xff", "2024-05-13", "000000000000000000000000000"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) {
		if s == "" {
			return // a pattern never matches the empty text
		}
		for _, v := range table {
			v.Pass(s)
		}
	})
}
