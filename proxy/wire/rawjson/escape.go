package rawjson

import "unicode/utf8"

// AppendUnescaped appends the character that the escape at the start of raw
// spells, a surrogate pair at once, and returns the escape's width in bytes.
// raw begins with a valid escape.
//
// A lone surrogate becomes its three bytes in generalised UTF-8 (ED A0 80 to
// ED BF BF), which no valid text holds; [AppendEscaped] turns them back.
func AppendUnescaped(dst []byte, raw string) ([]byte, int) {
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

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// Style is how a string spells characters outside ASCII. Python's clients write
// \u escapes, most others UTF-8.
type Style uint8

// The styles.
const (
	UTF8 Style = iota
	ASCII
)

// StyleOf reads the style off what stands between the quotes of a valid string:
// it is [ASCII] when all of that is and an escape stands for a character that
// is not.
func StyleOf(raw string) Style {
	style := UTF8
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] >= utf8.RuneSelf:
			return UTF8
		case raw[i] != '\\':
		case raw[i+1] == 'u' && hex4(raw[i+2:]) >= utf8.RuneSelf:
			style = ASCII
			i += 5
		default:
			i++
		}
	}
	return style
}

const hexDigits = "0123456789abcdef"

// AppendEscaped appends s as it is spelled between the quotes of a JSON string.
// Only what must be is escaped: the quote, the backslash, control characters,
// lone surrogates, U+2028 and U+2029 (line ends in older JavaScript), and in the
// style [ASCII] all other characters. Invalid UTF-8 is kept as its bytes.
func AppendEscaped(dst []byte, s string, style Style) []byte {
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
		case size == 1 || style == UTF8 && r != '\u2028' && r != '\u2029':
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
