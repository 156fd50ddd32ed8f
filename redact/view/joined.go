package view

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// joined lists what loose readings put together: digits one by one, "name
// (at) host dot com", and values that a line break cuts in two. Where a number
// is broken the break may have taken the place of a space or not: both are read.
func joined(text string) [][]patch {
	list := spoken(text, spaced(text, nil))
	closed, spread := broken(text)
	if len(spread) > 0 {
		return [][]patch{append(slices.Clone(list), closed...), append(list, spread...)}
	}
	return [][]patch{append(list, closed...)}
}

// minSpaced is how many single digits in a row count as one number.
const minSpaced = 9

// spaced adds the separators of digits written one by one: "4 1 1 1 …". Like
// [runs] it steps over text that cannot hold a long enough run.
func spaced(text string, list []patch) []patch {
	const length = 2*minSpaced - 1
	for i := 0; i+length <= len(text); {
		k := i + length - 1
		for k > i && alternates(text, k) {
			k--
		}
		if k > i {
			i = k
			continue
		}
		end := i + length
		for end < len(text) && alternates(text, end) {
			end++
		}
		list = unspace(text, i, end, list)
		i = end
	}
	return list
}

// alternates reports whether one of the bytes k-1 and k is a digit and the
// other a separator of single digits.
func alternates(text string, k int) bool {
	return isDigit(text[k]) && separates(text[k-1]) || separates(text[k]) && isDigit(text[k-1])
}

func separates(c byte) bool { return c == ' ' || c == '-' || c == '.' || c == '_' }

// unspace adds the separators in text[start:end], unless the digits are too
// few kinds: a row of flags is no number.
func unspace(text string, start, end int, list []patch) []patch {
	var kinds [10]bool
	n := 0
	for i := start; i < end; i++ {
		if c := text[i]; isDigit(c) && !kinds[c-'0'] {
			kinds[c-'0'] = true
			n++
		}
	}
	if n < 3 {
		return list
	}
	for i := start; i < end; i++ {
		if separates(text[i]) && isDigit(at(text, i-1)) && isDigit(at(text, i+1)) {
			list = append(list, patch{i, i + 1, ""})
		}
	}
	return list
}

// spoken adds the words for @ and the dot of an address that is written to be
// read by people: in brackets wherever they stand, bare only together.
func spoken(text string, list []patch) []patch {
	for _, bracket := range []byte("([{") {
		for i := range each(text, bracket) {
			end := strings.IndexAny(text[i+1:min(len(text), i+12)], ")]}")
			if end < 0 {
				continue
			}
			if with, ok := sign(text[i+1 : i+1+end]); ok {
				list = append(list, patch{skipBack(text, i), skipAhead(text, i+2+end), with})
			}
		}
	}
	for _, dot := range []string{" dot ", " DOT ", " Dot "} {
		for from := 0; ; {
			i := strings.Index(text[from:], dot)
			if i < 0 {
				break
			}
			list = bare(text, from+i, list)
			from += i + 1
		}
	}
	return list
}

// sign returns the sign that a word in brackets stands for.
func sign(word string) (string, bool) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "at", "@", "arroba", "ät", "klammeraffe", "chez":
		return "@", true
	case "dot", ".", "punto", "punkt", "point", "ponto":
		return ".", true
	}
	return "", false
}

func skipBack(text string, i int) int {
	for i > 0 && text[i-1] == ' ' {
		i--
	}
	return i
}

func skipAhead(text string, i int) int {
	for i < len(text) && text[i] == ' ' {
		i++
	}
	return i
}

// bare adds " dot " at i, and the " at " of the same address if it stands one
// word before.
func bare(text string, i int, list []patch) []patch {
	k := i
	for k > max(0, i-wordLength) && (isAlnum(text[k-1]) || strings.IndexByte(".-", text[k-1]) >= 0) {
		k--
	}
	if k < 4 || !strings.EqualFold(text[k-4:k], " at ") {
		if len(list) == 0 || list[len(list)-1].end != k { // no second dot of one address either
			return list
		}
	} else {
		list = append(list, patch{k - 4, k, "@"})
	}
	return append(list, patch{i, i + 5, "."})
}

// broken lists line breaks within what may be a value, each read as nothing;
// and once more, read as a space, those within numbers.
func broken(text string) (closed, spread []patch) {
	for i := range each(text, '\n') {
		start, end := i, i+1
		if at(text, i-1) == '\r' {
			start--
		}
		for end < min(len(text), i+24) && (text[end] == ' ' || text[end] == '\t' || text[end] == '>') {
			end++
		}
		if start == 0 || end >= len(text) || !joins(text, start, end) {
			continue
		}
		closed = append(closed, patch{start, end, ""})
		if isDigit(text[start-1]) && isDigit(text[end]) {
			spread = append(spread, patch{start, end, " "})
		}
	}
	return closed, spread
}

// minBroken is how many digits beside a line break may be one number: those of
// a list's items are fewer.
const minBroken = 6

// joins reports whether the words on both sides of a break look like parts of
// one value.
func joins(text string, start, end int) bool {
	before, after := text[start-1], text[end]
	if !inWord(before) || !inWord(after) {
		return false
	}
	left, right := wordBefore(text, start), wordAfter(text, end)
	if isDigit(before) && isDigit(after) {
		return digitsIn(left)+digitsIn(right) >= minBroken
	}
	if strings.IndexByte(left, '@') >= 0 || strings.IndexByte(right, '@') >= 0 {
		return true
	}
	return digitsIn(left) >= 2 && len(left) >= 4 && (digitsIn(right) >= 2 || len(right) >= 8)
}

func inWord(c byte) bool {
	return isAlnum(c) || c >= utf8.RuneSelf || strings.IndexByte("@._%+-/", c) >= 0
}

func wordBefore(text string, i int) string {
	k := i
	for k > max(0, i-wordLength) && !gap(text[k-1]) {
		k--
	}
	return text[k:i]
}

func wordAfter(text string, i int) string {
	k := i
	for k < min(len(text), i+wordLength) && !gap(text[k]) {
		k++
	}
	return text[i:k]
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}
