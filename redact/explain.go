package redact

import (
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"coatcheck/redact/detect"
	"coatcheck/redact/detect/check"
	"coatcheck/redact/layout"
	"coatcheck/redact/plain"
	"coatcheck/rules"
)

// Explanation says what one pattern made of one place. Its Finding is the whole
// match, before other rules took bytes of it. It holds no piece of the text.
type Explanation struct {
	Finding
	Pattern  int      // index in the rule's list
	Steps    []Step   // what made the score, in order
	Reason   Reason   // Held, or why it is no finding
	Beats    []string // rules whose matches gave way to this one
	BeatBy   string   // the rule that took its bytes, or some of them
	Reserved string   // the class of a value that nobody has, such as test-card
}

// Step is one piece of evidence and the score after it.
type Step struct {
	Kind     StepKind
	Name     string // the validator, the word of the rule's context, the keyword, or the required rule
	Passed   bool   // of a validator or a required rule
	Where    Where  // of a word
	Distance int    // of a word or a required rule's finding: runes between it and the match
	Score    float64
}

// StepKind says what a step was about.
type StepKind string

// The evidence that moves a score, in the order in which it is heard.
const (
	Tier    StepKind = "pattern"
	Checked StepKind = "validator"
	Against StepKind = "negative"
	For     StepKind = "context"
	Keyword StepKind = "keyword"
	Needed  StepKind = "require"
)

// Where says where a word of the context stood.
type Where string

// Structure is the name that the text's layout gives to the place: a column, a
// tag, a key. A word of which neither is known came from a reading of the text,
// such as what its base64 encodes.
const (
	InKey     Where = "key"
	InBefore  Where = "before"
	InAfter   Where = "after"
	Structure Where = "structure"
)

// Reason says why a match is no finding.
type Reason string

// The reasons; all but Held and TimedOut are reasons against.
const (
	Held        Reason = "held"
	TimedOut    Reason = "timeout"     // undecided in time, so it is a finding by on_timeout
	Allowed     Reason = "allow"       // on the rule's list of what is none
	LowEntropy  Reason = "entropy"     // letters too alike for what the rule asks
	CheckFailed Reason = "validator"   // a validator dropped it
	Identifier  Reason = "identifier"  // digits of a longer word, with nothing to speak for them
	LowScore    Reason = "score"       // below min_confidence
	NoKeyword   Reason = "keywords"    // none of those stands near that the rule asks for
	Unmet       Reason = "require"     // a rule that it requires finds nothing near
	NotCertain  Reason = "not certain" // the field takes certain findings alone
	Beaten      Reason = "beaten"      // other rules took all its bytes
)

// Explain says how each match in a field came to be a finding, or did not:
// the findings are those of Scan. It is ordered by start, then by score, the
// highest first. It is made for people, not for speed.
func (e *Engine) Explain(ctx context.Context, f Field) ([]Explanation, error) {
	s := e.scratch.Get().(*scratch)
	defer e.release(s)
	text := f.Text.Reveal(plain.Access{})
	s.trace = &trace{}
	defer func() { s.trace = nil }()
	found, err := e.field(ctx, s, nil, &f, 0)
	if err != nil {
		return nil, err
	}
	t := s.trace
	t.compare(found)
	out := make([]Explanation, 0, len(t.told))
	for i := range t.told {
		x := &t.told[i]
		for k := range x.Steps {
			x.Steps[k].locate(x, t.hits[i].judge.rule, f.Key, text)
		}
		if class, ok := check.Reserved(x.Entity, text[x.Start:x.End]); ok {
			x.Reserved = class
		}
		out = append(out, *x)
	}
	slices.SortStableFunc(out, func(a, b Explanation) int {
		return cmp.Or(a.Start-b.Start, cmp.Compare(b.Score, a.Score))
	})
	return out, nil
}

// locate finds the word that a step is about, the nearest one first.
func (st *Step) locate(x *Explanation, r *rules.Rule, key, text string) {
	words := r.Context.Words
	switch st.Kind {
	case Against:
		words = r.Context.Negative
	case For:
	default:
		return
	}
	var structure layout.Layout
	structure.Reset(text)
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
