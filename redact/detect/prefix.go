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

// prefixed returns the phrases with those that begin with an Arabic or Hebrew
// word repeated for each prefix.
func prefixed(phrases []string) []string {
	out := phrases[:len(phrases):len(phrases)]
	for _, p := range phrases {
		first, _ := utf8.DecodeRuneInString(p)
		var list []string
		switch {
		case unicode.Is(unicode.Arabic, first):
			list = arabicPrefixes
		case unicode.Is(unicode.Hebrew, first):
			list = hebrewPrefixes
		}
		for _, prefix := range list {
			out = append(out, prefix+p)
		}
	}
	return out
}
