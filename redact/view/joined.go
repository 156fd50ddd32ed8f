package view

import (
	"strings"
	"unicode/utf8"
)

// minSpaced is how many single digits in a row count as one number.
const minSpaced = 9

// run is a stretch of digits written one by one, and what of it is still to be
// looked at.
type run struct{ at, end int }

// spaced adds the separators of digits written one by one, up to a place:
// "4 1 1 1 …". Like [runs] it steps over text that cannot hold a long enough run.
func (c *changes) spaced(to int) {
	const length = 2*minSpaced - 1
	r := &c.digits
	for {
		for ; r.at < min(r.end, to); r.at++ {
			if separates(c.text[r.at]) && isDigit(at(c.text, r.at-1)) && isDigit(at(c.text, r.at+1)) {
				c.add(r.at, r.at+1, "")
			}
		}
		if r.at >= to || r.at+length > len(c.text) {
			return
		}
		k := r.at + length - 1
		for k > r.at && alternates(c.text, k) {
			k--
		}
		if k > r.at {
			r.at = k
			continue
		}
		end := r.at + length
		for end < len(c.text) && alternates(c.text, end) {
			end++
		}
		if from, to := alone(c.text, r.at, end); to-from >= length && varied(c.text[from:to]) {
			*r = run{from, to}
		} else {
			*r = run{end, end}
		}
	}
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

// varied reports whether there are three kinds of digits: a row of flags is no
// number.
func varied(digits string) bool {
	var kinds [10]bool
	n := 0
	for i := range len(digits) {
		if c := digits[i]; isDigit(c) && !kinds[c-'0'] {
			kinds[c-'0'] = true
			if n++; n == 3 {
				return true
			}
		}
	}
	return false
}

// spelled are the ways to write the dot of an address as a bare word.
var spelled = [...]string{" dot ", " DOT ", " Dot "}

// spoken adds the words for @ and the dot of an address that is written to be
// read by people: in brackets wherever they stand, bare only together.
func (c *changes) spoken(from, to int) {
	for _, bracket := range []byte("([{") {
		for i := range each(c.text, from, to, bracket) {
			if with, end := bracketed(c.text, i); end > 0 {
				c.add(skipBack(c.text, i), skipAhead(c.text, end), with)
			}
		}
	}
	for k, dot := range spelled {
		for i := range each(c.text, min(from+1, to), min(to+1, len(c.text)), dot[1]) {
			if strings.HasPrefix(c.text[i-1:], dot) {
				c.bare(i-1, k)
			}
		}
	}
}

// bracketed returns the sign that the word in brackets at i stands for, and
// where the brackets end, 0 if it is none.
func bracketed(text string, i int) (with string, end int) {
	stop := min(len(text), i+12)
	if !signStart[at(text, i+1)] {
		return "", 0
	}
	for end = i + 1; end < stop && !closes[text[end]]; {
		end++
	}
	if end == stop {
		return "", 0
	}
	with, ok := sign(text[i+1 : end])
	if !ok {
		return "", 0
	}
	return with, end + 1
}

var closes = setOf(")]}")

// signStart are the bytes with which a word in brackets for a sign may begin.
var signStart = func() (t [256]bool) {
	t = setOf(" \t\n\v\f\r@.aAdDpPcCkK")
	for c := utf8.RuneSelf; c < len(t); c++ {
		t[c] = true
	}
	return t
}()

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

// maxSpaces is how many spaces before a bracket belong to it.
const maxSpaces = 1 << 10

func skipBack(text string, i int) int {
	for stop := max(0, i-maxSpaces); i > stop && text[i-1] == ' '; {
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

// bare adds a dot in words at i, and the " at " of the same address if it
// stands one word before. What stands there may also be another dot, or a sign
// in brackets.
func (c *changes) bare(i, spelling int) {
	k := i
	for k > max(0, i-wordLength) && (isAlnum(c.text[k-1]) || strings.IndexByte(".-", c.text[k-1]) >= 0) {
		k--
	}
	switch {
	case k >= 4 && strings.EqualFold(c.text[k-4:k], " at "):
		c.add(k-4, k, "@")
	case k == 0 || c.dots[spelling] != k && !signEnds(c.text, k):
		return
	}
	c.add(i, i+5, ".")
	c.dots[spelling] = i + 5
}

// signEnds reports whether a sign in brackets ends at k, spaces aside.
func signEnds(text string, k int) bool {
	k = skipBack(text, k)
	for i := k - 1; i >= max(0, k-12); i-- {
		if strings.IndexByte("([{", text[i]) >= 0 {
			_, end := bracketed(text, i)
			return end == k
		}
	}
	return false
}
