package hide

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

var errFailed = errors.New("an earlier scan of this text failed")

// settled returns how much of a text is settled: no value that begins there can
// grow by what follows. The rest is the end of the text:
//
//   - a key block that has begun and not ended;
//   - the last word, and a plain word before it if "at" or "dot" may follow it;
//   - the numbers before that, with the short and the upper-case words among
//     them, as in "4111 1111 1111 1111", "GB29 NWBK 6016" or "RSSMRA 85T10 A562S".
func settled(s string) int {
	cut := tail(s)
	for cut < len(s) && cut > 0 && strings.IndexByte("\"'`", s[cut-1]) >= 0 {
		cut-- // some rules take the quotes for a part of the value
	}
	const begin, end = "-----BEGIN ", "-----END "
	if at := strings.LastIndex(s, begin); at >= 0 && at < cut {
		rest := s[at+len(begin):]
		if i := strings.Index(rest, end); i < 0 || !strings.Contains(rest[i+len(end):], "-----") {
			cut = at
		}
	}
	return cut
}

const (
	maxWords = 64 // of a tail
	maxLoose = 2  // words without a digit that may stand side by side among numbers
	maxGap   = 8  // bytes of white space between two words of a tail
)

// tail returns where the words begin at the end of s that may be one value.
func tail(s string) int {
	cut, p := len(s), len(s)
	chain := true // what stands before may belong to the same group of numbers
	loose := 0    // words without a digit, side by side
	joins := true // what follows is, or may become, "at" or "dot"
	for n := range maxWords {
		end := gapBefore(s, p)
		start := wordBefore(s, end)
		if start == end || n > 0 && p-end > maxGap {
			break
		}
		word, open := s[start:end], n == 0 && end == p
		kind := kindOf(word)
		switch {
		case open || joins || connects(word):
			cut = start
		case !chain || kind == plainWord || kind != number && loose == maxLoose:
			return cut
		case kind == number || kind == upperWord:
			cut = start
		}
		chain = chain && kind != plainWord
		loose++
		if kind == number {
			loose = 0
		}
		joins = connects(word) || open && connectorBegins(word)
		p = start
	}
	return cut
}

// wordKind says what part a word may have in a group of numbers.
type wordKind uint8

const (
	plainWord wordKind = iota // none
	shortWord                 // it may stand between two numbers
	upperWord                 // it may be the first of a group, too
	number                    // it has a digit, or only parts numbers
)

func kindOf(word string) wordKind {
	letters := strings.ContainsFunc(word, unicode.IsLetter)
	switch {
	case strings.ContainsFunc(word, unicode.IsDigit) || !letters && len(word) <= 2:
		return number
	case strings.ContainsFunc(word, unicode.IsUpper) && !strings.ContainsFunc(word, unicode.IsLower):
		return upperWord
	case utf8.RuneCountInString(word) <= 4:
		return shortWord
	}
	return plainWord
}

// gapBefore returns where the white space before p begins.
func gapBefore(s string, p int) int {
	return len(strings.TrimRightFunc(s[:p], unicode.IsSpace))
}

// wordBefore returns where the word begins that ends at p. White space ends a
// word, and so do characters that part fields, and scripts without spaces.
func wordBefore(s string, p int) int {
	i := strings.LastIndexFunc(s[:p], parts)
	if i < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return i + size
}

func parts(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r == ' ' || '\t' <= r && r <= '\r' || strings.ContainsRune("\"`,{}<>|", r)
	case 0xFF10 <= r && r <= 0xFF5A: // full-width digits and letters
		return false
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai) ||
		0x3000 <= r && r <= 0x303F || 0xFF00 <= r && r <= 0xFF65
}

// connects reports a word that stands for the signs of an address.
func connects(word string) bool {
	switch strings.ToLower(strings.Trim(word, "()[]{}<>.")) {
	case "at", "dot":
		return true
	}
	return word == "@" || word == "."
}

// maxConnector is the length of the longest such word, in bytes.
const maxConnector = len("(dot).")

// connectorBegins reports whether a word that is not whole may become one.
func connectorBegins(word string) bool {
	w := strings.ToLower(strings.TrimLeft(word, "([{<"))
	return strings.HasPrefix("at", w) || strings.HasPrefix("dot", w) || connects(word)
}
