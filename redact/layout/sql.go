package layout

import "strings"

// insert is the SQL statement last looked at: INSERT INTO t (a, b) VALUES (…).
type insert struct {
	from, at int // just behind VALUES, and how far its rows have been read
	columns  []string
	depth    int
	column   int
	quoted   bool
}

// field returns the column that an INSERT gives the value at byte i.
func (l *Layout) field(i int) string {
	if c := before(l.text, i); c != '(' && c != ',' {
		return ""
	}
	s := &l.sql
	if s.at == 0 || i < s.at {
		*s = insert{from: max(0, i-reach), at: max(0, i-reach)}
	}
	l.read += i - max(s.at, i-reach)
	if n := lastValues(l.text[max(s.at, i-reach):i]); n >= 0 {
		from := max(s.at, i-reach) + n
		*s = insert{from: from, at: from, columns: l.columns(from - len("values"))}
	}
	l.read += i - s.at
	s.follow(l.text[s.at:i])
	s.at = i
	if s.depth != 1 || s.column >= len(s.columns) {
		return ""
	}
	return s.columns[s.column]
}

// lastValues returns the offset behind the last VALUES in s, or -1.
func lastValues(s string) int {
	upper := strings.LastIndex(s, "VALUES")
	lower := strings.LastIndex(s, "values")
	if n := max(upper, lower); n >= 0 {
		return n + len("values")
	}
	return -1
}

// columns reads the list in brackets that ends at byte i, if it is near.
func (l *Layout) columns(i int) (names []string) {
	s := strings.TrimRight(l.text[max(0, i-reach):i], " \t\r\n")
	if l.read += i - max(0, i-reach); !strings.HasSuffix(s, ")") {
		return nil
	}
	open := strings.LastIndexByte(s, '(')
	if open < 0 {
		return nil
	}
	for name := range strings.SplitSeq(s[open+1:len(s)-1], ",") {
		name = strings.Trim(name, " \t\r\n\"`[]")
		if len(name) > maxName {
			name = ""
		}
		names = append(names, name)
	}
	return names
}

// follow reads rows: brackets and commas outside quotes.
func (s *insert) follow(part string) {
	for k := range len(part) {
		switch c := part[k]; {
		case c == '\'':
			s.quoted = !s.quoted
		case s.quoted:
		case c == '(':
			if s.depth++; s.depth == 1 {
				s.column = 0
			}
		case c == ')':
			s.depth--
		case c == ',' && s.depth == 1:
			s.column++
		}
	}
}
