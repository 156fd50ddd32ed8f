package redact

import "strings"

// weak is the score below which a hit without proof and context gives way to the
// shape of the word around it.
const weak = 0.65

// identifierReach is how far a word is followed on either side, in bytes.
const identifierReach = 64

// identifier reports whether a number is part of a word that machines made: a
// UUID, a dated model name, a build. It is a veto on weak hits alone; whatever
// is certain or named by its context stays, and so does a hit with letters of
// its own, for its pattern meant them.
func identifier(text string, start, end int) bool {
	if strings.ContainsFunc(text[start:end], letter) {
		return false
	}
	a, b := start, end
	for a > max(0, start-identifierReach) && partOfIdentifier(text[a-1]) {
		a--
	}
	for b < min(len(text), end+identifierReach) && partOfIdentifier(text[b]) {
		b++
	}
	return strings.ContainsFunc(text[a:start], letter) || strings.ContainsFunc(text[end:b], letter) || uuid(text[a:b])
}

func letter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

func partOfIdentifier(c byte) bool {
	return letter(rune(c)) || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// uuid reports the 8-4-4-4-12 shape of RFC 9562.
func uuid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !hexDigit(s[i]) {
			return false
		}
	}
	return true
}

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}
