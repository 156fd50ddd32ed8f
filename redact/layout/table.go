package layout

import (
	"iter"
	"strings"
	"unicode"
)

// separators are those of tables, in the order in which they are tried.
const separators = "\t|;,"

// table is a block of lines with as many separators each: CSV, TSV, or
// Markdown. Its first line names the columns.
type table struct {
	count    int // separators a line
	from, to int // where the first line begins, and the last one that was seen
	names    []string
	named    bool // names were read
}

// column returns the header of the column in which byte i of a line stands.
func (l *Layout) column(i int, line string, from int) string {
	c := &l.row.cells
	if !c.known {
		*c = cells{known: true}
		for k := range separators {
			c.total[k] = l.count(line, separators[k])
		}
	}
	for k, n := range c.total {
		if n == 0 {
			continue
		}
		t := l.tableAt(from, k, n)
		if t.from == from { // no line above is of the same kind
			continue
		}
		if !t.named {
			t.named, t.names = true, headers(l.lineFrom(t.from, t.from), separators[k])
		}
		at := l.before(line[:i-from])[k]
		if at >= len(t.names) {
			continue
		}
		if name := t.names[at]; !generic[strings.ToLower(name)] {
			return name
		}
		return l.label(line, separators[k])
	}
	return ""
}

// label returns the first cell of a line: in a table of names and values it
// says what the value is.
func (l *Layout) label(line string, sep byte) string {
	for cell := range strings.SplitSeq(line, string(rune(sep))) {
		l.read += len(cell) + 1
		if name := cellText(cell); len(name) > maxName {
			return ""
		} else if name != "" {
			return name
		}
	}
	return ""
}

// cellText strips a cell of what sets it off.
func cellText(cell string) string { return strings.Trim(cell, " \t\"'`*") }

// tableAt follows the lines above the one that begins at from for as long as
// they have the same number of separators. What it finds, little or much, is
// kept for each separator by itself: lines may have several.
func (l *Layout) tableAt(from, separator, n int) *table {
	t, sep := &l.tables[separator], separators[separator]
	same := t.count == n
	if same && t.from <= from && from <= t.to {
		return t
	}
	top := from
	for top > 0 {
		if same && top == t.to { // the rest is known
			t.to = from
			return t
		}
		line, start := l.above(top)
		if l.count(line, sep) != n {
			break
		}
		top = start
	}
	*t = table{count: n, from: top, to: from}
	if sep == '\t' && top > 0 {
		if line, start := l.above(top); strings.HasPrefix(line, "COPY ") {
			t.from, t.names, t.named = start, copied(line), true
		}
	}
	return t
}

// count counts separators outside quotes.
func (l *Layout) count(line string, sep byte) (n int) {
	if l.read += len(line); strings.IndexByte(line, sep) < 0 {
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

// cells are the separators of one line: all of them, and those before a place
// that moves on through it.
type cells struct {
	known         bool
	total, before [len(separators)]int
	at            int
	quoted        bool
}

// before counts the separators outside quotes in the first part of the line.
func (l *Layout) before(part string) [len(separators)]int {
	c := &l.row.cells
	if len(part) < c.at {
		c.before, c.at, c.quoted = [len(separators)]int{}, 0, false
	}
	l.read += len(part) - c.at
	for ; c.at < len(part); c.at++ {
		if b := part[c.at]; b == '"' {
			c.quoted = !c.quoted
		} else if k := strings.IndexByte(separators, b); k >= 0 && !c.quoted {
			c.before[k]++
		}
	}
	return c.before
}

// headers splits a header line; nil if it is data like the lines below it.
func headers(line string, sep byte) (names []string) {
	cells := func() iter.Seq[string] { return strings.SplitSeq(strings.TrimRight(line, "\r"), string(rune(sep))) }
	for cell := range cells() {
		if !header(cellText(cell)) {
			return nil
		}
	}
	for cell := range cells() {
		names = append(names, cellText(cell))
	}
	return names
}

// header reports whether a cell may name a column.
func header(name string) bool {
	return len(name) <= 60 && digitsIn(name) <= 2 && !strings.ContainsAny(name, `={};"`) &&
		(name == "" || strings.ContainsFunc(name, unicode.IsLetter))
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			n++
		}
	}
	return n
}
