// Package layout finds the name that a text's structure gives to a place in
// it: the key of a JSON object or a form, the column of a table, the tag
// around it. "customer_ssn": "…" needs no other evidence.
//
// The law it keeps: it reads what was typed, whole or cut off, valid or not,
// and answers with a name or none. For one place it looks back 4 KB at most,
// but for the lines of a table and a list; what it has learnt for one place
// serves the next, so that the cost of places in their order grows with the
// text, whatever it is made of.
package layout

import "strings"

const (
	// reach is how far back structure is followed, in bytes.
	reach = 4 << 10
	// maxName is the longest name of a column or a key, in bytes.
	maxName = 80
)

// Layout is one text under study. The zero value is ready for use after
// [Layout.Reset]. It is not safe for concurrent use.
type Layout struct {
	text string
	row  row     // the line last asked for
	list element // the place in an array last asked for
	item item    // the line of a list last asked for

	paragraph paragraph // last asked for
	tables    [len(separators)]table
	sql       insert
	create    statement // the table's definition in SQL that was last seen
	read      int       // bytes looked at so far, but for a few beside each place
}

// element is a place in an array and the array's name.
type element struct {
	at   int
	name string
}

// Reset begins with another text.
func (l *Layout) Reset(text string) { *l = Layout{text: text} }

// Name returns the name of the place at byte i: what stands before it as its
// key, else its tag, else its column; "" where the structure has none. An
// array's name is that of its elements.
func (l *Layout) Name(i int) string {
	at := l.opening(i)
	switch before(l.text, at) {
	case ':', '=':
		return l.key(at)
	case '>':
		return l.tag(at)
	case ',', '[':
		if name := l.element(at); name != "" {
			return name
		}
	}
	if name := l.field(i); name != "" {
		return name
	}
	line, from := l.line(i)
	if line == "" {
		return ""
	}
	if name := l.column(i, line, from); name != "" {
		return name
	}
	if name := l.quotedCell(i, line); name != "" {
		return name
	}
	return l.listed(line, from)
}

// item is a line that begins with a dash, and the key above its list.
type item struct {
	from  int
	name  string
	known bool
}

// listed returns the key above a list of YAML: "phones:" over lines that begin
// with a dash.
func (l *Layout) listed(line string, from int) string {
	dash := strings.TrimLeft(line, " ")
	if !strings.HasPrefix(dash, "- ") {
		return ""
	}
	if !l.item.known || l.item.from != from {
		l.item = item{from, l.over(from, len(line)-len(dash)), true}
	}
	return l.item.name
}

// over returns the key above the list whose line with that indent begins at from.
func (l *Layout) over(from, indent int) string {
	for range 64 {
		if from == 0 {
			return ""
		}
		var line string
		line, from = l.above(from)
		body := strings.TrimLeft(line, " ")
		if strings.HasPrefix(body, "- ") || body == "" || len(line)-len(body) > indent {
			continue
		}
		if name, ok := strings.CutSuffix(strings.TrimRight(body, " \r"), ":"); ok && len(name) <= maxName {
			return name
		}
		return ""
	}
	return ""
}

// maxLine is the longest line of a table, in bytes, on either side of a place.
const maxLine = 2 << 10

// row is where the line of a place begins, -1 if that is not near.
type row struct {
	at, from int
	cells    cells
}

// line returns the line in which byte i stands and where it begins; "" if it
// is too long to be one of a table or a list. Places mostly follow each other.
func (l *Layout) line(i int) (string, int) {
	r := &l.row
	if i < r.at || i-r.at > maxLine {
		*r = row{at: i, from: l.lineStart(i)}
	} else {
		l.read += i - r.at
		if n := strings.LastIndexByte(l.text[r.at:i], '\n'); n >= 0 {
			*r = row{from: r.at + n + 1}
		}
	}
	if r.at = i; r.from < 0 || i-r.from > maxLine {
		return "", i
	}
	return l.lineFrom(r.from, i), r.from
}

// above returns the line that ends before the one that begins at from.
func (l *Layout) above(from int) (string, int) {
	start := l.lineStart(from - 1)
	if start < 0 {
		return "", 0
	}
	return l.text[start : from-1], start
}

// lineStart returns where the line of byte i begins, -1 if that is not near.
func (l *Layout) lineStart(i int) int {
	from := max(0, i-maxLine)
	start := from
	if n := strings.LastIndexByte(l.text[from:i], '\n'); n >= 0 {
		start = from + n + 1
	} else if from > 0 {
		start = -1
	}
	l.read += i - max(from, start)
	return start
}

// lineFrom returns the line that begins at from, with byte i in it; "" if its
// end is not near.
func (l *Layout) lineFrom(from, i int) string {
	end := min(len(l.text), i+maxLine)
	n := strings.IndexByte(l.text[i:end], '\n')
	switch {
	case n >= 0:
		end = i + n
	case end < len(l.text):
		l.read += maxLine
		return ""
	}
	l.read += end - i
	return l.text[from:end]
}
