package layout

import "strings"

// insert is the SQL statement last looked at: INSERT INTO t (a, b) VALUES (…),
// or INSERT INTO t VALUES (…) below CREATE TABLE t (a int, b text).
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
		if s.columns == nil {
			s.columns = l.created(from)
		}
	}
	from := s.at
	if s.at = i; s.columns == nil { // no rows to follow
		return ""
	}
	l.read += i - from
	s.follow(l.text, from, i)
	if s.depth != 1 || s.column >= len(s.columns) {
		return ""
	}
	return s.columns[s.column]
}

// lastValues returns the offset behind the last VALUES in s, or -1.
func lastValues(s string) int {
	if n := lastOf(s, "VALUES", "values"); n >= 0 {
		return n + len("values")
	}
	return -1
}

// lastOf returns where the last of two words begins in s, or -1. Most texts have
// neither, which is found out much faster from the front.
func lastOf(s, upper, lower string) int {
	last := -1
	for _, word := range []string{upper, lower} {
		if strings.Contains(s, word) {
			last = max(last, strings.LastIndex(s, word))
		}
	}
	return last
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

// columns reads the list in brackets that ends at byte i, if it is near.
func (l *Layout) columns(i int) []string {
	part := l.text[max(0, i-reach):i]
	l.read += len(part)
	return inBrackets(strings.TrimRight(part, " \t\r\n"))
}

// inBrackets reads the list in brackets at the end of s.
func inBrackets(s string) (names []string) {
	open := strings.LastIndexByte(s, '(')
	if !strings.HasSuffix(s, ")") || open < 0 {
		return nil
	}
	for name := range strings.SplitSeq(s[open+1:len(s)-1], ",") {
		names = append(names, columnName(name))
	}
	return names
}

// columnName strips a column of its quotes; one that is too long has no name.
func columnName(s string) string {
	if s = strings.Trim(s, " \t\r\n\"`[]"); len(s) > maxName {
		return ""
	}
	return s
}

// statement is the CREATE TABLE last seen, and how far the text was searched.
type statement struct {
	to      int
	columns []string
}

// created returns the columns of the last CREATE TABLE before i, within reach of
// it or of the rows that were asked about before.
func (l *Layout) created(i int) []string {
	c := &l.create
	if i < c.to {
		*c = statement{}
	}
	part := l.text[max(c.to, i-reach):i]
	l.read += len(part)
	if at := lastOf(part, "CREATE TABLE", "create table"); at >= 0 {
		c.columns = defined(part[at:])
	}
	c.to = i
	return c.columns
}

// defined reads the columns of a CREATE TABLE: the first word of each of its
// parts, but those that begin a constraint.
func defined(s string) (names []string) {
	_, body, ok := strings.Cut(s, "(")
	if !ok {
		return nil
	}
	depth, from := 0, 0
	for i := range len(body) {
		switch c := body[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0 && (c == ',' || c == ')'):
			word, _, _ := strings.Cut(strings.TrimSpace(body[from:i]), " ")
			if from = i + 1; !constraint(word) {
				names = append(names, columnName(word))
			}
			if c == ')' {
				return names
			}
		}
	}
	return nil
}

// constraints are the words at the beginning of what is no column.
var constraints = map[string]bool{
	"PRIMARY": true, "KEY": true, "UNIQUE": true, "INDEX": true, "CONSTRAINT": true, "FOREIGN": true, "CHECK": true, "FULLTEXT": true,
}

func constraint(word string) bool { return len(word) <= maxName && constraints[strings.ToUpper(word)] }

// copied returns the columns of PostgreSQL's COPY t (a, b) FROM stdin, the line
// above its rows.
func copied(line string) []string {
	head, _, ok := strings.Cut(line, ") FROM stdin")
	if !ok || !strings.HasPrefix(head, "COPY ") {
		return nil
	}
	return inBrackets(line[:len(head)+1])
}

// follow reads rows: brackets and commas outside quotes. A quote between two
// letters is an apostrophe that nobody doubled.
func (s *insert) follow(text string, from, to int) {
	for k := from; k < to; k++ {
		switch c := text[k]; {
		case c == '\'':
			s.quoted = !s.quoted || letter(text[k-1]) && letter(at(text, k+1))
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
