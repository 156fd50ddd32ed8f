package validate_test

import (
	"slices"
	"testing"

	"coatcheck/redact/detect/validate"
)

func TestReservedValuesAreNobodys(t *testing.T) {
	for _, c := range []struct{ entity, value, class string }{
		{"CREDIT_CARD", "4111 1111 1111 1111", validate.TestCard},
		{"CREDIT_CARD", "4111-1111-1111-1129", ""},
		{"PHONE", "+1 (202) 555-0143", validate.FictionalPhone},
		{"PHONE", "202.555.0199", validate.FictionalPhone},
		{"PHONE", "555-0100", validate.FictionalPhone},
		{"PHONE", "202-555-0200", ""},
		{"PHONE", "+44 20 7946 0018", validate.FictionalPhone},
		{"PHONE", "07700 900123", validate.FictionalPhone},
		{"PHONE", "07700 800123", ""},
		{"IP", "192.0.2.17", validate.DocAddress},
		{"IP", "198.51.100.0/24", validate.DocAddress},
		{"IP", "2001:db8::1%eth0", validate.DocAddress},
		{"IP", "::ffff:203.0.113.9", validate.DocAddress},
		{"IP", "192.0.3.1", ""},
		{"IP", "no address", ""},
		{"MAC", "00-00-5E-00-53-01", validate.DocAddress},
		{"MAC", "00-00-5E-00-52-01", ""},
		{"EMAIL", "jane@example.com", validate.ExampleDomain},
		{"EMAIL", "jane@mail.Example.ORG", validate.ExampleDomain},
		{"EMAIL", "jane@host.test", validate.ExampleDomain},
		{"EMAIL", "jane@notexample.com", ""},
		{"EMAIL", "jane@example.com.evil.net", ""},
		{"URL", "https://www.example.com:8443/a?b@c", validate.ExampleDomain},
		{"URL", "postgres://jane:secret@db.example.com/x", validate.ExampleDomain},
		{"URL", "https://example.com@evil.net/", ""},
		{"US_SSN", "987-65-4320", validate.SampleSSN},
		{"US_SSN", "078 05 1120", validate.SampleSSN},
		{"US_SSN", "987-65-4330", ""},
		{"PHONE", "", ""},
		{"ID_NUMBER", "4111111111111111", ""},
	} {
		class, ok := validate.Reserved(c.entity, c.value)
		if ok != (c.class != "") || ok && class != c.class {
			t.Errorf("%s %q: %q, %t; want %q", c.entity, c.value, class, ok, c.class)
		}
		if ok && !slices.Contains(validate.ReservedClasses(), class) {
			t.Errorf("class %q is not listed", class)
		}
	}
}
