package detect

import (
	"slices"
	"testing"
)

func TestSpellings(t *testing.T) {
	for phrase, want := range map[string][]string{
		"passport":               {"passport"},
		"führerschein":           {"führerschein", "fuhrerschein", "fuehrerschein"},
		"cédula":                 {"cédula", "cedula"},
		"dowód osobisty":         {"dowód osobisty", "dowod osobisty"},
		"hasło do konta":         {"hasło do konta", "haslo do konta"},
		"rodné číslo":            {"rodné číslo", "rodne cislo"},
		"steuernummer für große": {"steuernummer für große", "steuernummer fur grosse", "steuernummer fuer grosse"},
		"né":                     {"né"},
		"мобильный":              {"мобильный"},
		"パスポート":                  {"パスポート"},
		"số điện thoại":          {"số điện thoại", "so dien thoai"},
	} {
		if got := spellings(phrase); !slices.Equal(got, want) {
			t.Errorf("%q is also spelled %q, want %q", phrase, got, want)
		}
	}
}

// TestWordsWithoutMarks: a phrase is heard however its letters are typed, and the
// lexicon knows of it.
func TestWordsWithoutMarks(t *testing.T) {
	phrases := []string{"numéro de sécurité sociale", "führerschein", "né"}
	w, l := NewWords(phrases), NewLexicon(1)
	l.Add(0, phrases)
	for text, want := range map[string]bool{
		"numéro de sécurité sociale": true, "NUMERO_DE_SECURITE_SOCIALE": true, "fuehrerschein_nr": true,
		"Fuhrerschein": true, "ne le": false, "né le": true,
	} {
		if got := w.In(Fold(nil, text)); got != want {
			t.Errorf("%q: heard %t, want %t", text, got, want)
		}
		set := NewSet(1)
		l.Spoken(set, text)
		if want && !set.Has(0) {
			t.Errorf("%q: not in the lexicon", text)
		}
	}
}
