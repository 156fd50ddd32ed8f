package token

import (
	"slices"
	"strings"

	"coatcheck/redact/plain"
)

// Live is the set of tokens that one exchange may restore. It is immutable and
// safe for concurrent use. The nil Live is empty.
type Live struct {
	lexicon lexicon
	tokens  []Token      // in the order of lexicon.names
	values  []plain.Text // in the order of lexicon.names
}

// NewLive freezes the set of tokens and asks value for each of them, once and
// before it returns. A token without a value, or of an impossible form, is left out.
func NewLive(tokens []Token, value func(Token) (plain.Text, bool)) *Live {
	sorted := slices.Clone(tokens)
	slices.SortFunc(sorted, func(a, b Token) int { return strings.Compare(a.name(), b.name()) })
	sorted = slices.Compact(sorted)
	l := &Live{}
	var names []string
	for _, t := range sorted {
		v, ok := value(t)
		if !ok || !t.Valid() {
			continue
		}
		names = append(names, t.name())
		l.tokens = append(l.tokens, t)
		l.values = append(l.values, v)
	}
	l.lexicon = newLexicon(names, false)
	return l
}

// Len returns the number of tokens.
func (l *Live) Len() int {
	if l == nil {
		return 0
	}
	return len(l.tokens)
}

// Lookup returns the value of t, if t is live.
func (l *Live) Lookup(t Token) (plain.Text, bool) {
	if l == nil {
		return plain.Text{}, false
	}
	i, ok := slices.BinarySearch(l.lexicon.names, t.name())
	if !ok {
		return plain.Text{}, false
	}
	return l.values[i], true
}
