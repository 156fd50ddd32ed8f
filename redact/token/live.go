package token

import (
	"slices"
	"sort"
	"strings"

	"coatcheck/redact/plain"
)

// Live is the set of tokens that one exchange may restore. It is immutable and
// safe for concurrent use. The nil Live is empty.
type Live struct {
	lexicon lexicon
	values  []plain.Text // in the order of lexicon.names
	own     own
}

// NewLive freezes the set of tokens and asks value for each of them, once and
// before it returns. A token without a value, or of an impossible form, is left out.
// One of a native shape is live in that shape and in brackets.
func NewLive(tokens []Token, value func(Token) (plain.Text, bool)) *Live {
	byName := make(map[string]Token, len(tokens))
	names := make([]string, 0, len(tokens))
	for _, t := range tokens {
		name := t.name()
		if _, again := byName[name]; !again && t.Valid() {
			byName[name] = t
			names = append(names, name)
		}
	}
	slices.Sort(names)
	l := &Live{}
	kept := names[:0]
	for _, name := range names {
		if v, ok := value(byName[name]); ok {
			kept = append(kept, name)
			l.values = append(l.values, v)
		}
	}
	l.lexicon = newLexicon(kept, false)
	l.lexicon.look(newNativeSet(l.natives(tokens)))
	return l
}

// natives lists the tokens that are live in a native shape.
func (l *Live) natives(tokens []Token) (list []nativeName) {
	for _, t := range tokens {
		if !t.Shape.Native() {
			continue
		}
		if i, ok := slices.BinarySearch(l.lexicon.names, t.name()); ok {
			list = append(list, nativeName{strings.ToUpper(t.String()), t.Shape, i})
		}
	}
	return list
}

// Len returns the number of tokens.
func (l *Live) Len() int {
	if l == nil {
		return 0
	}
	return len(l.values)
}

// A lexicon is a sorted list of the names that a reader looks for:
// "EMAIL_7K3QXM" for a live token or, where any id will do, "EMAIL_".
type lexicon struct {
	names   []string
	anyID   bool
	natives nativeSet
	starts  [256]byteClass
	pairs   [26]uint32 // by first letter of a name, the set of second letters
}

// literal reports whether a name is that of a [Literal] token.
func (l *lexicon) literal(name int) bool { return strings.HasPrefix(l.names[name], Literal+"_") }

// A byteClass says whether a token may begin with a byte.
type byteClass uint8

const (
	startAnywhere byteClass = 1 << iota
	startWord               // only where a word begins
	startNative             // a native token, where a word begins
)

// newLexicon takes ownership of names, which are sorted and distinct.
func newLexicon(names []string, anyID bool) lexicon {
	l := lexicon{names: names, anyID: anyID}
	if len(names) == 0 {
		return l
	}
	for _, opener := range []string{"[", "\\", "&", "%", "［", "〔"} {
		l.starts[opener[0]] = startAnywhere
	}
	for _, name := range l.names {
		l.starts[name[0]] = startWord
		l.starts[name[0]|0x20] = startWord
		l.pairs[name[0]-'A'] |= 1 << (name[1] - 'A')
	}
	return l
}

// look adds native tokens to what is looked for.
func (l *lexicon) look(natives nativeSet) {
	l.natives = natives
	for _, name := range natives.names {
		if b := name[0]; isLetter(b) {
			l.starts[b] |= startNative
			l.starts[b|0x20] |= startNative
		} else if wordByte(b) {
			l.starts[b] |= startNative
		} else {
			l.starts[b] |= startAnywhere
		}
	}
}

// next returns the first place in s[from:] where a token may begin, or len(s).
// before is the byte that stands before s.
func (l *lexicon) next(s string, from int, before byte) int {
	if from > 0 && from <= len(s) {
		before = s[from-1]
	}
	// One test a byte: a word may begin only behind a byte that is not of a word.
	wanted := startAnywhere | behind[before]
	for i := from; i < len(s); i++ {
		b := s[i]
		if class := l.starts[b] & wanted; class != 0 && (class != startWord || l.begins(s, i)) {
			return i
		}
		wanted = startAnywhere | behind[b]
	}
	return len(s)
}

// behind says what may begin behind a byte.
var behind = func() (t [256]byteClass) {
	for b := range t {
		if !wordByte(byte(b)) {
			t[b] = startWord | startNative
		}
	}
	return t
}()

// begins reports whether the first two letters of a name may stand at s[i:].
func (l *lexicon) begins(s string, i int) bool {
	if i+1 == len(s) {
		return true
	}
	if second := s[i+1]; isLetter(second) {
		return l.pairs[upper(s[i])-'A']>>(upper(second)-'A')&1 != 0
	}
	// A label may be interrupted by what means nothing, but by nothing else.
	return asciiUnits[s[i+1]] == unitSkip || longUnits[s[i+1]] != nil
}

// A cursor is the range of the names that begin with the bytes seen so far.
type cursor struct {
	names         []string
	lo, hi, depth int
}

func (l *lexicon) cursor() cursor { return cursor{names: l.names, hi: len(l.names)} }

// step narrows the range by one more byte and reports whether a name is left.
func (c *cursor) step(b byte) bool {
	if c.hi-c.lo == 1 { // the usual case once a label is read
		if c.at(c.lo) != b {
			return false
		}
		c.depth++
		return true
	}
	span := c.hi - c.lo
	lo := c.lo + sort.Search(span, func(i int) bool { return c.at(c.lo+i) >= b })
	hi := c.lo + sort.Search(span, func(i int) bool { return c.at(c.lo+i) > b })
	c.lo, c.hi = lo, hi
	c.depth++
	return lo < hi
}

// at returns the byte of a name at the depth of c, or 0 behind its end.
func (c *cursor) at(name int) byte {
	if s := c.names[name]; c.depth < len(s) {
		return s[c.depth]
	}
	return 0
}
