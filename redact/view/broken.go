package view

import (
	"strings"
	"unicode/utf8"
)

// lineReach is how much of the lines before and behind a break is read with
// it, in bytes.
const lineReach = 160

// broken yields the readings of values that a line break cuts in two, one
// reading a break: the two lines as one. Where a number is broken the break may
// have taken the place of a space or not: both are read.
func (l *level) broken(text string, yield func(*Reading) bool) bool {
	for i := range each(text, 0, len(text), '\n') {
		start, end := i, i+1
		for start > max(0, i-4) && gap(text[start-1]) && text[start-1] != '\n' {
			start--
		}
		for end < min(len(text), i+24) && (text[end] == ' ' || text[end] == '\t' || text[end] == '>') {
			end++
		}
		if start == 0 || end >= len(text) || !joins(text, start, end) {
			continue
		}
		from, to := lineStart(text, start), lineEnd(text, end)
		if !yield(l.assemble(text, from, to, []patch{{start, end, ""}}, true)) {
			return false
		}
		if number(text[start-1], text[end]) && !yield(l.assemble(text, from, to, []patch{{start, end, " "}}, true)) {
			return false
		}
	}
	return true
}

func lineStart(text string, i int) int {
	from := max(0, i-lineReach)
	if n := strings.LastIndexByte(text[from:i], '\n'); n >= 0 {
		return from + n + 1
	}
	return pieceStart(text, min(i, from+margin))
}

func lineEnd(text string, i int) int {
	to := min(len(text), i+lineReach)
	if n := strings.IndexByte(text[i:to], '\n'); n >= 0 {
		return i + n
	}
	return pieceEnd(text, max(i, to-margin))
}

const (
	// sides is how much of a line beside its break is looked at, in bytes.
	sides = 24
	// minBroken is how many digits beside a line break may be one number: those
	// of a list's items are fewer.
	minBroken = 6
)

// joins reports whether what stands on both sides of a break looks like parts
// of one value: digits enough, an address, or a word that has digits in it.
func joins(text string, start, end int) bool {
	before, after := text[start-1], text[end]
	numbers := number(before, after)
	if !numbers && (!inWord(before) || !inWord(after) && after != ':') || after == '-' && gap(at(text, end+1)) {
		return false
	}
	if numbers && digitsIn(side(text, start, -1))+digitsIn(side(text, end, 1)) >= minBroken {
		return true
	}
	left, right := word(text, start, -1), word(text, end, 1)
	if i := strings.IndexByte(left, '@'); i >= 0 {
		return strings.IndexByte(left[i:], '.') < 0 || before == '.' || before == '-' // else it is whole
	}
	if strings.IndexByte(right, '@') >= 0 {
		return after == '@' || strings.ContainsAny(left, "._-+:/0123456789") // else a word and an address
	}
	mixed := !numbers && digitsIn(left)+digitsIn(right) >= 2 && !plainWord(left) && !plainWord(right)
	return mixed || generated(text, start, end, left, right)
}

// generated reports whether the words beside a break are halves of a value that
// nobody would write as words, behind a colon or an equals sign.
func generated(text string, start, end int, left, right string) bool {
	const least = 5
	sign := lastVisible(strings.TrimRight(text[:start-len(left)], "\"'`"))
	return len(left) >= least && len(right) >= least && (sign == ':' || sign == '=') &&
		!strings.HasSuffix(right, ":") && at(text, end+len(right)) != '=' && (odd(left) || odd(right))
}

// plainWord reports a short word in lower case: more likely the next one of a
// sentence than half of a value.
func plainWord(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return len(s) < 8
}

// odd reports a word with a digit, an underscore or a capital inside.
func odd(s string) bool {
	for i := 1; i < len(s); i++ {
		if isDigit(s[i]) || s[i] == '_' || 'A' <= s[i] && s[i] <= 'Z' && 'a' <= s[i-1] && s[i-1] <= 'z' {
			return true
		}
	}
	return false
}

// number reports whether a number may go on from one byte to the other.
func number(before, after byte) bool {
	return (isDigit(before) || before == ')') && (isDigit(after) || after == '(')
}

func inWord(c byte) bool {
	return isAlnum(c) || c >= utf8.RuneSelf || strings.IndexByte("@._%+-/", c) >= 0
}

// side returns the text before or behind i up to the line's end.
func side(text string, i, step int) string { return reach(text, i, step, sides, "\n") }

// word returns the word that ends or begins at i.
func word(text string, i, step int) string {
	return reach(text, i, step, wordLength, " \n\t\r\"'`,;=<>|(){}")
}

func reach(text string, i, step, length int, stops string) string {
	if step < 0 {
		part := text[max(0, i-length):i]
		return part[strings.LastIndexAny(part, stops)+1:]
	}
	part := text[i:min(len(text), i+length)]
	if n := strings.IndexAny(part, stops); n >= 0 {
		part = part[:n]
	}
	return part
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}
