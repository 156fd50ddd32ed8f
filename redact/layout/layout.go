// Package layout finds the name that a text's structure gives to a place in
// it: the key of a JSON object or a form, the column of a table, the tag
// around it. "customer_ssn": "…" needs no other evidence.
//
// The law it keeps: it reads what was typed, whole or cut off, valid or not,
// and answers with a name or none. It looks back a bounded stretch, and what
// it has learnt for one place serves the next, so that a text full of hits
// costs no more than a few passes.
package layout

import "strings"

// reach is how far back structure is followed, in bytes.
const reach = 4 << 10

// Layout is one text under study. The zero value is ready for use after
// [Layout.Reset]. It is not safe for concurrent use.
type Layout struct {
	text  string
	row   row     // the line last asked for
	list  element // the place in an array last asked for
	table table   // the table last walked through
	sql   insert
	// create is the table's definition in SQL that was last seen
	create statement
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
		return tag(l.text, at)
	case ',', '[':
		if name := l.element(at); name != "" {
			return name
		}
	}
	if name := l.field(i); name != "" {
		return name
	}
	line, from := l.line(i)
	if name := l.column(i, line, from); name != "" {
		return name
	}
	if name := l.quotedCell(i, line); name != "" {
		return name
	}
	return item(l.text, line, from)
}

// item returns the key above a list of YAML: "phones:" over lines that begin
// with a dash.
func item(text, line string, from int) string {
	dash := strings.TrimLeft(line, " ")
	if !strings.HasPrefix(dash, "- ") {
		return ""
	}
	indent := len(line) - len(dash)
	for range 64 {
		if from == 0 {
			return ""
		}
		line, from = above(text, from)
		body := strings.TrimLeft(line, " ")
		if strings.HasPrefix(body, "- ") || body == "" || len(line)-len(body) > indent {
			continue
		}
		if name, ok := strings.CutSuffix(strings.TrimRight(body, " \r"), ":"); ok && len(name) <= 80 {
			return name
		}
		return ""
	}
	return ""
}

// maxLine is the longest line of a table, in bytes, on either side of a place.
const maxLine = 2 << 10

// row is where the line of a place begins, -1 if that is not near.
type row struct{ at, from int }

// line returns the line in which byte i stands and where it begins; "" if it
// is too long to be one of a table or a list. Places mostly follow each other.
func (l *Layout) line(i int) (string, int) {
	r := &l.row
	if i < r.at || i-r.at > maxLine {
		*r = row{i, lineStart(l.text, i)}
	} else if n := strings.LastIndexByte(l.text[r.at:i], '\n'); n >= 0 {
		r.from = r.at + n + 1
	}
	if r.at = i; r.from < 0 || i-r.from > maxLine {
		return "", i
	}
	return lineFrom(l.text, r.from, i), r.from
}

// above returns the line that ends before the one that begins at from.
func above(text string, from int) (string, int) {
	start := lineStart(text, from-1)
	if start < 0 {
		return "", 0
	}
	return text[start : from-1], start
}

// lineStart returns where the line of byte i begins, -1 if that is not near.
func lineStart(text string, i int) int {
	from := max(0, i-maxLine)
	if n := strings.LastIndexByte(text[from:i], '\n'); n >= 0 {
		return from + n + 1
	}
	if from > 0 {
		return -1
	}
	return 0
}

// lineFrom returns the line that begins at from, with byte i in it; "" if its
// end is not near.
func lineFrom(text string, from, i int) string {
	to := min(len(text), i+maxLine)
	if n := strings.IndexByte(text[i:to], '\n'); n >= 0 {
		return text[from : i+n]
	}
	if to < len(text) {
		return ""
	}
	return text[from:]
}
