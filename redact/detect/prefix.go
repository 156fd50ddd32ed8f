package detect

import (
	"unicode"
	"unicode/utf8"
)

// Arabic and Hebrew write short words onto the next one: "and", "in", "for",
// "like", "the", and pairs of them. A word of a context counts with any of them
// in front, or the second field of every sentence would have no name.
var (
	arabicPrefixes = []string{"و", "ف", "ب", "ل", "ك", "ال", "وال", "فال", "بال", "كال", "لل", "ول", "وب", "ولل", "وبال"}
	hebrewPrefixes = []string{"ו", "ב", "ל", "כ", "מ", "ש", "ה", "וה", "וב", "ול", "ומ", "שב", "של", "מה"}
)

// prefixed returns a phrase that begins with an Arabic or Hebrew word once more
// for each prefix, and nothing for another.
func prefixed(phrase string) (list []string) {
	first, _ := utf8.DecodeRuneInString(phrase)
	var prefixes []string
	switch {
	case unicode.Is(unicode.Arabic, first):
		prefixes = arabicPrefixes
	case unicode.Is(unicode.Hebrew, first):
		prefixes = hebrewPrefixes
	}
	for _, p := range prefixes {
		list = append(list, p+phrase)
	}
	return list
}
