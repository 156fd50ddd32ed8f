package view

import (
	"strings"
	"unicode"
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
		if above := lineStart(text, max(0, from-1)); heads(text[above:from], text[from:start]) {
			from = above
		}
		if !yield(l.assemble(text, from, to, []patch{{start, end, ""}}, true)) {
			return false
		}
		if number(text[start-1], text[end]) && !yield(l.assemble(text, from, to, []patch{{start, end, " "}}, true)) {
			return false
		}
	}
	return true
}

// heads reports whether the words for a value may stand on the line above: it
// has words, and the value begins its own line.
func heads(above, line string) bool {
	return strings.ContainsFunc(above, unicode.IsLetter) && !strings.ContainsAny(strings.TrimLeft(line, " \t\"'"), " \t\n,;:=")
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
	left, right := word(text, start, -1), word(text, end, 1)
	switch {
	case date(right), before == '.' && ends(left, right):
		return false // whole, or the end of a sentence
	case names(text, end, right):
		return false // of another value
	}
	if numbers && digitsIn(side(text, start, -1))+digitsIn(side(text, end, 1)) >= minBroken {
		return true
	}
	if i := strings.IndexByte(left, '@'); i >= 0 {
		return strings.IndexByte(left[i:], '.') < 0 || before == '.' || before == '-' // else it is whole
	}
	if strings.IndexByte(right, '@') >= 0 {
		return after == '@' || address(text[:start-len(left)], left, after)
	}
	if plainWord(right) {
		return enclosed(text, start-len(left), end+len(right)) && len(left) > 2 && len(right) > 2
	}
	mixed := !numbers && digitsIn(left)+digitsIn(right) >= 2 && !plainWord(left)
	return mixed || enclosed(text, start-len(left), end+len(right)) && len(left) > 2 && len(right) > 2 ||
		joined(left) && joined(right) || generated(text, start, left, right)
}

// ends reports whether a dot at a line's end ends more than an address of dots
// and digits: a number that is too long for one, or one before the next item.
func ends(left, right string) bool {
	const octet = 3
	number := left[:len(left)-1]
	if strings.IndexByte(number, '.') >= 0 {
		return false
	}
	return digitsIn(number) == len(number) && len(number) > octet || len(right) <= octet && digitsIn(right) == len(right)
}

// address reports whether a word at a line's end may be the first part of a
// mail address that goes on below: it looks like no word or follows a word for
// mail. A telephone number above an address is not a part of it.
func address(before, left string, after byte) bool {
	if digitsIn(left) == len(left) && len(left) >= minBroken && !isDigit(after) {
		return false
	}
	label := strings.ToLower(before[max(0, len(before)-sides):])
	return strings.ContainsAny(left, "._-+:/0123456789") || odd(left) || strings.Contains(label, "mail") || strings.Contains(label, "correo") || strings.Contains(label, "courriel")
}

// enclosed reports whether text[start:end] is all that stands between two
// quotation marks.
func enclosed(text string, start, end int) bool {
	q := at(text, start-1)
	return (q == '"' || q == '\'') && (at(text, end) == q || at(text, end) == '\\' && at(text, end+1) == q)
}

// joined reports a long word of parts, as keys have them.
func joined(s string) bool { return len(s) >= 12 && strings.ContainsAny(s, "-_") }

// date reports a day, month and year, or the other way round.
func date(s string) bool {
	const dmy, ymd = "99-99-9999", "9999-99-99"
	return len(s) == len(dmy) && (shaped(s, dmy) || shaped(s, ymd))
}

// shaped reports whether s has digits where shape has 9, and one of the
// separators of dates elsewhere.
func shaped(s, shape string) bool {
	for i := range len(s) {
		if isDigit(s[i]) != (shape[i] == '9') || !isDigit(s[i]) && strings.IndexByte("-/.", s[i]) < 0 {
			return false
		}
	}
	return true
}

// generated reports whether the words beside a break are halves of a value that
// nobody would write as words, behind a colon, an equals sign or a tag.
func generated(text string, start int, left, right string) bool {
	const least = 5
	sign := lastVisible(strings.TrimRight(text[:start-len(left)], "\"'`"))
	return len(left) >= least && len(right) >= least && strings.IndexByte(":=>|", sign) >= 0 && (odd(left) || odd(right))
}

// plainWord reports a short word of letters alone, small or capital or with one
// capital in front, or a sign: more likely the next one of a text than half of
// a value.
func plainWord(s string) bool {
	small, capitals, others, wide := 0, 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			wide++
		case 'a' <= c && c <= 'z':
			small++
		case isLetter(c):
			capitals++
		default:
			others++
		}
	}
	switch {
	case others > 0:
		return small+capitals+wide == 0 && digitsIn(s) == 0
	case wide > 0:
		return capitals < 2
	case small == 0:
		return len(s) < 6
	case capitals == 0:
		return len(s) < 8
	}
	return capitals == 1 && 'A' <= s[0] && s[0] <= 'Z' && len(s) < 12
}

// names reports whether a word that begins at i names another value: a colon
// ends it, or an equals sign follows that pads nothing. Names have few digits.
func names(text string, i int, word string) bool {
	if strings.IndexByte(word, '\\') >= 0 || 3*digitsIn(word) > len(word) {
		return false
	}
	end := i + len(word)
	if strings.HasSuffix(word, ":") {
		return len(word) > 1 && (end == len(text) || gap(text[end]))
	}
	return at(text, end) == '=' && end+1 < len(text) && (isAlnum(text[end+1]) || strings.IndexByte("\"'`$/{+_-", text[end+1]) >= 0)
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
func side(text string, i, step int) string { return reach(text, i, step, sides, &lineEnds) }

// word returns the word that ends or begins at i.
func word(text string, i, step int) string { return reach(text, i, step, wordLength, &wordEnds) }

var (
	lineEnds = setOf("\n")
	wordEnds = setOf(" \n\t\r\"'`,;=<>|(){}")
)

// setOf is a table of ASCII characters.
func setOf(chars string) (t [256]bool) {
	for i := range len(chars) {
		t[chars[i]] = true
	}
	return t
}

func reach(text string, i, step, length int, stops *[256]bool) string {
	end := i
	if step < 0 {
		for end > max(0, i-length) && !stops[text[end-1]] {
			end--
		}
		return text[end:i]
	}
	for end < min(len(text), i+length) && !stops[text[end]] {
		end++
	}
	return text[i:end]
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}
