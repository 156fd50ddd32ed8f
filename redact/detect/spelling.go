package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// minPlain is the length, in letters, from which a phrase is also heard without
// its marks: "né" is born, but "ne" is not.
const minPlain = 5

// spellings returns a phrase and how it is typed where letters with marks are not
// at hand, as in the names of fields: "führerschein" as "fuhrerschein" and
// "fuehrerschein".
func spellings(phrase string) []string {
	list := append([]string{phrase}, prefixed(phrase)...)
	if utf8.RuneCountInString(phrase) < minPlain {
		return list
	}
	for _, plain := range []string{unmarked(phrase), unmarked(umlauts.Replace(phrase))} {
		if plain != list[len(list)-1] {
			list = append(list, plain)
		}
	}
	return list
}

// umlauts are what German and its neighbours write out.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "å", "aa", "ø", "oe")

// undivided are letters that no mark can be taken from.
var undivided = strings.NewReplacer("ł", "l", "Ł", "L", "ø", "o", "Ø", "O", "đ", "d", "Đ", "D", "ß", "ss", "æ", "ae", "Æ", "Ae", "œ", "oe", "ı", "i")

// unmarked returns a phrase with its Latin letters bare. Marks of other scripts
// are no ornament: without them "й" is another letter.
func unmarked(phrase string) string {
	var b strings.Builder
	latin := false
	for _, r := range norm.NFD.String(undivided.Replace(phrase)) {
		mark := unicode.Is(unicode.Mn, r)
		if !mark {
			latin = unicode.Is(unicode.Latin, r)
		}
		if !mark || !latin {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}
