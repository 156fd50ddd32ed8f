package detect

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestLexiconMissesNoWord: what Words finds around a hit, the lexicon has seen
// in the text, however the words are written and glued together.
func TestLexiconMissesNoWord(t *testing.T) {
	lists := [][]string{
		{"tax id", "NIP"},
		{"d'identité"},
		{"身份证"},
		{"ИНН", "инн"},
		{"KvK nummer"},
		{"ice9"},
		{"#"},
		{strings.Repeat("x", 80)},
		{"número de contribuinte"},
		{"a c"},
	}
	l := NewLexicon(len(lists))
	words := make([]Words, len(lists))
	for i, list := range lists {
		l.Add(i, list)
		words[i] = NewWords(list)
	}
	pieces := []string{
		"tax", "Id", "TAX_ID", "nip", "NIPu", "d'", "identité", "IDENTITÉ", "身", "份证", "инн", "ИНН", "Kv", "K", "nummer",
		"ice", "9", "ice9", " ", "-", "_", "2", "\xff", "número", "DE", "contribuinte", "a", "c", strings.Repeat("x", 80), "K",
	}
	rng := rand.New(rand.NewPCG(5, 5))
	for range 20_000 {
		var b strings.Builder
		n := 1 + rng.IntN(8)
		if rng.IntN(500) == 0 {
			n = 400 // more words than are cut at once
		}
		for range n {
			b.WriteString(pieces[rng.IntN(len(pieces))])
			if rng.IntN(2) == 0 {
				b.WriteByte(' ')
			}
		}
		seen := NewSet(len(lists))
		l.Spoken(seen, b.String())
		for i := range lists {
			if words[i].In(Fold(nil, b.String())) && !seen.Has(i) {
				t.Fatalf("%q: a word of list %d is missed", b.String(), i)
			}
		}
	}
}

func TestLexiconTellsTextsApart(t *testing.T) {
	l := NewLexicon(2)
	l.Add(0, []string{"passport number"})
	l.Add(1, []string{"iban"})
	for text, want := range map[string][2]bool{
		"my PassportNumber":  {true, false},
		"a number":           {false, false},
		"the iban, please":   {false, true},
		"passport and IBAN:": {false, true},
		"passport - number ": {true, false},
		"number of passport": {false, false},
		"passport 4number":   {false, false},
		"passport 4number 5": {false, false},
		"passport no. 12345": {false, false},
		"":                   {false, false},
	} {
		s := NewSet(2)
		if l.Spoken(s, text); s.Has(0) != want[0] || s.Has(1) != want[1] {
			t.Errorf("%q: %t, %t", text, s.Has(0), s.Has(1))
		}
	}
}
