package detect

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                   " ",
		"customerSSN_2":      " customer ssn 2 ",
		"Social  Security #": " social security ",
		"IPv4Address":        " ipv 4 address ",
		"联系电话：":              " 联 系 电 话 ",
		"ÉTÉ-Téléphone":      " été téléphone ",
		"a\xffb":             " a b ",
		"0a3bce9f":           " 0 3 9 f ",
		"ice9 x2y":           " ice 9 x 2 y ",
	} {
		if got := string(Fold(nil, in)); got != want {
			t.Errorf("Fold(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestWordsAreWholeWords(t *testing.T) {
	w := NewWords([]string{"pan", "social security", "电话", "#", "رقم الهوية", "טלפון"})
	for text, want := range map[string]bool{
		"the PAN is": true, "panic": false, "japan": false, "card_pan": true, "cardPan": true,
		"Social-Security no": true, "social": false, "我的电话是": true, "电视": false, "#": false,
		"رقم الهوية ١": true, "ورقم الهوية": true, "برقم الهوية": true, "سرقم الهوية": false, "רקם": false, "והטלפון": true, "הטלפון שלי": true,
	} {
		if got := w.In(Fold(nil, text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	if !NewWords(nil).Empty() || w.Empty() {
		t.Error("Empty is wrong")
	}
}

func TestContextEndsWhereItShould(t *testing.T) {
	for _, c := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"whole words", "my telephone number: |", 17, " number: "},
		{"at the line", "phone\nname: |", 40, "name: "},
		{"but a label above counts", "Phone:\n|", 40, "Phone:\n"},
		{"at another number", "phone 5550182 id: |", 40, "50182 id: "},
		{"not at a short one", "phone 2: |", 40, "phone 2: "},
		{"at the beginning", "tel |", 40, "tel "},
		{"in runes", "телефон: |", 9, "телефон: "},
		{"not a word that the hit goes on with", "tel phone|x", 40, "tel "},
		{"nor one between its digits", "tel 12ab|34", 40, "tel 12"},
		{"but a name that a capital ends", "tel phone|X", 40, "tel phone"},
	} {
		before, hit, _ := strings.Cut(c.text, "|")
		if got := Before(before+hit, len(before), c.n); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := After("| is my phone number\nx", 1, 14); got != " is my phone " {
		t.Errorf("after: %q", got)
	}
	for text, want := range map[string]string{
		"| a\nb":                     " a",
		"| Madrid. Tel.: 917":        " Madrid.",
		"| (cell), fax no: 917":      " (cell),",
		"| phone: 917":               "",
		"| phone at 10:30":           " phone at 10:30",
		"| is my telephone. Call me": " is my telephone.",
		"| 电话：917":                   " 电话：917", // folded to a colon before it is read
	} {
		if got := After(text, 1, 17); got != want {
			t.Errorf("after %q: %q, want %q", text, got, want)
		}
	}
}

// FuzzContext: windows are pieces of the text before and behind the hit, never
// longer than asked, and their words are words of the text; of a number it may be
// the end.
func FuzzContext(f *testing.F) {
	f.Add("phone: 123", 7, 5)
	f.Add("\xff\x80é", 2, 9)
	f.Add("héé", 2, 1) // the hit ends inside a rune: the window may not begin before it
	f.Fuzz(func(t *testing.T, text string, at, n int) {
		if at < 0 || at > len(text) || n < 0 {
			return
		}
		b, a := Before(text, at, n), After(text, at, n)
		if !strings.Contains(text[:at], b) || !strings.Contains(text[at:], a) {
			t.Fatalf("%q at %d: %q and %q are not beside it", text, at, b, a)
		}
		if !utf8.ValidString(text) || !utf8.ValidString(text[:at]) {
			return
		}
		words := string(Fold(nil, text))
		for _, w := range strings.Fields(string(Fold(Fold(nil, b), a))) {
			if number := strings.ContainsFunc(w, unicode.IsDigit); !number && !strings.Contains(words, " "+w+" ") {
				t.Fatalf("%q at %d: %q and %q have the word %q", text, at, b, a, w)
			}
		}
		if utf8.RuneCountInString(b) > n || utf8.RuneCountInString(a) > n {
			t.Fatalf("%q at %d: more than %d runes", text, at, n)
		}
	})
}
