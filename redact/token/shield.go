package token

import "slices"

// Shield finds the text that a [Restorer] could take for a token, so that it
// can be hidden behind a [Literal] token before it goes out. Without that, text
// from a third party could name a private value in the answer. A Shield is
// immutable and safe for concurrent use.
type Shield struct{ lexicon lexicon }

// With returns a shield against tokens of some native shapes as well.
func (s *Shield) With(shapes Shapes) *Shield {
	if shapes == 0 {
		return s
	}
	wider := &Shield{s.lexicon}
	wider.lexicon.look(anyOf(shapes))
	return wider
}

// NewShield returns the shield against tokens of the given labels, which must
// be all that the rules in use can mint, and of [Literal], in brackets. Labels of an
// impossible form are left out: no live token can have them.
func NewShield(labels []string) *Shield {
	names := []string{Literal + "_"}
	for _, label := range labels {
		if ValidLabel(label) {
			names = append(names, label+"_")
		}
	}
	slices.Sort(names)
	return &Shield{newLexicon(slices.Compact(names), true)}
}

// Find returns the ranges to hide, in order and apart from each other. For every
// live set with labels and native shapes of this shield, all edits of a [Restorer] over text lie
// within them; the live set itself does not matter.
func (s *Shield) Find(text string) []Range {
	var found []Range
	l := &s.lexicon
	for at := l.next(text, 0, 0); at < len(text); at = l.next(text, at+1, 0) {
		m, v := l.match(text, at, 0, true)
		if v != hit {
			continue
		}
		// Not on to m.End: a set in which this token is not live sees the next one.
		if last := len(found) - 1; last >= 0 && m.Start < found[last].End {
			found[last].End = max(found[last].End, m.End)
			continue
		}
		found = append(found, m.Range)
	}
	return found
}
