package baseline_test

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"

	"coatcheck/redact/baseline"
	"coatcheck/redact/plain"
)

var email = plain.New("jane.roe@example.com")

func written(t *testing.T, b *baseline.Baseline) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBaselineKnowsWhatItAccepted: a finding is its file, its type and its
// value; all three count.
func TestBaselineKnowsWhatItAccepted(t *testing.T) {
	key := baseline.NewKey()
	b := baseline.New(key)
	b.Accept("a.txt", "EMAIL", email)
	b.Accept("a.txt", "EMAIL", email)
	b.Accept("gone.txt", "PHONE", plain.New("+1 202-555-0143"))
	text := written(t, b)
	if n := strings.Count(string(text), `"hash"`); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
	if strings.Contains(string(text), "jane") {
		t.Error("the list holds text")
	}
	b, err := baseline.Parse(text, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, entity string
		value        plain.Text
		want         bool
	}{
		{"b.txt", "EMAIL", email, false},
		{"a.txt", "URL", email, false},
		{"a.txt", "EMAIL", plain.New("john.roe@example.com"), false},
		{"a.txtE", "MAIL", email, false},
		{"a.txt", "EMAIL", email, true},
	} {
		if got := b.Has(c.file, c.entity, c.value); got != c.want {
			t.Errorf("%s in %s: accepted %v, want %v", c.entity, c.file, got, c.want)
		}
	}
	if got := b.Stale(); !maps.Equal(got, map[string]int{"gone.txt": 1}) {
		t.Errorf("stale %v", got)
	}
	if !bytes.Equal(written(t, b), text) {
		t.Error("it is not written as it was read")
	}
}

// TestBaselineNeedsItsKey: with another key nothing is told, not even that a
// value is absent.
func TestBaselineNeedsItsKey(t *testing.T) {
	key := baseline.NewKey()
	text := written(t, baseline.New(key))
	if _, err := baseline.Parse(text, baseline.NewKey()); !errors.Is(err, baseline.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	back, err := baseline.ParseKey(key.Text())
	if err != nil || back != key {
		t.Errorf("the key is not read as it is written: %v", err)
	}
	for _, bad := range []string{"", "zz", string(key.Text()[1:]), `{"version":2}`} {
		if _, err := baseline.ParseKey([]byte(bad)); err == nil {
			t.Errorf("taken for a key: %q", bad)
		}
		if _, err := baseline.Parse([]byte(bad), key); err == nil {
			t.Errorf("taken for a baseline: %q", bad)
		}
	}
}
