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
	block := l.text[l.block(i):i]
	if l.paragraph.prose {
		return ""
	}
	prose := true
	for range 4 {
		head, rows, ok := strings.Cut(block, "\n")
		if !ok {
			return ""
		}
		for _, sep := range []byte(",;\t") {
			if n := l.count(head, sep); n > 0 && !strings.Contains(head, ": ") {
				at, broken, ok := l.lastCell(rows, sep, n)
				if broken && ok {
					return pick(headers(head, sep), at)
				}
				prose = prose && !ok
			}
		}
		block = rows
	}
	l.paragraph.prose = prose
	return ""
}

// block returns where the paragraph of byte i begins, or what of it is near.
func (l *Layout) block(i int) int {
	near := max(0, i-maxLine)
	b := &l.paragraph
	if b.to <= i && b.to > near && b.from >= near {
		near = b.to - 1 // an empty line may begin right before
		l.read += i - near
		if n := strings.LastIndex(l.text[near:i], "\n\n"); n >= 0 {
			b.from, b.prose = near+n+2, false
		}
		b.to = i
		return b.from
	}
	l.read += i - near
	from := near
	if n := strings.LastIndex(l.text[near:i], "\n\n"); n >= 0 {
		from += n + 2
	}
	*b = paragraph{from: from, to: i}
	return from
}

// paragraph is the text between two empty lines, as far as it was read.
type paragraph struct {
	from, to int
	prose    bool // none of its first lines is the header of those below
}

// lastCell reads records of n separators each and returns in which cell of the
// last one the text ends, and whether a cell went over a line break; ok is false
// if a record has more or fewer.
func (l *Layout) lastCell(rows string, sep byte, n int) (at int, broken, ok bool) {
	quoted := false
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
				return 0, false, false
			}
		case c == '\n':
			if at != n {
				return 0, false, false
			}
			at = 0
		}
	}
	return at, broken, true
}

func pick(names []string, at int) string {
	if at < len(names) {
		return names[at]
	}
	return ""
}
