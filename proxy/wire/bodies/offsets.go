package bodies

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"coatcheck/proxy/wire/rawjson"
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
// which no valid text holds. [rawjson.AppendEscaped] turns them back.
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
		char, width := rawjson.AppendUnescaped(buf[:0], raw[from:])
		offs = append(offs, escaped{text.Len(), from, len(char), width})
		text.Write(char)
		from += width
	}
}
