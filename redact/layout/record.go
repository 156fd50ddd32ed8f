package layout

import "strings"

// quotedCell returns the header of the cell around i in a table whose quoted
// cells go on over line breaks (RFC 4180, 2.6). Lines do not count there: the
// rows are read from the header on, the first line of the block that has as
// many cells as the records below it.
func (l *Layout) quotedCell(i int, line string) string {
	if l.read += len(line); strings.IndexByte(line, '"') < 0 {
		return ""
	}
	from := max(0, i-maxLine)
	if n := strings.LastIndex(l.text[from:i], "\n\n"); n >= 0 {
		from += n + 2
	}
	block := l.text[from:i]
	l.read += i - max(0, i-maxLine)
	for range 4 {
		head, rows, ok := strings.Cut(block, "\n")
		if !ok {
			return ""
		}
		for _, sep := range []byte(",;\t") {
			if n := l.count(head, sep); n > 0 && !strings.Contains(head, ": ") {
				if at, ok := l.lastCell(rows, sep, n); ok {
					return pick(headers(head, sep), at)
				}
			}
		}
		block = rows
	}
	return ""
}

// lastCell reads records of n separators each and returns in which cell of the
// last one the text ends; ok is false if a record has more or fewer, or if no
// cell went over a line break.
func (l *Layout) lastCell(rows string, sep byte, n int) (at int, ok bool) {
	quoted, broken := false, false
	k := 0
	defer func() { l.read += k }()
	for ; k < len(rows); k++ {
		switch c := rows[k]; {
		case c == '"':
			quoted = !quoted
		case quoted:
			broken = broken || c == '\n'
		case c == sep:
			if at++; at > n {
				return 0, false
			}
		case c == '\n':
			if at != n {
				return 0, false
			}
			at = 0
		}
	}
	return at, broken
}

func pick(names []string, at int) string {
	if at < len(names) {
		return names[at]
	}
	return ""
}
