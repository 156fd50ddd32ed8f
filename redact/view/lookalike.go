package view

import (
	"unicode"
	"unicode/utf8"
)

// latin maps letters of Cyrillic and Greek that are drawn like Latin ones
// (Unicode Technical Standard 39, confusables), one-to-one pairs only.
var latin = map[rune]string{
	'а': "a", 'с': "c", 'ԁ': "d", 'е': "e", 'һ': "h", 'і': "i", 'ј': "j", 'ӏ': "l", 'о': "o", 'р': "p", 'ԛ': "q",
	'ѕ': "s", 'у': "y", 'х': "x", 'ѵ': "v", 'ԝ': "w", 'к': "k", 'м': "m", 'т': "t", 'г': "r",
	'А': "A", 'В': "B", 'С': "C", 'Е': "E", 'Н': "H", 'І': "I", 'Ј': "J", 'К': "K", 'М': "M", 'О': "O", 'Р': "P",
	'Ѕ': "S", 'Т': "T", 'У': "Y", 'Х': "X",
	'α': "a", 'ο': "o", 'ν': "v", 'ρ': "p", 'ι': "i", 'κ': "k", 'υ': "u", 'χ': "x", 'γ': "y", 'ε': "e", 'τ': "t",
	'Α': "A", 'Β': "B", 'Ε': "E", 'Ζ': "Z", 'Η': "H", 'Ι': "I", 'Κ': "K", 'Μ': "M", 'Ν': "N", 'Ο': "O", 'Ρ': "P",
	'Τ': "T", 'Υ': "Y", 'Χ': "X",
}

// wordLength bounds the word that is looked at around a letter, in bytes.
const wordLength = 64

// mixed looks at the word around i. Look-alikes are replaced only beside Latin
// letters of the same word: a Russian name stays what it is.
func (c *changes) mixed(i int) {
	text := c.text
	start, end, ascii := i, i, false
	for start > max(0, i-wordLength) {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		ascii = ascii || r < utf8.RuneSelf && isLetter(byte(r))
		start -= size
	}
	for end < min(len(text), i+wordLength) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		ascii = ascii || r < utf8.RuneSelf && isLetter(byte(r))
		end += size
	}
	if c.seen = end; !ascii {
		return
	}
	for at, r := range text[i:end] {
		if with, ok := latin[r]; ok {
			c.add(i+at, i+at+utf8.RuneLen(r), with)
		}
	}
}
