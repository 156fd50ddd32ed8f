package view

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// minEncoded is the length from which a run of base64 characters is opened.
const minEncoded = 24

// encoded yields the readings of what the runs of base64 (RFC 4648, either
// alphabet) in a text encode, if that is text. A finding there covers the
// whole run: no part of it can be replaced by itself.
func (l *level) encoded(text string, yield func(*Reading) bool) bool {
	for start, end := range runs(text) {
		if plain, ok := open(text[start:end]); ok {
			l.reading = Reading{Text: plain, whole: true, marks: append(l.reading.marks[:0], mark{start: start, end: end})}
			if !yield(&l.reading) {
				return false
			}
		}
	}
	return true
}

// runs yields each stretch of at least minEncoded characters of the alphabet,
// line breaks within and padding included. A shorter run cannot lie across two
// of the places it tests, so most of the text is stepped over.
func runs(text string) func(func(start, end int) bool) {
	return func(yield func(start, end int) bool) {
		for i := 0; i+minEncoded <= len(text); {
			k := i + minEncoded - 1
			for k >= i && inAlphabet[text[k]] {
				k--
			}
			if k >= i {
				i = k + 1
				continue
			}
			end := runEnd(text, i+minEncoded)
			if !yield(i, end) {
				return
			}
			i = end
		}
	}
}

// runEnd follows a run over its line breaks: a full line is followed by more.
func runEnd(text string, i int) int {
	for {
		line := i
		for i < len(text) && inAlphabet[text[i]] {
			i++
		}
		next := i
		if at(text, next) == '\r' {
			next++
		}
		if at(text, next) == '\n' && i-line < 2<<10 && inAlphabet[at(text, next+1)] && i > line {
			i = next + 1
			continue
		}
		for pad := 0; pad < 2 && at(text, i) == '='; pad++ {
			i++
		}
		return i
	}
}

var inAlphabet = func() (t [256]bool) {
	for c := range t {
		t[c] = isAlnum(byte(c)) || strings.IndexByte("+/-_", byte(c)) >= 0
	}
	return t
}()

// open decodes a run and reports whether it holds text. The first characters
// decide for nearly all runs that do not.
func open(run string) (string, bool) {
	enc := base64.RawStdEncoding
	if strings.ContainsAny(run, "-_") {
		enc = base64.RawURLEncoding
	}
	var head [minEncoded]byte
	if n, err := enc.Decode(head[:], []byte(run[:minEncoded-4])); err == nil && !textual(head[:n], true) {
		return "", false
	}
	run = strings.TrimRight(strings.NewReplacer("\r", "", "\n", "").Replace(run), "=")
	if len(run)%4 == 1 {
		run = run[:len(run)-1]
	}
	b, err := enc.DecodeString(run)
	return string(b), err == nil && textual(b, false)
}

// textual reports whether bytes are text: UTF-8 without control characters,
// but for one in ten. A head may end within a character.
func textual(b []byte, head bool) bool {
	odd, n := 0, 0
	for i := 0; i < len(b); n++ {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			if !head || len(b)-i >= utf8.UTFMax {
				odd++
			}
		} else if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			odd++
		}
		i += size
	}
	return odd*10 <= n
}
