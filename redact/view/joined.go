package view

import (
	"strings"
)

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
		if from, to := alone(text, i, end); to-from >= length {
			list = unspace(text, from, to, list)
		}
		i = end
	}
	return list
}

// alone leaves out the digits at both ends of text[start:end] that belong to
// numbers beside it: the "16" of a date that stands before.
func alone(text string, start, end int) (int, int) {
	for start < end && (!isDigit(text[start]) || isDigit(at(text, start-1))) {
		start++
	}
	for start < end && (!isDigit(text[end-1]) || isDigit(at(text, end))) {
		end--
	}
	return start, end
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
			end := i + 1
			for end < min(len(text), i+12) && !closes[text[end]] {
				end++
			}
			if end == min(len(text), i+12) {
				continue
			}
			if with, ok := sign(text[i+1 : end]); ok {
				list = append(list, patch{skipBack(text, i), skipAhead(text, end+1), with})
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

var closes = setOf(")]}")

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
