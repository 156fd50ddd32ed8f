package view

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold adds the characters that have a plainer form (Unicode NFKC, digits of
// all scripts, dashes and quotes of typesetters), those that nobody sees, and
// letters that only look Latin.
func (c *changes) fold(from, to int) {
	text := c.text
	for i := nextHigh(text[:to], from); i < to; i = nextHigh(text[:to], i) {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch kind := kinds().of(r); kind {
		case stays:
		case vanishes:
			c.add(i, i+size, "")
		case quote:
			if before := lastVisible(text[:i]); before == '=' || before == ':' {
				c.add(i, i+size, `"`)
			}
		case dash:
			if dashes(text, i, i+size) {
				c.add(i, i+size, "-")
			}
		case lookalike:
			if i >= c.seen {
				c.mixed(i)
			}
		case punctuation:
			if beside(text, i, i+size) {
				c.add(i, i+size, plain(r))
			}
		case plainer:
			if with := plain(r); with != text[i:i+size] {
				c.add(i, i+size, with)
			}
		}
		i += size
	}
}

// nextHigh returns the first byte at or after i that is not ASCII. It reads
// eight bytes a step.
func nextHigh(s string, i int) int {
	const mask = 0x8080808080808080
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		if w&mask != 0 {
			break
		}
	}
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// kind is what fold does about a character.
type kind uint8

const (
	stays kind = iota
	plainer
	vanishes
	quote
	dash
	punctuation
	lookalike
)

// kindTable holds the kind of each character of the first two planes.
type kindTable []kind

const tableEnd = 0x20000

func (t kindTable) of(r rune) kind {
	switch {
	case r < tableEnd:
		return t[r]
	case 0xE0000 <= r && r <= 0xE01EF: // tags and variation selectors
		return vanishes
	}
	return stays
}

// kinds is made on first use, in a few milliseconds: text that is ASCII alone
// never needs it.
var kinds = sync.OnceValue(func() kindTable {
	t := make(kindTable, tableEnd)
	for r := rune(utf8.RuneSelf); r < tableEnd; r++ {
		if utf8.ValidRune(r) && r != utf8.RuneError && plain(r) != string(r) {
			t[r] = plainer
		}
	}
	for _, span := range [][2]rune{ // zero width, bidirectional marks, soft hyphen, variation selectors, keycap
		{0x00AD, 0x00AD},
		{0x034F, 0x034F},
		{0x061C, 0x061C},
		{0x180B, 0x180E},
		{0x200B, 0x200F},
		{0x202A, 0x202E},
		{0x2060, 0x206F},
		{0x20E3, 0x20E3},
		{0xFE00, 0xFE0F},
		{0xFEFF, 0xFEFF},
	} {
		for r := span[0]; r <= span[1]; r++ {
			t[r] = vanishes
		}
	}
	for _, r := range "\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u300c\u300d" {
		t[r] = quote
	}
	for _, r := range hanPunctuation + "\uff1a\uff08\uff09" {
		t[r] = punctuation
	}
	for _, r := range "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u30fc" {
		t[r] = dash
	}
	for r := range latin {
		t[r] = lookalike
	}
	return t
})

// plain returns the NFKC form of a character; digits of any script become ASCII.
func plain(r rune) string {
	if d, ok := digit(r); ok {
		return d
	}
	s := norm.NFKC.String(string(r))
	if first, size := utf8.DecodeRuneInString(s); size == len(s) {
		if d, ok := digit(first); ok {
			return d
		}
	}
	return s
}

// digit returns a decimal digit's ASCII form. The ranges of Unicode's decimal
// digits begin with a zero and hold whole sets of ten.
func digit(r rune) (string, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return "", false
	}
	const digits = "0123456789"
	for _, span := range unicode.Nd.R16 {
		if lo, hi := rune(span.Lo), rune(span.Hi); lo <= r && r <= hi {
			return digits[(r-lo)%10 : (r-lo)%10+1], true
		}
	}
	for _, span := range unicode.Nd.R32 {
		if lo, hi := rune(span.Lo), rune(span.Hi); lo <= r && r <= hi {
			return digits[(r-lo)%10 : (r-lo)%10+1], true
		}
	}
	return "", false
}

// lastVisible is the last byte of s that is no space.
func lastVisible(s string) byte {
	for i := len(s) - 1; i >= max(0, len(s)-4); i-- {
		if !gap(s[i]) {
			return s[i]
		}
	}
	return 0
}

// dashes reports whether a dash may be a hyphen of a value: it is beside a
// digit, or between letters and not a thought's.
func dashes(text string, start, end int) bool {
	before, after := lastVisible(text[:start]), at(text, end)
	if after == ' ' {
		after = at(text, end+1)
	}
	if isDigit(before) || isDigit(after) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(text[start:])
	short := r == 0x2010 || r == 0x2011 || r == 0x2212
	return short && isAlnum(at(text, start-1)) && isAlnum(at(text, end))
}

// hanPunctuation is full-width punctuation that every text of Han characters
// is full of.
const hanPunctuation = "\uff01\uff0c\uff1b\uff1f"

// beside reports whether punctuation touches a character that may belong to a
// value: ASCII or full-width, and not just punctuation of a Han text itself.
func beside(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return narrow(before) || narrow(after)
}

func narrow(r rune) bool {
	return r < utf8.RuneSelf && isAlnum(byte(r)) || 0xFF01 <= r && r <= 0xFF5E && !strings.ContainsRune(hanPunctuation, r)
}
