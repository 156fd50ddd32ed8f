package token

import "strings"

// A unit is one logical character of a token as models write it. Several bytes
// may spell it ("&#91;", "%5B" and "［" are all an opening bracket), and some
// units mean nothing at all (a zero-width space, a backslash).
type unit struct {
	kind  unitKind
	char  byte // of a word unit
	width int  // bytes
}

type unitKind uint8

const (
	unitOther unitKind = iota
	unitWord           // A-Z a-z 0-9
	unitJoin           // an underscore or a hyphen of some kind
	unitLoose          // a space, a colon, a line break
	unitOpen           // [
	unitClose          // ]
	unitSkip           // nothing: zero-width characters, backslashes
	unitMark           // emphasis and code marks: nothing, but only inside brackets
	unitCut            // the text ends here or inside a longer spelling
)

// asciiUnits has the units that are one byte long. An underscore stands for
// itself; other spellings of it are listed in longUnits.
var asciiUnits = func() (t [256]unitKind) {
	for b := range t {
		if wordByte(byte(b)) && b != '_' {
			t[b] = unitWord
		}
	}
	t['_'], t['-'] = unitJoin, unitJoin
	t[' '], t[':'], t['\n'], t['\t'] = unitLoose, unitLoose, unitLoose, unitLoose
	t['['], t[']'] = unitOpen, unitClose
	t['\\'], t['\r'] = unitSkip, unitSkip
	t['*'], t['`'] = unitMark, unitMark
	return t
}()

type spelling struct {
	text string
	kind unitKind
}

// longUnits lists the longer spellings by their first byte.
var longUnits = func() (t [256][]spelling) {
	add := func(kind unitKind, spellings ...string) {
		for _, s := range spellings {
			t[s[0]] = append(t[s[0]], spelling{s, kind})
		}
	}
	add(unitOpen, "&#91;", "&#x5b;", "&#x5B;", "&lsqb;", "&lbrack;", "%5B", "%5b", "［", "〔")
	add(unitClose, "&#93;", "&#x5d;", "&#x5D;", "&rsqb;", "&rbrack;", "%5D", "%5d", "］", "〕")
	add(unitJoin, "&#95;", "&#x5f;", "&#x5F;", "&lowbar;", "&UnderBar;", "%5F", "%5f", "＿", "－",
		"\u2010", "\u2011", "\u2012", "\u2013", "\u2212")
	add(unitLoose, "&nbsp;", "&#160;", "&#xa0;", "&#xA0;", "%20", "\u00a0", "\u202f", "\u3000", "：")
	add(unitSkip, "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "&shy;", "&#8203;")
	return t
}()

// unitAt reads the unit at s[i:].
func unitAt(s string, i int) unit {
	if i >= len(s) {
		return unit{kind: unitCut}
	}
	b := s[i]
	if kind := asciiUnits[b]; kind != unitOther {
		return unit{kind, b, 1}
	}
	cut := false
	for _, long := range longUnits[b] {
		rest := s[i:]
		if strings.HasPrefix(rest, long.text) {
			return unit{long.kind, 0, len(long.text)}
		}
		cut = cut || strings.HasPrefix(long.text, rest)
	}
	if cut {
		return unit{kind: unitCut}
	}
	return unit{unitOther, 0, 1}
}

// wordByte reports whether b continues a word. Letters beyond ASCII do not:
// Chinese and Japanese put a token between them without a space.
func wordByte(b byte) bool { return wordBytes[b] }

var wordBytes = func() (t [256]bool) {
	for b := range t {
		t[b] = b == '_' || '0' <= b && b <= '9' || isLetter(byte(b))
	}
	return t
}()

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

func upper(b byte) byte {
	if 'a' <= b && b <= 'z' {
		return b - 0x20
	}
	return b
}
