package layout

import "strings"

// siblingReach is how far before a value the name that goes with it stands, in
// bytes.
const siblingReach = 240

// titles are keys whose value is the name of the value beside it, as in
// {"name": "DB_PASSWORD", "value": "…"} and <add key="…" value="…"/>.
var titles = []string{"name", "key", "field", "id", "label", "title", "header", "param", "variable"}

// sibling returns the value of the nearest title before the member that begins
// at i, within the same object, element or item.
func (l *Layout) sibling(i int) string {
	part := l.text[max(0, i-siblingReach):i]
	l.read += len(part)
	if n := strings.LastIndexAny(part, "{}<;"); n >= 0 {
		part = part[n+1:]
	}
	if n := strings.LastIndex(part, "\n\n"); n >= 0 {
		part = part[n:]
	}
	l.read += len(titles) * len(part)
	best, name := -1, ""
	for _, title := range titles {
		if at := strings.LastIndex(part, title); at > best {
			if value, ok := titled(part, at, at+len(title)); ok {
				best, name = at, value
			}
		}
	}
	return name
}

// titled reads the value of a title at part[from:to], if it is one: a whole
// word with a sign behind it.
func titled(part string, from, to int) (string, bool) {
	if from > 0 && nameByte(part[from-1]) && part[from-1] != '-' {
		return "", false
	}
	rest := strings.TrimLeft(part[to:], " \"'\\")
	if rest == "" || strings.IndexByte(":=", rest[0]) < 0 {
		return "", false
	}
	rest = strings.TrimLeft(rest[1:], " \"'\\")
	end := 0
	for end < len(rest) && end < maxName && (nameByte(rest[end]) || rest[end] == ' ' && nameByte(at(rest, end+1))) {
		end++
	}
	return rest[:end], end > 0
}

func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}
