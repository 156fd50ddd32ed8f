package redact

import (
	"cmp"
	"context"
	"slices"

	"coatcheck/redact/detect/validate"
	"coatcheck/redact/plain"
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
	Alone   StepKind = "alone" // it is all that the field holds
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
	if err := t.compare(ctx, found); err != nil {
		return nil, err
	}
	out := make([]Explanation, 0, len(t.told))
	for i := range t.told {
		if err := look(ctx, i); err != nil {
			return nil, err
		}
		x := &t.told[i]
		for k := range x.Steps {
			x.Steps[k].locate(x, t.hits[i].judge.rule, &s.whole, f.Key, text)
		}
		if class, ok := validate.Reserved(x.Entity, text[x.Start:x.End]); ok {
			x.Reserved = class
		}
		out = append(out, *x)
	}
	slices.SortStableFunc(out, func(a, b Explanation) int {
		return cmp.Or(a.Start-b.Start, cmp.Compare(b.Score, a.Score))
	})
	return out, nil
}
