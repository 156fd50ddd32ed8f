package hide

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSentKnowsWhatWasSent(t *testing.T) {
	texts := []string{"", "I am jane.roe@example.com,", "born 1970-01-01", "PIN 4711", "Zoë"}
	s := NewSent(slices.Values([]string{"a value of the head"}), slices.Values(texts))
	for text, want := range map[string]bool{
		"jane.roe@example.com": true, "roe@example": true, "1970-01-01": true, "4711": true, "Zoë": true, "a value of the head": true, "born 1970-01-01": true,
		"john.roe@example.com": false, "jane.roe@example.org": false, "4712": false, ",born 1970": false, "a value": false,
	} {
		if got := s.Has(text); got != want {
			t.Errorf("%q was sent: %v", text, got)
		}
	}
	if got := fmt.Sprintf("%v %+v %s", s, s, s); strings.Contains(got, "jane") {
		t.Error(got)
	}
}

// FuzzSent: what stands in a text was sent.
func FuzzSent(f *testing.F) {
	f.Add("I am jane.roe@example.com", "and Zoë", 5, 12)
	f.Fuzz(func(t *testing.T, a, b string, from, to int) {
		s := NewSent(slices.Values([]string(nil)), slices.Values([]string{b, a}))
		if 0 <= from && from < to && to <= len(a) && !s.Has(a[from:to]) {
			t.Errorf("%q stands in %q", a[from:to], a)
		}
		if s.Has(a+"\x00"+b+"x") != strings.Contains(b, a+"\x00"+b+"x") {
			t.Error("a longer text was sent")
		}
	})
}

// TestManyStrangersCostNoSearch: for values of which none was sent, hardly any
// text is searched, be it names or rows of numbers.
func TestManyStrangersCostNoSearch(t *testing.T) {
	const values = 20_000
	for name, text := range map[string]func(i int) string{
		"addresses": func(i int) string { return fmt.Sprintf("user%d@example.com ", i) },
		"numbers":   func(i int) string { return fmt.Sprintf("%012d, ", i*7919*104729%1_000_000_000_000) },
	} {
		var sent strings.Builder
		for i := range values {
			sent.WriteString(text(i))
		}
		request := []string{sent.String()}
		s := NewSent(func(func(string) bool) {}, slices.Values(request))
		for i := values; i < 2*values; i++ {
			if s.Has(strings.TrimRight(text(i), ", ")) {
				t.Fatalf("%s: number %d was not sent", name, i)
			}
		}
		if searched := maxSearched - s.search; searched > values/50*sent.Len() {
			t.Errorf("%s: %d values cost a search through %d times the text", name, values, searched/sent.Len())
		}
	}
}

// TestASearchHasAnEnd: a value that looks sent costs a search, and when too
// much was searched it counts as the model's.
func TestASearchHasAnEnd(t *testing.T) {
	text := strings.Repeat("abcdefgh", 1<<17)
	s := NewSent(func(func(string) bool) {}, slices.Values([]string{text, "the end"}))
	for range 2 * maxSearched / len(text) {
		_ = s.Has("hgfe")
	}
	if s.Has("the end") {
		t.Error("it still searches")
	}
	if s.search >= 0 {
		t.Errorf("%d bytes are left", s.search)
	}
	if s = NewSent(slices.Values([]string{"known"}), s.texts); !s.Has("known") {
		t.Error("a value that was found is not known")
	}
}
