package redact

import (
	"unicode/utf8"

	"coatcheck/redact/detect"
	"coatcheck/redact/layout"
	"coatcheck/rules"
)

// locate finds the word that a step is about, the nearest one first.
func (st *Step) locate(x *Explanation, r *rules.Rule, structure *layout.Layout, key, text string) {
	words := r.Context.Words
	switch st.Kind {
	case Against:
		words = r.Context.Negative
	case For:
	default:
		return
	}
	if st.Name = longest(words, structure.Name(x.Start)); st.Name != "" {
		st.Where = Structure
		return
	}
	if st.Name = longest(words, key); st.Name != "" {
		st.Where = InKey
		return
	}
	before := detect.Before(text, x.Start, r.Context.Window)
	after := ""
	if st.Kind == For && r.Context.After > 0 {
		after = detect.After(text, x.End, r.Context.After)
	}
	st.Where = Structure
	for _, w := range words {
		one := detect.NewWords([]string{w})
		if d, ok := gap(one, before, true); ok && (st.Name == "" || d < st.Distance) {
			st.Name, st.Where, st.Distance = w, InBefore, d
		}
		if d, ok := gap(one, after, false); ok && (st.Name == "" || d < st.Distance) {
			st.Name, st.Where, st.Distance = w, InAfter, d
		}
	}
}

// longest returns the longest of the words that stand in a name.
func longest(words []string, name string) (best string) {
	folded := detect.Fold(nil, name)
	for _, w := range words {
		if len(w) > len(best) && detect.NewWords([]string{w}).In(folded) {
			best = w
		}
	}
	return best
}

// gap returns how many runes of a stretch lie between a word in it and the
// match, which stands behind the stretch or in front of it.
func gap(w detect.Words, stretch string, behind bool) (int, bool) {
	if !w.In(detect.Fold(nil, stretch)) {
		return 0, false
	}
	runes := []rune(stretch)
	for n := range runes { // cut from the side of the match as long as the word stays whole
		rest := runes[:len(runes)-n-1]
		if !behind {
			rest = runes[n+1:]
		}
		if !w.In(detect.Fold(nil, string(rest))) {
			return n, true
		}
	}
	return utf8.RuneCountInString(stretch), true
}
