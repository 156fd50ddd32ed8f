package redact_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestHostileTextIsBounded: texts made to be slow end well before a deadline
// that is generous for a busy machine, nothing times out, and what is in them
// is found.
func TestHostileTextIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("scans 30 MB of hostile text")
	}
	e, _ := builtinEngine(t)
	for _, c := range []struct {
		name, piece  string
		bytes, found int
	}{
		{"ten million digits", "1234567890", 10_000_000, 0},
		{"a megabyte without a space", "a", 1_000_000, 0},
		{"digits and separators", "12-34 567-89.", 1_000_000, 0},
		{"local parts without a domain", "aaaa@", 1_000_000, 0},
		{"hex and colons", "0a:1B:", 1_000_000, 0},
		{"half of an IBAN", "DE12", 1_000_000, 0},
		{"bytes that are not UTF-8", "\x80", 1_000_000, 0},
		{"URLs without end", "a://b:c", 1_000_000, 0},
		{"a million findings", "a@b.cc ", 7_000_000, 1_000_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			if raceDetector { // which makes it some ten times as slow
				c.bytes, c.found = c.bytes/10, c.found/10
			}
			text := strings.Repeat(c.piece, c.bytes/len(c.piece))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			begin := time.Now()
			found, err := e.Scan(ctx, []redact.Field{{Text: plain.New(text)}})
			if err != nil || len(found) != c.found {
				t.Errorf("%d findings, want %d; error %v", len(found), c.found, err)
			}
			t.Logf("%.1f MB/s", float64(len(text))/1e6/time.Since(begin).Seconds())
		})
	}
}

// TestCutKeyIsFound: a private key block whose end is missing is one all the same.
func TestCutKeyIsFound(t *testing.T) {
	e, _ := builtinEngine(t)
	key := "-----BEGIN RSA PRIVATE KEY-----\n" + strings.Repeat("MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAA\n", 60)
	for _, text := range []string{key, key + "-----END RSA PRIVATE KEY-----", strings.ReplaceAll(key, "\n", `\n`)} {
		found := scan(t, e, "x: "+text)
		if len(found) != 1 || found[0].Rule != "key.private" || found[0].Start != 3 || found[0].End < 3+len(strings.TrimRight(text, "\n")) {
			t.Errorf("%.40q…: %+v", text, found)
		}
	}
}

// TestLongKeysAreHeardInPart: a key is heard once for each match, so that one
// as long as a text would multiply with it.
func TestLongKeysAreHeardInPart(t *testing.T) {
	e, _ := builtinEngine(t)
	for key, want := range map[string]int{"ssn " + strings.Repeat("x ", 10_000): 1, strings.Repeat("x ", 10_000) + "ssn": 0} {
		found, err := e.Scan(t.Context(), []redact.Field{{Key: key, Text: plain.New("219099999")}})
		if err != nil || len(found) != want {
			t.Errorf("%.8s…: %d findings, want %d; error %v", key, len(found), want, err)
		}
	}
}
