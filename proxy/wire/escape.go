package wire

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// escaped is one place where text and its spelling differ:
// text[at:at+size] is spelled raw[from:from+width].
type escaped struct {
	at, from    int
	size, width int
}

// offsets maps positions of a decoded text to positions of its spelling. It
// lists the escapes alone, so plain text costs nothing; nil is the identity.
type offsets []escaped

// raw returns where in the spelling byte i of the text begins; the length of
// the text maps to the length of the spelling. It is false inside an escape,
// where the spelling cannot be cut.
func (o offsets) raw(i int) (int, bool) {
	n, exact := slices.BinarySearchFunc(o, i, func(e escaped, i int) int { return cmp.Compare(e.at, i) })
	switch {
	case exact:
		return o[n].from, true
	case n == 0:
		return i, true
	}
	e := o[n-1]
	past := i - e.at - e.size
	return e.from + e.width + past, past >= 0
}

// unescape decodes what stands between the quotes of a valid JSON string. A
// spelling without escapes is returned as it is.
//
// Nothing is lost: invalid UTF-8 stays as its bytes, and a lone surrogate
// escape becomes its three bytes in generalised UTF-8 (ED A0 80 to ED BF BF),
// which no valid text holds. [escape] turns them back.
func unescape(raw string) (string, offsets) {
	count := strings.Count(raw, `\`) // at least as many as there are escapes
	if count == 0 {
		return raw, nil
	}
	offs := make(offsets, 0, count)
	var text strings.Builder
	text.Grow(len(raw))
	for from := 0; ; {
		next := strings.IndexByte(raw[from:], '\\')
		if next < 0 {
			text.WriteString(raw[from:])
			return text.String(), offs
		}
		text.WriteString(raw[from : from+next])
		from += next
		var buf [utf8.UTFMax]byte
		char, width := appendUnescaped(buf[:0], raw[from:])
		offs = append(offs, escaped{text.Len(), from, len(char), width})
		text.Write(char)
		from += width
	}
}

// appendUnescaped decodes the escape at the start of raw, a surrogate pair at
// once, and returns its width.
func appendUnescaped(dst []byte, raw string) ([]byte, int) {
	switch raw[1] {
	case 'u':
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	default: // " \ /
		return append(dst, raw[1]), 2
	}
	r := hex4(raw[2:])
	if isHighSurrogate(r) && len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if low := hex4(raw[8:]); isLowSurrogate(low) {
			return utf8.AppendRune(dst, (r-0xd800)<<10+(low-0xdc00)+0x10000), 12
		}
	}
	if isHighSurrogate(r) || isLowSurrogate(r) {
		return append(dst, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f), 6
	}
	return utf8.AppendRune(dst, r), 6
}

func isHighSurrogate(r rune) bool { return 0xd800 <= r && r < 0xdc00 }
func isLowSurrogate(r rune) bool  { return 0xdc00 <= r && r < 0xe000 }

// hex4 reads four hexadecimal digits of a valid escape.
func hex4(s string) (r rune) {
	for _, c := range []byte(s[:4]) {
		r = r<<4 | hexDigit(c)
	}
	return r
}

func hexDigit(c byte) rune {
	if c <= '9' {
		return rune(c - '0')
	}
	return rune(c|0x20-'a') + 10
}

// house is how a string around an inserted text spells characters outside
// ASCII. Python's clients write \u escapes, most others UTF-8.
type house uint8

const (
	houseUTF8 house = iota
	houseASCII
)

// houseOf reads the style off a string's spelling: it is houseASCII when all
// of it is ASCII and an escape of it stands for a character that is not.
func houseOf(raw string) house {
	style := houseUTF8
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] >= utf8.RuneSelf:
			return houseUTF8
		case raw[i] != '\\':
		case raw[i+1] == 'u' && hex4(raw[i+2:]) >= utf8.RuneSelf:
			style = houseASCII
			i += 5
		default:
			i++
		}
	}
	return style
}

const hexDigits = "0123456789abcdef"

// escape appends s as it is spelled between the quotes of a JSON string. Only
// what must be is escaped: the quote, the backslash, control characters, lone
// surrogates, U+2028 and U+2029 (line ends in older JavaScript), and in
// houseASCII everything outside ASCII. Invalid UTF-8 is kept as its bytes.
func escape(dst []byte, s string, style house) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			dst = escapeASCII(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case size == 1 && surrogateAt(s[i:]):
			dst = escapeUnit(dst, rune(s[i]&0x0f)<<12|rune(s[i+1]&0x3f)<<6|rune(s[i+2]&0x3f))
			size = 3
		case size == 1 || style == houseUTF8 && r != '\u2028' && r != '\u2029':
			dst = append(dst, s[i:i+size]...)
		case r > 0xffff:
			dst = escapeUnit(dst, 0xd800+(r-0x10000)>>10)
			dst = escapeUnit(dst, 0xdc00+(r-0x10000)&0x3ff)
		default:
			dst = escapeUnit(dst, r)
		}
		i += size
	}
	return dst
}

// surrogateAt reports whether s begins with a surrogate in generalised UTF-8.
func surrogateAt(s string) bool {
	return len(s) >= 3 && s[0] == 0xed && 0xa0 <= s[1] && s[1] <= 0xbf && 0x80 <= s[2] && s[2] <= 0xbf
}

func escapeASCII(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	if c < ' ' {
		return escapeUnit(dst, rune(c))
	}
	return append(dst, c)
}

// escapeUnit appends one UTF-16 code unit as a \u escape.
func escapeUnit(dst []byte, u rune) []byte {
	return append(dst, '\\', 'u', hexDigits[u>>12&15], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}
