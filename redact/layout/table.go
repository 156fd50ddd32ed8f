package layout

import (
	"strings"
	"unicode"
)

// table is a block of lines with as many separators each: CSV, TSV, or
// Markdown. Its first line names the columns.
type table struct {
	separator byte
	count     int // separators a line
	from, to  int // where the first line begins, and the last one that was seen
	names     []string
}

// column returns the header of the column in which byte i of a line stands.
func (l *Layout) column(i int, line string, from int) string {
	for _, sep := range []byte("\t|;,") {
		n := count(line, sep)
		if n == 0 {
			continue
		}
		t := l.tableAt(from, sep, n)
		at := count(line[:i-from], sep)
		if at >= len(t.names) || t.from == from {
			continue
		}
		if name := t.names[at]; !generic[strings.ToLower(name)] {
			return name
		}
		return label(line, sep)
	}
	return ""
}

// label returns the first cell of a line: in a table of names and values it
// says what the value is.
func label(line string, sep byte) string {
	for cell := range strings.SplitSeq(line, string(rune(sep))) {
		if name := cellText(cell); name != "" {
			return name
		}
	}
	return ""
}

// cellText strips a cell of what sets it off.
func cellText(cell string) string { return strings.Trim(cell, " \t\"'`*") }

// tableAt follows the lines above the one that begins at from for as long as
// they have the same number of separators.
func (l *Layout) tableAt(from int, sep byte, n int) *table {
	same := l.table.separator == sep && l.table.count == n
	if same && l.table.from <= from && from <= l.table.to {
		return &l.table
	}
	top := from
	for top > 0 {
		if same && top == l.table.to { // the rest is known
			l.table.to = from
			return &l.table
		}
		line, start := above(l.text, top)
		if count(line, sep) != n {
			break
		}
		top = start
	}
	l.table = table{separator: sep, count: n, from: top, to: from, names: headers(lineFrom(l.text, top, top), sep)}
	if sep == '\t' && top > 0 {
		if line, start := above(l.text, top); strings.HasPrefix(line, "COPY ") {
			l.table.from, l.table.names = start, copied(line)
		}
	}
	return &l.table
}

// count counts separators outside quotes.
func count(line string, sep byte) (n int) {
	if strings.IndexByte(line, sep) < 0 {
		return 0
	}
	quoted := false
	for i := range len(line) {
		switch line[i] {
		case '"':
			quoted = !quoted
		case sep:
			if !quoted {
				n++
			}
		}
	}
	return n
}

// headers splits a header line; nil if it is data like the lines below it.
func headers(line string, sep byte) []string {
	var names []string
	for part := range strings.SplitSeq(strings.TrimRight(line, "\r"), string(rune(sep))) {
		name := cellText(part)
		if len(name) > 60 || digitsIn(name) > 2 || strings.ContainsAny(name, `={};"`) || name != "" && !strings.ContainsFunc(name, unicode.IsLetter) {
			return nil
		}
		names = append(names, name)
	}
	return names
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			n++
		}
	}
	return n
}
