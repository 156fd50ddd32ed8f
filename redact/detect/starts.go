package detect

import (
	"slices"

	"github.com/dlclark/regexp2/v2/syntax"
)

// starts tells in two look-ups where a match cannot start. Most windows have
// one place left after that, many have none.
type starts struct {
	first    byteSet // every match begins with one of these
	notAfter byteSet // no match begins behind one of these ASCII bytes
	onlyZero bool    // a match begins where the text does
	atWord   bool    // no match begins inside a word of ASCII letters, digits and _
}

var wordSet = alnumSet.or(rangeSet('_', '_'))

// inWord is wordSet for a look at every byte.
var inWord = func() (t [256]bool) {
	for c := range t {
		t[c] = wordSet.has(byte(c))
	}
	return t
}()

// possible reports whether a match may start at i.
func (s *starts) possible(text string, i int) bool {
	return s.first.has(text[i]) && (i == 0 || !s.notAfter.has(text[i-1]))
}

// first returns the bytes that a match can begin with.
func (s *summary) first() byteSet {
	var set byteSet
	for _, h := range s.head {
		if len(h) == 0 {
			return anySet
		}
		set = set.or(h[0])
	}
	return set
}

// guard collects what the negative look-behinds at the very beginning of a
// pattern forbid as the character before. Sets outside ASCII are only known
// roughly, so that part is left to the expression itself.
func (a *analysis) guard(n *syntax.RegexNode) (set byteSet) {
	switch n.T {
	case syntax.NtCapture, syntax.NtGroup, syntax.NtAtomic:
		return a.guard(n.Children[0])
	case syntax.NtNegLook:
		if n.Options&syntax.RightToLeft != 0 {
			return a.singles(n.Children[0])
		}
	case syntax.NtConcatenate:
		for _, c := range n.Children {
			set = set.or(a.guard(c))
			if c.T != syntax.NtNegLook && c.T != syntax.NtPosLook && c.T != syntax.NtBoundary {
				return set
			}
		}
	}
	return set
}

// singles returns the ASCII characters that a node matches by themselves,
// whatever stands around them.
func (a *analysis) singles(n *syntax.RegexNode) (set byteSet) {
	switch n.T {
	case syntax.NtCapture, syntax.NtGroup, syntax.NtAtomic:
		return a.singles(n.Children[0])
	case syntax.NtAlternate:
		for _, c := range n.Children {
			set = set.or(a.singles(c))
		}
		return set
	}
	x, err := a.node(n)
	if err != nil || looks(n) {
		return set
	}
	for _, s := range x.exact {
		if len(s) == 1 {
			set = set.or(s[0])
		}
	}
	set[2], set[3] = 0, 0
	return set
}

// looks reports whether a node looks at what it does not take.
func looks(n *syntax.RegexNode) bool {
	switch n.T {
	case syntax.NtBol, syntax.NtEol, syntax.NtBeginning, syntax.NtEndZ, syntax.NtEnd,
		syntax.NtBoundary, syntax.NtNonboundary, syntax.NtPosLook, syntax.NtNegLook:
		return true
	}
	return slices.ContainsFunc(n.Children, looks)
}

// atZero reports whether a pattern begins with \A.
func atZero(n *syntax.RegexNode) bool {
	switch n.T {
	case syntax.NtBeginning:
		return true
	case syntax.NtCapture, syntax.NtGroup, syntax.NtAtomic, syntax.NtConcatenate:
		return atZero(n.Children[0])
	}
	return false
}
