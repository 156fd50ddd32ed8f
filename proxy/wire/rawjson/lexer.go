package rawjson

import "strings"

// lexState is what a [lexer] expects next.
type lexState uint8

const (
	lexStart     lexState = iota // nothing but white space so far
	lexRaw                       // this is no JSON, or no longer
	lexString                    // inside a string
	lexEscape                    // inside an escape of a string
	lexValue                     // a value
	lexFirst                     // a value or ]
	lexName                      // a name
	lexFirstName                 // a name or }
	lexColon                     // the colon behind a name
	lexNext                      // a comma or the end of the container
	lexNumber                    // more of a number, or what may follow one
	lexLiteral                   // the rest of true, false or null
	lexDone                      // the document is whole; another may follow
)

// lexer follows one level of JSON, byte by byte, so far as is needed to know
// strings from the rest and to notice that the text is none.
type lexer struct {
	state lexState
	name  bool   // the string that is open is a name
	stack []byte // open containers: { or [
	rest  string // what is missing of a literal

	// The escape that is being read: its characters and where they stand.
	held       [12]byte
	n          int
	src, width int
}

func (l *lexer) reset() {
	l.state, l.name, l.stack, l.n = lexStart, false, l.stack[:0], 0
}

// outside reports whether the next byte is one for [lexer.step].
func (l *lexer) outside() bool { return l.state == lexStart || l.state >= lexValue }

// step takes one byte outside strings.
func (l *lexer) step(c byte) {
	switch {
	case l.state == lexLiteral:
		l.literal(c)
	case l.state == lexNumber && isNumber(c):
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		if l.state == lexNumber {
			l.value()
		}
	default:
		if l.state == lexNumber {
			l.value()
		}
		l.token(c)
	}
}

// token takes a byte that begins something.
func (l *lexer) token(c byte) {
	state := l.state
	l.state = lexRaw // unless c is one of those that may come here
	value := state == lexValue || state == lexFirst
	opens := value || state == lexStart || state == lexDone
	switch {
	case c == '{' && opens:
		l.stack, l.state = append(l.stack, c), lexFirstName
	case c == '[' && opens:
		l.stack, l.state = append(l.stack, c), lexFirst
	case c == '}' && (state == lexNext || state == lexFirstName) && l.in('{'),
		c == ']' && (state == lexNext || state == lexFirst) && l.in('['):
		l.stack = l.stack[:len(l.stack)-1]
		l.value()
	case c == ',' && state == lexNext:
		l.state = lexValue
		if l.in('{') {
			l.state = lexName
		}
	case c == ':' && state == lexColon:
		l.state = lexValue
	case c == '"' && (state == lexName || state == lexFirstName):
		l.state, l.name = lexString, true
	case !value:
	case c == '"':
		l.state, l.name = lexString, false
	case c == '-' || '0' <= c && c <= '9':
		l.state = lexNumber
	default:
		l.rest = restOf(c)
		if l.rest != "" {
			l.state = lexLiteral
		}
	}
}

func (l *lexer) in(container byte) bool {
	return len(l.stack) > 0 && l.stack[len(l.stack)-1] == container
}

// value notes that a value, or a name, is whole.
func (l *lexer) value() {
	switch {
	case l.name:
		l.state, l.name = lexColon, false
	case len(l.stack) == 0:
		l.state = lexDone
	default:
		l.state = lexNext
	}
}

func (l *lexer) literal(c byte) {
	if c != l.rest[0] {
		l.state = lexRaw
		return
	}
	if l.rest = l.rest[1:]; l.rest == "" {
		l.value()
	}
}

// restOf returns what must follow the first letter of a literal.
func restOf(c byte) string {
	switch c {
	case 't':
		return "rue"
	case 'f':
		return "alse"
	case 'n':
		return "ull"
	}
	return ""
}

func isNumber(c byte) bool { return strings.IndexByte("0123456789.eE+-", c) >= 0 }

// hold keeps a character of an escape that is not whole yet.
func (l *lexer) hold(b []byte, src, width int) {
	if l.n == 0 {
		l.src, l.width = src, 0
	}
	l.n += copy(l.held[l.n:], b)
	l.width += width
}
