package layout

import "strings"

// opening steps back from a place inside a quoted value to its quote, if it is
// near: a value may have a word or a sign before what was found in it.
func (l *Layout) opening(i int) int {
	for k := i; k > max(0, i-16); k-- {
		switch l.text[k-1] {
		case '"', '\'', '`':
			return k - 1
		case '\n', ':', '=', ',', '[', '>', '|', '(':
			return i
		}
	}
	return i
}

// before returns the last byte before i that is no space, quote or backslash.
func before(text string, i int) byte {
	if i = skip(text, i); i == 0 {
		return 0
	}
	return text[i-1]
}

// skip steps back over spaces, quotes and backslashes of a value's beginning.
func skip(text string, i int) int {
	for stop := max(0, i-16); i > stop && strings.IndexByte(" \t\"'`\\", text[i-1]) >= 0; {
		i--
	}
	return i
}

// maxOuter is how many objects around a value are asked for a name.
const maxOuter = 8

// key reads the name before the sign that stands before i. A name that says
// nothing gives way to the title beside it, or to that of the object around it,
// if one of them is near.
func (l *Layout) key(i int) string {
	name, start := l.named(i)
	stop := max(0, i-reach)
	for range maxOuter {
		if !generic[strings.ToLower(strings.TrimSuffix(name, "\\"))] {
			break
		}
		if title := l.sibling(start); title != "" {
			return title
		}
		open, ok := l.bracket(skip(l.text, start), 0, stop)
		if !ok || l.text[open] != '{' || before(l.text, open) != ':' {
			break
		}
		outer, at := l.named(open)
		if outer == "" {
			break
		}
		name, start = outer, at
	}
	return name
}

// named reads the name before the sign that stands before i, and where it
// begins.
func (l *Layout) named(i int) (name string, start int) {
	i = skip(l.text, i) - 1
	for i > 0 && (l.text[i-1] == ':' || l.text[i-1] == '=') { // :=
		i--
	}
	end := skip(l.text, i)
	start = end
	if end < i && strings.IndexByte("\"'`", l.text[end]) >= 0 || end+1 < i && l.text[end] == '\\' { // quoted: up to the other quote
		for start > max(0, end-maxName) && strings.IndexByte("\"'`\n{", l.text[start-1]) < 0 {
			start--
		}
	} else {
		start = bare(l.text, end)
	}
	l.read += i - start
	return l.text[start:end], start
}

// bare returns where a name without quotes begins that ends at end: up to three
// words, but none that is itself a value.
func bare(text string, end int) (start int) {
	start = end
	for i, n := end, 0; n < 3; n++ {
		word := i
		for i > max(0, end-maxName) && nameByte(text[i-1]) {
			i--
		}
		if i == word || n > 0 && i > 0 && strings.IndexByte("=:<\"'", before(text, i)) >= 0 {
			return start
		}
		start = i
		if i == 0 || text[i-1] != ' ' {
			return start
		}
		i--
	}
	return start
}

func nameByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c >= 0x80 || strings.IndexByte("_-.$@[]", c) >= 0
}

// generic are keys that say only that there is a value.
var generic = map[string]bool{
	"value": true, "val": true, "values": true, "v": true, "text": true, "content": true, "data": true, "raw": true,
	"number": true, "no": true, "string": true, "stringvalue": true, "string_value": true, "current": true, "old": true, "new": true,
	"default": true, "example": true, "#text": true, "_text": true, "$t": true, "primary": true, "formatted": true,
}

// element returns the name of the array around i.
func (l *Layout) element(i int) string {
	open, ok := l.bracket(i, l.list.at, max(0, i-reach))
	name := ""
	switch {
	case ok && open == l.list.at: // a neighbour of the one before
		name = l.list.name
	case ok && l.text[open] == '[':
		if c := before(l.text, open); c == ':' || c == '=' {
			name = l.key(open)
		}
	}
	l.list = element{i, name}
	return name
}

// bracket walks back from i to the bracket that is open there, or to a known
// place on the same level, if one of them stands behind stop.
func (l *Layout) bracket(i, known, stop int) (at int, ok bool) {
	from, depth := i, 0
	defer func() { l.read += from - max(i, stop) }()
	for ; i > stop; i-- {
		if i == known && depth == 0 {
			return i, true
		}
		switch l.text[i-1] {
		case ']', '}':
			depth++
		case '[', '{':
			if depth == 0 {
				return i - 1, true
			}
			depth--
		case '"':
			if q := strings.LastIndexByte(l.text[stop:i-1], '"'); q >= 0 {
				i = stop + q + 1
			}
		}
	}
	return 0, false
}

// tag returns the name of the element whose start tag ends before i.
func (l *Layout) tag(i int) string {
	text := l.text
	end := skip(text, i) - 1
	start := strings.LastIndexByte(text[max(0, end-400):end], '<')
	l.read += end - max(0, end-400)
	if start < 0 {
		return ""
	}
	part := text[max(0, end-400)+start+1 : end]
	if n := strings.IndexAny(part, " \t\r\n/"); n >= 0 {
		part = part[:n]
	}
	if strings.IndexByte("/!?", first(part)) >= 0 || first(part) == 0 {
		return ""
	}
	return part
}

func first(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}
