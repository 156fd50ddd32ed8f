package redact_test

import (
	"errors"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

const addresses = `- {id: mail, entity: EMAIL, patterns: [{regex: '\ba\d@b\.cc\b'}]}`

// TestMostFindings: a scan may find as many as its engine allows, in one field
// or in many, seen before or not, and what is over that is left out.
func TestMostFindings(t *testing.T) {
	const most = 40
	repeat := func(n int) plain.Text { return plain.New(strings.Repeat("a1@b.cc ", n)) }
	e := engine(t, addresses, redact.Options{MaxFindings: most, Secrets: []redact.Secret{{Name: "DB", Value: plain.New(registered)}}})
	for name, c := range map[string]struct {
		fields []redact.Field
		many   bool
	}{
		"as many":                {[]redact.Field{{Text: repeat(most)}}, false},
		"one more":               {[]redact.Field{{Text: repeat(most + 1)}}, true},
		"as many in two fields":  {[]redact.Field{{Text: repeat(most / 2)}, {Text: repeat(most / 2)}}, false},
		"one more in two fields": {[]redact.Field{{Text: repeat(most / 2)}, {Text: repeat(most/2 + 1)}}, true},
		"far too many":           {[]redact.Field{{Text: repeat(100 * most)}}, true},
		"registered values":      {[]redact.Field{{Text: plain.New(strings.Repeat(registered+" ", most+1))}}, true},
	} {
		for _, when := range []string{"first", "again"} {
			found, err := e.Scan(t.Context(), c.fields)
			if errors.Is(err, redact.ErrTooMany) != c.many || (err == nil) == c.many || len(found) != most {
				t.Errorf("%s, %s: %d findings, error %v", name, when, len(found), err)
			}
		}
	}
}

// TestMemoryOfManyFindings: a scan that finds more than it may keeps no more of
// it than of what it may find, but for the list of places to look at.
func TestMemoryOfManyFindings(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools forget at random")
	}
	const most, size = 1 << 10, 2 << 20
	e := engine(t, addresses, redact.Options{MaxFindings: most})
	text := plain.New(strings.Repeat("a1@b.cc ", size/8))
	var err error
	bytes := allocates(func() { _, err = e.Scan(t.Context(), []redact.Field{{Text: text}}) })
	const places = 32 // bytes for each of the text: a list of places that doubled as it grew
	if !errors.Is(err, redact.ErrTooMany) || bytes > places*size {
		t.Errorf("%d bytes of memory for %d of text, error %v", bytes, size, err)
	}
}
