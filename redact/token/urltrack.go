package token

// urlTrack follows the text of one lane and knows whether its end could be
// inside a URL. Where readers disagree about a text, all readings are followed
// and one is enough. It looks at bytes: all its marks are ASCII. The zero value
// stands at the start of a text.
type urlTrack struct {
	recent uint64 // the last eight bytes, letters in lower case

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

	// Until white space.
	url    bool // the run holds a mark of a URL
	run    int  // bytes
	mailto bool // the run or the destination is "mailto:" and no more
	host   int  // behind a dot: one more than the letters since
	port   bool // behind a host, a colon and digits

	// Until the byte that breaks an address.
	escaped bool // the last byte is a backslash that escapes the next
	local   bool // the last byte may belong to a local part
	at      bool // joined to an @ behind a local part
	secret  bool // joined to a restored value
}

type defState uint8

const (
	defNone   defState = iota
	defBefore          // behind "]:"
	defInside          // in the run behind that
)

func (t *urlTrack) last() byte { return byte(t.recent) }

// ends reports whether the text ends in s: at most seven bytes in lower case.
func (t *urlTrack) ends(s string) bool {
	var v uint64
	for i := range len(s) {
		v = v<<8 | uint64(s[i])
	}
	return t.recent&(1<<(8*len(s))-1) == v
}

func (t *urlTrack) restored(value string) {
	t.write(value)
	t.secret = true
}

func (t *urlTrack) write(text string) {
	for i := range len(text) {
		t.step(text[i])
	}
}

func (t *urlTrack) step(b byte) {
	before := t.last()
	if t.tags != 0 || before == '<' {
		t.tag(before, b)
	}
	t.mailto = false
	switch {
	case isSpace(b):
		t.space(b)
	case wordByte(b):
		t.word(b)
	default:
		t.punct(before, b)
	}
	if 'A' <= b && b <= 'Z' {
		b |= 0x20
	}
	t.recent = t.recent<<8 | uint64(b)
}

func (t *urlTrack) space(b byte) {
	t.url, t.run, t.host, t.port = false, 0, 0, false
	t.escaped, t.local, t.at, t.secret = false, false, false, false
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

func (t *urlTrack) word(b byte) {
	t.ink()
	t.escaped, t.local = false, true
	if t.host > 0 && isLetter(b) {
		t.host++
	} else {
		t.host = 0
	}
	t.port = t.port && isDigit(b)
}

// ink counts a byte that is not white space.
func (t *urlTrack) ink() {
	t.inked = true
	t.run++
	t.dest++
	if t.def == defBefore {
		t.def = defInside
	}
}

func (t *urlTrack) punct(before, b byte) {
	def := t.def
	t.ink()
	escaped := t.escaped
	t.escaped = b == '\\' && !escaped
	t.local = localByte(b)
	t.at = t.at && (b == '.' || b == '-')
	t.secret = t.secret && t.local
	host := t.host >= len(".io")
	port := t.port
	t.host, t.port = 0, false
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
		t.url = t.url || before == '/' || host || port
	case '?', '#':
		t.url = t.url || host
	case '.':
		t.url = t.url || t.ends("www")
		if wordByte(before) {
			t.host = 1
		}
	case '@':
		t.at = localByte(before)
	case ';':
		t.url = t.url || t.entity()
	case ':':
		if before == ']' {
			t.def = defBefore
		}
		t.port = host
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
		t.mailto = !t.url && (t.run == len("mailto:") || t.depth == 1 && t.dest == len("mailto:"))
		t.url = true
		return
	}
	for _, name := range []string{"http", "https", "ftp", "data", "script", "xmpp", "sms", "blob", "intent"} {
		t.url = t.url || t.ends(name)
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
