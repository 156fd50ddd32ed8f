package token

import "encoding/binary"

// urlTrack follows the text of one lane and knows whether its end could be
// inside a URL. Where readers disagree about a text, all readings are followed
// and one is enough. It looks at bytes: all its marks are ASCII. The zero value
// stands at the start of a text.
type urlTrack struct {
	recent uint64 // the last eight bytes

	// For the rest of the text.
	stuck bool   // what follows is script, style, sent with a form, or an attribute
	tags  tagSet // the states of a tag that some reading is in

	// Until a blank line, which ends every paragraph.
	inked bool // the line so far is not blank
	depth int  // parentheses open since "]("
	dest  int  // bytes since "](" but for white space
	angle bool // a destination in the form <...> is open
	def   defState
	css   int // parentheses open since "url("

	run runState // until white space
}

// runState is what the run of text without white space up to here holds.
type runState struct {
	bytes   int
	url     bool // a mark of a URL
	mailto  bool // the run or the destination is "mailto:" and no more
	host    int  // behind a dot: one more than the letters since
	port    bool // behind a host, a colon and digits
	escaped bool // the last byte is a backslash that escapes the next

	// Until the byte that breaks an address.
	local  bool // the last byte may belong to a local part
	at     bool // joined to an @ behind a local part
	query  bool // joined to a question mark: "a?body=" before an address is a query
	secret bool // joined to a restored value
}

type defState uint8

const (
	defNone   defState = iota
	defBefore          // behind "]:"
	defInside          // in the run behind that
)

func (t *urlTrack) last() byte { return byte(t.recent) }

// ends reports whether the text ends in s, in any case. s has at most seven
// bytes: letters in lower case, "&" and "<".
func (t *urlTrack) ends(s string) bool {
	var v uint64
	for i := range len(s) {
		v = v<<8 | uint64(s[i])
	}
	const lower = 0x2020202020202020
	return (t.recent|lower)&(1<<(8*len(s))-1) == v
}

func (t *urlTrack) restored(value string) {
	t.write(value)
	t.run.secret = true
}

func (t *urlTrack) clean() bool {
	return !t.stuck && t.tags == 0 && t.depth == 0 && !t.angle && t.def == defNone && t.css == 0
}

func (t *urlTrack) fork() track {
	c := *t
	return &c
}

func (t *urlTrack) write(text string) {
	for i := 0; i < len(text); {
		word := i
		if t.tags == 0 && t.run.host == 0 && !t.run.port && t.last() != '<' {
			for word < len(text) && wordBytes[text[word]] {
				word++
			}
		}
		if word > i {
			t.word(text[:word], word-i)
			i = word
			continue
		}
		t.step(text[i])
		i++
	}
}

// word takes the last n bytes of text, all word bytes, of which no tag, host or
// port need know one by one.
func (t *urlTrack) word(text string, n int) {
	t.ink(n)
	t.run.mailto, t.run.escaped, t.run.local = false, false, true
	if len(text) >= 8 {
		t.recent = binary.BigEndian.Uint64([]byte(text[len(text)-8:]))
		return
	}
	for i := len(text) - n; i < len(text); i++ {
		t.recent = t.recent<<8 | uint64(text[i])
	}
}

func (t *urlTrack) step(b byte) {
	before := t.last()
	if t.tags != 0 || before == '<' {
		t.tag(before, b)
	}
	t.run.mailto = false
	switch {
	case isSpace(b):
		t.space(b)
	case wordByte(b):
		t.ink(1)
		t.run.escaped, t.run.local = false, true
		if t.run.host > 0 && isLetter(b) {
			t.run.host++
		} else {
			t.run.host = 0
		}
		t.run.port = t.run.port && isDigit(b)
	default:
		t.punct(before, b)
	}
	t.recent = t.recent<<8 | uint64(b)
}

func (t *urlTrack) space(b byte) {
	t.run = runState{}
	if t.def == defInside {
		t.def = defNone
	}
	if b != '\n' {
		return
	}
	if !t.inked {
		t.depth, t.angle, t.def, t.css = 0, false, defNone, 0
	}
	t.inked = false
}

// ink counts n bytes that are not white space.
func (t *urlTrack) ink(n int) {
	t.inked = true
	t.run.bytes += n
	t.dest += n
	if t.def == defBefore {
		t.def = defInside
	}
}

func (t *urlTrack) punct(before, b byte) {
	def, r := t.def, &t.run
	t.ink(1)
	escaped, host, port := r.escaped, r.host >= len(".io"), r.port
	r.escaped = b == '\\' && !escaped
	r.host, r.port = 0, false
	r.local = localByte(b)
	r.at = r.at && (b == '.' || b == '-')
	r.query = r.local && (r.query || b == '?')
	r.secret = r.secret && r.local
	switch b {
	case '(', ')':
		t.paren(before, b, escaped)
	case '<':
		t.angle = t.angle || t.dest == 1 && t.depth > 0 || def == defBefore
	case '>':
		t.angle = t.angle && escaped
		if def == defBefore { // the mark of a block quote, not of a destination
			t.def = defBefore
		}
	case '/':
		r.url = r.url || before == '/' || host || port
	case '?', '#':
		r.url = r.url || host
	case '.':
		r.url = r.url || t.ends("www")
		if wordByte(before) {
			r.host = 1
		}
	case '@':
		r.at = localByte(before)
	case ';':
		r.url = r.url || t.entity()
	case ':':
		if before == ']' {
			t.def = defBefore
		}
		r.port = host
		t.scheme()
	}
}

// paren follows link destinations and CSS url(). A parenthesis inside an open
// one counts whether or not that one is real, so that it takes as many to close.
func (t *urlTrack) paren(before, b byte, escaped bool) {
	switch {
	case b == '(' && before == ']':
		t.depth++
		t.dest = 0
	case b == '(' && t.depth > 0 && !escaped:
		t.depth++
	case b == ')' && t.depth > 0 && !escaped:
		t.depth--
	}
	switch {
	case b == '(' && (t.css > 0 && !escaped || t.ends("url") || t.ends("set")):
		t.css++
	case b == ')' && t.css > 0 && !escaped:
		t.css--
	}
}

// scheme marks the run if the colon now read ends a scheme. Only those that
// work without "//" need a name.
func (t *urlTrack) scheme() {
	if t.ends("mailto") {
		t.run.mailto = !t.run.url && (t.run.bytes == len("mailto:") || t.depth == 1 && t.dest == len("mailto:"))
		t.run.url = true
		return
	}
	for _, name := range []string{"http", "https", "ftp", "data", "script", "xmpp", "sms", "blob", "intent"} {
		t.run.url = t.run.url || t.ends(name)
	}
}

// entity reports whether the semicolon now read ends an HTML entity that may
// stand for a mark: any number, or one of the marks' names.
func (t *urlTrack) entity() bool {
	for shift := 0; shift < 64; shift += 8 {
		switch b := byte(t.recent >> shift); {
		case b == '#' && byte(t.recent>>(shift+8)) == '&':
			return true
		case !wordByte(b):
			shift = 64
		}
	}
	for _, name := range []string{"&colon", "&sol", "&period", "&commat", "&quest", "&num", "&bsol", "&tab"} {
		if t.ends(name) {
			return true
		}
	}
	return false
}
