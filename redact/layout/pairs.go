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

// key reads the name before the sign that stands before i. A name that says
// nothing gives way to that of the object around it.
func (l *Layout) key(i int) string {
	i = skip(l.text, i) - 1
	for i > 0 && (l.text[i-1] == ':' || l.text[i-1] == '=') { // :=
		i--
	}
	end := skip(l.text, i)
	start := end
	if end < i && strings.IndexByte("\"'`", l.text[end]) >= 0 || end+1 < i && l.text[end] == '\\' { // quoted: up to the other quote
		for start > max(0, end-80) && strings.IndexByte("\"'`\n{", l.text[start-1]) < 0 {
			start--
		}
	} else {
		start = bare(l.text, end)
	}
	name := l.text[start:end]
	if generic[strings.ToLower(strings.TrimSuffix(name, "\\"))] {
		if title := sibling(l.text, start); title != "" {
			return title
		}
		if outer := l.outer(start); outer != "" {
			return outer
		}
	}
	return name
}

// bare returns where a name without quotes begins that ends at end: up to three
// words, but none that is itself a value.
func bare(text string, end int) (start int) {
	start = end
	for i, n := end, 0; n < 3; n++ {
		word := i
		for i > max(0, end-80) && nameByte(text[i-1]) {
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

// outer returns the name of the object whose member begins at i.
func (l *Layout) outer(i int) string {
	open, ok := l.bracket(skip(l.text, i), 0)
	if ok && l.text[open] == '{' && before(l.text, open) == ':' {
		return l.key(open)
	}
	return ""
}

// element returns the name of the array around i.
func (l *Layout) element(i int) string {
	open, ok := l.bracket(i, l.list.at)
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
// place on the same level, if one of them is near.
func (l *Layout) bracket(i, known int) (at int, ok bool) {
	depth := 0
	for stop := max(0, i-reach); i > stop; i-- {
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
func tag(text string, i int) string {
	end := skip(text, i) - 1
	start := strings.LastIndexByte(text[max(0, end-400):end], '<')
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
