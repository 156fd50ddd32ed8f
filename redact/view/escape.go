package view

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes adds percent-encoding, HTML entities, quoted-printable and the
// backslash escapes of JSON and its kin, wherever they stand.
func (c *changes) escapes(from, to int) {
	for i := range each(c.text, from, to, '%') {
		if p, ok := percent(c.text, i); ok {
			c.list = append(c.list, p)
		}
	}
	for i := range each(c.text, from, to, '&') {
		if p, ok := entity(c.text, i); ok {
			c.list = append(c.list, p)
		}
	}
	for i := range each(c.text, from, to, '\\') {
		if p, ok := backslash(c.text, i); ok {
			c.list = append(c.list, p)
		}
	}
	if c.printable {
		for i := range each(c.text, from, to, '=') {
			if p, ok := quoted(c.text, i); ok {
				c.list = append(c.list, p)
			}
		}
	}
}

// each yields where a byte occurs in text[from:to].
func each(text string, from, to int, c byte) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := from; i < to; i++ {
			n := strings.IndexByte(text[i:to], c)
			if n < 0 {
				return
			}
			if i += n; !yield(i) {
				return
			}
		}
	}
}

// percent reads %40 (RFC 3986), %2540 and %252540. Bytes outside ASCII are
// read as the character that they make together.
func percent(text string, i int) (patch, bool) {
	c, end := percentByte(text, i)
	if c < ' ' && !gap(c) || c == 0x7F {
		return patch{}, false
	}
	if c < utf8.RuneSelf {
		return patch{i, end, string(rune(c))}, true
	}
	var buf [utf8.UTFMax]byte
	for n, at := 0, i; n < len(buf); n++ {
		b, next := percentByte(text, at)
		if b < utf8.RuneSelf {
			break
		}
		buf[n], at = b, next
		if r, size := utf8.DecodeRune(buf[:n+1]); r != utf8.RuneError && size == n+1 {
			if kinds().of(r) == plainer {
				return patch{i, at, plain(r)}, true
			}
			return patch{i, at, string(r)}, true
		}
	}
	return patch{}, false
}

// percentByte reads one encoded byte and returns 0 where there is none.
func percentByte(text string, i int) (c byte, end int) {
	if at(text, i) != '%' {
		return 0, i
	}
	i++
	for range 3 { // the percent sign itself may be encoded, again and again
		if i+2 >= len(text) || text[i:i+2] != "25" || hexValue(text[i+2]) < 0 {
			break
		}
		i += 2
	}
	hi, lo := hexValue(at(text, i)), hexValue(at(text, i+1))
	if hi < 0 || lo < 0 {
		return 0, i
	}
	return byte(hi<<4 | lo), i + 2
}

func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// entity reads a character reference of HTML.
func entity(text string, i int) (patch, bool) {
	end := i + 1
	for end < min(len(text), i+12) && (isAlnum(text[end]) || text[end] == '#') {
		end++
	}
	if end == i+1 || at(text, end) != ';' {
		return patch{}, false
	}
	end++
	s := html.UnescapeString(text[i:end])
	return patch{i, end, s}, s != text[i:end]
}

// backslash reads an escape of JSON, JavaScript, C and Go, whatever the number
// of backslashes: strings stand in strings. White space matters only where a
// value may begin behind it: the escape's letter would be taken for its first.
func backslash(text string, i int) (patch, bool) {
	if at(text, i-1) == '\\' {
		return patch{}, false
	}
	k := i + 1
	for at(text, k) == '\\' && k < i+16 {
		k++
	}
	switch at(text, k) {
	case '/':
		return patch{i, k + 1, "/"}, true
	case 'n', 'r', 't', 'f':
		return patch{i, k + 1, "\n"}, worthy(text, k+1)
	case '"':
		return patch{i, k + 1, `"`}, k > i+1 // one is part of what patterns expect
	case 'u':
		return unicodeEscape(text, i, k+1)
	case 'x':
		if hi, lo := hexValue(at(text, k+1)), hexValue(at(text, k+2)); hi >= 0 && lo >= 0 && hi<<4|lo < utf8.RuneSelf {
			return patch{i, k + 3, string(rune(hi<<4 | lo))}, true
		}
	}
	return patch{}, false
}

// worthy reports whether a value may stand at i, or a label and a value: a digit
// or an @ before the line or the string ends.
func worthy(text string, i int) bool {
	for end := min(len(text), i+wordLength); i < end; i++ {
		switch c := text[i]; {
		case isDigit(c) || c == '@':
			return true
		case c == '\\' && at(text, i+1)|0x20 == 'u':
			return true // may be the @ itself
		case c < ' ' || c == '\\' || c == '"' && at(text, i-1) != '\\':
			return false
		}
	}
	return false
}

// unicodeEscape reads the digits of \u0040, or of a pair of surrogates.
func unicodeEscape(text string, start, i int) (patch, bool) {
	r, ok := fourHex(text, i)
	if !ok {
		return patch{}, false
	}
	end := i + 4
	if utf16.IsSurrogate(r) {
		k := end
		for at(text, k) == '\\' {
			k++
		}
		low, ok := fourHex(text, k+1)
		if r = utf16.DecodeRune(r, low); !ok || k == end || at(text, k) != 'u' || r == utf8.RuneError {
			return patch{}, false
		}
		end = k + 5
	}
	if kinds().of(r) == plainer {
		return patch{start, end, plain(r)}, true
	}
	if kinds().of(r) == vanishes {
		return patch{start, end, ""}, true
	}
	return patch{start, end, string(r)}, true
}

func fourHex(text string, i int) (rune, bool) {
	if i+4 > len(text) {
		return 0, false
	}
	n, err := strconv.ParseUint(text[i:i+4], 16, 16)
	return rune(n), err == nil
}

// printable reports whether a text looks quoted-printable (RFC 2045): an
// encoded equals sign, an encoded @ before a name or a soft line break.
func printable(text string) bool {
	if strings.Contains(text, "=3D") || strings.Contains(text, "=\n") || strings.Contains(text, "=\r\n") {
		return true
	}
	for i := strings.Index(text, "=40"); i >= 0; {
		if isLetter(at(text, i+3)) {
			return true
		}
		n := strings.Index(text[i+3:], "=40")
		if n < 0 {
			return false
		}
		i += 3 + n
	}
	return false
}

// padding reports whether the equals sign at i fills up base64 rather than
// breaking a line.
func padding(text string, i int) bool {
	const least = 16 // characters, that a word of a text has hardly ever
	start := i
	for start > max(0, i-wordLength) && (isAlnum(text[start-1]) || text[start-1] == '+' || text[start-1] == '/') {
		start--
	}
	return at(text, i-1) == '=' || i-start >= least && (i-start)%4 == 3
}

// quoted reads one escape of quoted-printable.
func quoted(text string, i int) (patch, bool) {
	if gap(at(text, i+1)) && padding(text, i) {
		return patch{}, false
	}
	if at(text, i+1) == '\n' {
		return patch{i, i + 2, ""}, true
	}
	if at(text, i+1) == '\r' && at(text, i+2) == '\n' {
		return patch{i, i + 3, ""}, true
	}
	hi, lo := hexValue(at(text, i+1)), hexValue(at(text, i+2))
	if hi < 2 || lo < 0 || hi > 7 {
		return patch{}, false
	}
	return patch{i, i + 3, string(rune(hi<<4 | lo))}, true
}
