package detect

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Words is a list of words and phrases to look for around a hit.
// The zero value matches nothing. It is immutable.
type Words struct {
	phrases map[string][][]byte // folded, by their first word
}

// NewWords folds the phrases; see [Fold]. They are also heard without the marks
// on their letters.
func NewWords(phrases []string) Words {
	w := Words{phrases: map[string][][]byte{}}
	for _, p := range phrases {
		for _, s := range spellings(p) {
			if f := Fold(nil, s); len(f) > 1 {
				first := string(f[1 : 1+bytes.IndexByte(f[1:], ' ')])
				w.phrases[first] = append(w.phrases[first], f)
			}
		}
	}
	return w
}

// In reports whether one of the phrases stands in folded text, as whole words.
// Its cost goes by the text, not by the length of the list.
func (w Words) In(folded []byte) bool {
	for len(folded) > 1 {
		word := folded[1:]
		n := bytes.IndexByte(word, ' ')
		if n < 0 {
			return false
		}
		for _, p := range w.phrases[string(word[:n])] {
			if bytes.HasPrefix(folded, p) {
				return true
			}
		}
		folded = word[n:]
	}
	return false
}

// Empty reports whether there is nothing to look for.
func (w Words) Empty() bool { return len(w.phrases) == 0 }

// Fold appends s to dst as lower-case words, each between single spaces, so
// that whole words are found by plain search: "customerSSN_2" becomes
// " customer ssn 2 ". Letters of scripts that do not separate words stand
// alone; letters wedged between digits, as in a hash, are no word.
func Fold(dst []byte, s string) []byte {
	dst = append(dst, ' ')
	last, before, from := none, none, len(dst)
	for _, r := range s {
		kind := kindOf(r)
		begins := splits(last, kind)
		switch {
		case last == none || !begins:
		case wedged(before, last, kind):
			dst = dst[:from]
		default:
			dst = append(dst, ' ')
		}
		if begins {
			before, from = last, len(dst)
		}
		if kind != none {
			dst = utf8.AppendRune(dst, lowerRune(r))
		}
		last = kind
	}
	if last != none {
		dst = append(dst, ' ')
	}
	return dst
}

// wedged reports whether a word that ends stands between digits.
func wedged(before, word, after int) bool {
	return before == digit && after == digit && (word == lower || word == upper)
}

// The kinds of characters that make up words.
const (
	none = iota
	lower
	upper
	digit
	alone // a letter of a script that does not separate words
)

// asciiKinds and asciiLower spare the tables of Unicode where a text is ASCII.
var asciiKinds, asciiLower = func() (kinds, low [utf8.RuneSelf]byte) {
	for c := range low {
		kinds[c], low[c] = byte(wideKind(rune(c))), byte(unicode.ToLower(rune(c)))
	}
	return kinds, low
}()

func kindOf(r rune) int {
	if r < utf8.RuneSelf {
		return int(asciiKinds[r])
	}
	return wideKind(r)
}

func wideKind(r rune) int {
	switch {
	case unicode.IsDigit(r):
		return digit
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai):
		return alone
	case unicode.IsUpper(r):
		return upper
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return lower
	}
	return none
}

func lowerRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(asciiLower[r])
	}
	return unicode.ToLower(r)
}

// splits reports whether a word ends between two characters: letters follow
// letters, digits digits, and a capital begins a word with small ones.
func splits(last, kind int) bool {
	return kind != last && !(last == upper && kind == lower) || kind == alone
}

// cutting is 1 where a word ends between two characters, by last<<3 | kind.
var cutting = func() (t [64]uint8) {
	for last := none; last <= alone; last++ {
		for kind := none; kind <= alone; kind++ {
			if splits(last, kind) {
				t[last<<3|kind] = 1
			}
		}
	}
	return t
}()

// barrierDigits is the length of a digit run that ends a hit's context: it is
// another value, and the words beyond it are about that one.
const barrierDigits = 6

// Before returns the text before start that may speak about a hit there: at
// most n runes, whole words, back to the line's beginning or another number.
// A label that stands alone on the line above still counts.
func Before(text string, start, n int) string {
	i, run, word := start, 0, false
	for ; n > 0 && i > 0; n-- {
		size := sizeBefore(text, i)
		switch c := text[i-size]; {
		case c == '\n' && word:
			return text[i:lastWord(text, i, start)]
		case '0' <= c && c <= '9':
			if run++; run == barrierDigits {
				return text[i:lastWord(text, i, start)]
			}
		default:
			run = 0
			word = word || letterBefore(text, i)
		}
		i -= size
	}
	for i < start && kindBefore(text, i) != none && kindAt(text, i) != none { // the first word may be cut in two
		i = min(i+sizeAt(text, i), start) // a hit may begin and end inside a rune
	}
	return text[i:lastWord(text, i, start)]
}

// After returns the text after end that may speak about a hit there: at most n
// runes, whole words, up to the line's end or the label of another value.
func After(text string, end, n int) string {
	i := end
	for ; n > 0 && i < len(text); n-- {
		if text[i] == '\n' {
			break
		}
		i += sizeAt(text, i)
	}
	for i > end && kindBefore(text, i) != none && kindAt(text, i) != none {
		i = max(i-sizeBefore(text, i), end)
	}
	from := firstWord(text, end, i)
	return text[from:labelAt(text, from, i)]
}

// labelAt returns where the words before a colon or an equals sign begin in
// text[from:to], or right behind it: "28046 Madrid. Tel.: 917…" says nothing
// about 28046. It is to where there is no such sign.
func labelAt(text string, from, to int) int {
	sign := from
	for sign < to && text[sign] != ':' && text[sign] != '=' {
		sign++
	}
	if sign == to {
		for sign < len(text) && text[sign] == '.' {
			sign++
		}
		if sign == len(text) || text[sign] != ':' && text[sign] != '=' {
			return to
		}
	}
	i := min(sign, to)
	for i > from && (text[i-1] == '.' || text[i-1] == ' ') {
		i--
	}
	if k := kindBefore(text, i); k == none || k == digit {
		return to
	}
	for i > from {
		if k := kindBefore(text, i); k == digit || k == none && text[i-1] != ' ' {
			break
		}
		i = max(i-sizeBefore(text, i), from) // a hit may begin and end inside a rune
	}
	return i
}

// lastWord returns where the words of text[from:to] end that are whole in the
// text: not one that goes on behind it, as Fold takes the text apart, and not
// one that is wedged by what follows.
func lastWord(text string, from, to int) int {
	for to > from && inside(text, to) {
		to -= sizeBefore(text, to)
	}
	i := to
	for i > from && (i == to || inside(text, i)) {
		i -= sizeBefore(text, i)
	}
	if wedged(kindBefore(text, i), kindBefore(text, to), kindAt(text, to)) {
		return i
	}
	return to
}

// firstWord returns where they begin: see lastWord.
func firstWord(text string, from, to int) int {
	for from < to && inside(text, from) {
		from += sizeAt(text, from)
	}
	i := from
	for i < to && (i == from || inside(text, i)) {
		i += sizeAt(text, i)
	}
	if wedged(kindBefore(text, from), kindBefore(text, i), kindAt(text, i)) {
		return i
	}
	return from
}

// inside reports whether byte i of text stands in the middle of a word.
func inside(text string, i int) bool {
	last, kind := kindBefore(text, i), kindAt(text, i)
	return last != none && kind != none && !splits(last, kind)
}

func letterBefore(text string, i int) bool {
	if c := text[i-1]; c < utf8.RuneSelf {
		return asciiKinds[c] == lower || asciiKinds[c] == upper
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return unicode.IsLetter(r)
}

func kindAt(text string, i int) int {
	if i == len(text) {
		return none
	}
	if c := text[i]; c < utf8.RuneSelf {
		return int(asciiKinds[c])
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return wideKind(r)
}

func kindBefore(text string, i int) int {
	if i == 0 {
		return none
	}
	if c := text[i-1]; c < utf8.RuneSelf {
		return int(asciiKinds[c])
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return wideKind(r)
}

func sizeAt(text string, i int) int {
	if text[i] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(text[i:])
	return size
}

func sizeBefore(text string, i int) int {
	if text[i-1] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeLastRuneInString(text[:i])
	return size
}
