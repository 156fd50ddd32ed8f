package redact

import "strings"

// identifierReach is how far a word is followed on either side, in bytes.
const identifierReach = 64

// identifier reports whether a hit is part of a word that machines made: a
// UUID, a hash, a dated model name. It is a veto on weak hits alone; whatever
// is certain or named by its context stays.
func identifier(text string, start, end int) bool {
	a, b := start, end
	for a > max(0, start-identifierReach) && partOfIdentifier(text[a-1]) {
		a--
	}
	for b < min(len(text), end+identifierReach) && partOfIdentifier(text[b]) {
		b++
	}
	if a == start && b == end {
		return hash(text[a:b])
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

// hash reports a run of at least 16 hex digits that has letters.
func hash(s string) bool {
	letters := false
	for i := range len(s) {
		if !hexDigit(s[i]) {
			return false
		}
		letters = letters || s[i] > '9'
	}
	return letters && len(s) >= 16
}

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}
