package token

// A tagSet is the set of states that an HTML reader may be in behind a text,
// if each "<" before a letter may be the one that truly begins a tag: a reader
// skips comments, code and quoted text that another takes for tags.
type tagSet uint8

const (
	inName   tagSet = 1 << iota // <img
	inTag                       // <img |
	inEquals                    // <img src=
	inBare                      // <img src=/
	inDouble                    // <img src="
	inSingle                    // <img src='
	inLink                      // <mailto:
)

// tag follows the tags over one more byte.
func (t *urlTrack) tag(before, b byte) {
	var next tagSet
	if before == '<' && isLetter(b) {
		next |= inName
	}
	if t.tags&inName != 0 {
		switch {
		case b == ':':
			next |= inName | inLink
		case nameByte(b):
			next |= inName
		case isSpace(b) || b == '/':
			next |= inTag
			t.element()
		case b == '>':
			t.element()
		}
		// A name with any other byte in it is no element that loads anything.
	}
	for state := inTag; state <= inLink; state <<= 1 {
		if t.tags&state != 0 {
			next |= state.after(b)
		}
	}
	if b == '\n' && t.tags&(inDouble|inSingle) != 0 {
		// Where the lines are Markdown again their quotes are written as
		// entities, and only another tag's quote would end this one.
		t.stuck = true
	}
	t.tags = next
}

// after returns the state that follows s, none for the end of the tag.
func (s tagSet) after(b byte) tagSet {
	switch {
	case s == inDouble && b != '"', s == inSingle && b != '\'':
		return s
	case s == inDouble, s == inSingle:
		return inTag
	case b == '>', s == inLink && isSpace(b):
		return 0
	case s == inLink:
		return inLink
	case s == inTag && b == '=':
		return inEquals
	case s == inTag:
		return inTag
	case isSpace(b) && s == inBare:
		return inTag
	case isSpace(b):
		return inEquals
	case s == inEquals && b == '"':
		return inDouble
	case s == inEquals && b == '\'':
		return inSingle
	}
	return inBare
}

// element looks at the name that ends here. The text of some elements is code
// or leaves with a form; where they end no two readers agree.
func (t *urlTrack) element() {
	t.stuck = t.stuck || t.ends("<script") || t.ends("<style") || t.ends("<form")
}

// nameByte reports whether b may be in the name of an element or of a scheme.
func nameByte(b byte) bool { return wordByte(b) || b == '-' || b == '.' || b == '+' }
