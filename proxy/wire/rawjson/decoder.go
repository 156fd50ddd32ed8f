package rawjson

// MaxNested is how many levels of JSON in strings of JSON are told from text,
// in requests and answers alike. What is nested deeper is the text it is.
const MaxNested = 4

// Sink takes what a [Decoder] reads. A level counts the JSON strings that the
// text stands in, seen from the decoder's own text, which is level 0; the last
// one is [MaxNested].
type Sink interface {
	// Text takes characters as a reader at the level sees them. They are
	// spelled in the width source bytes from src on; each byte stands for
	// itself when the width is len(b), and b cannot be cut otherwise. b is
	// valid during the call.
	Text(level int, b []byte, src, width int)
	// Begin and End enclose the text of one string of JSON at the level.
	Begin(level int)
	End(level int)
}

// Decoder reads JSON inside text: tool arguments above all. It takes the text
// in pieces cut anywhere, inside escapes too, and tells characters of strings
// from structure at up to [MaxNested] levels. Text whose first character that
// is not white space is { or [ counts as JSON for as long as it is; from the
// byte on where it breaks it is taken as it stands.
//
// A Decoder begins with [Decoder.Reset] and is used by one goroutine.
type Decoder struct {
	to     Sink
	levels [MaxNested]lexer
}

// Reset begins a new text, which to gets. What an escape at the end of the
// last one still waited for is forgotten.
func (d *Decoder) Reset(to Sink) {
	d.to = to
	d.levels[0].reset()
}

// Feed takes the next piece of the text. It is spelled in the width source
// bytes from src on, as [Sink] has it: a width that is not len(b) is that of
// one character.
func (d *Decoder) Feed(b []byte, src, width int) { d.feed(0, b, src, width) }

// feed takes the next piece of the text at level k. See [Decoder.Feed].
func (d *Decoder) feed(k int, b []byte, src, width int) {
	switch {
	case k == len(d.levels) || d.levels[k].state == lexRaw:
		d.to.Text(k, b, src, width)
		return
	case len(b) != width:
		d.unit(k, b, src, width)
		return
	}
	for len(b) > 0 {
		n := d.run(k, b, src)
		b, src = b[n:], src+n
	}
}

// run takes the longest piece at the start of b that needs one decision and
// returns its length.
func (d *Decoder) run(k int, b []byte, src int) int {
	l := &d.levels[k]
	switch l.state {
	case lexRaw:
		d.to.Text(k, b, src, len(b))
		return len(b)
	case lexString:
		if n := plainLen(b); n > 0 {
			d.feed(k+1, b[:n], src, n)
			return n
		}
		d.unit(k, b[:1], src, 1)
		return 1
	case lexEscape:
		d.unit(k, b[:1], src, 1)
		return 1
	}
	n := 0
	for n < len(b) && l.outside() {
		l.step(b[n])
		n++
	}
	d.structure(k, b[:n], src, n)
	return n
}

// plainLen returns how many bytes at the start of b need no look in a string.
func plainLen(b []byte) int {
	for i, c := range b {
		if c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return len(b)
}

// unit takes one character that cannot be cut.
func (d *Decoder) unit(k int, b []byte, src, width int) {
	l := &d.levels[k]
	switch {
	case l.state == lexEscape:
		d.escaped(k, b, src, width)
	case l.state != lexString:
		if l.outside() {
			l.step(b[0])
		}
		d.structure(k, b, src, width)
	case b[0] == '"':
		d.leave(k)
		l.value()
		d.to.Text(k, b, src, width)
	case b[0] == '\\':
		l.state = lexEscape
		l.hold(b, src, width)
	case b[0] < ' ':
		d.broken(k, b, src, width)
	default:
		d.feed(k+1, b, src, width)
	}
}

// structure hands on text outside strings, and enters the string that it may
// have opened with its last byte.
func (d *Decoder) structure(k int, b []byte, src, width int) {
	d.to.Text(k, b, src, width)
	if d.levels[k].state != lexString {
		return
	}
	if k+1 < len(d.levels) {
		d.levels[k+1].reset()
	}
	d.to.Begin(k + 1)
}

// escaped takes the next character of an escape and hands the escape on when
// it is whole.
func (d *Decoder) escaped(k int, b []byte, src, width int) {
	l := &d.levels[k]
	l.hold(b, src, width)
	held := l.held[:l.n]
	switch c := held[len(held)-1]; {
	case len(b) > 1:
	case len(held) == 2:
		switch c {
		case 'u':
			return
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			d.decoded(k)
			return
		}
	case !isHexDigit(c):
	case len(held) == len(`\u0000`):
		d.decoded(k)
		return
	default:
		return
	}
	d.broken(k, held, l.src, l.width)
}

// decoded hands the whole escape that level k holds to the level below it.
// Halves of a surrogate pair go one by one, so that the text does not depend
// on where it was cut.
func (d *Decoder) decoded(k int) {
	l := &d.levels[k]
	var room [4]byte
	b, _ := AppendUnescaped(room[:0], string(l.held[:l.n]))
	l.state, l.n = lexString, 0
	d.feed(k+1, b, l.src, l.width)
}

// broken ends the JSON at level k: b and all that follows is plain text there.
func (d *Decoder) broken(k int, b []byte, src, width int) {
	d.leave(k)
	d.levels[k].state = lexRaw
	d.to.Text(k, b, src, width)
}

// leave ends the string that level k is in. An escape that a level below was
// still waiting for will not become whole: it is no part of any text.
func (d *Decoder) leave(k int) {
	if k+1 < len(d.levels) {
		if below := &d.levels[k+1]; below.state == lexString || below.state == lexEscape {
			d.leave(k + 1)
		}
	}
	d.to.End(k + 1)
}
