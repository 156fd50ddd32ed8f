package check

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"coatcheck/redact"
	"coatcheck/redact/detect/validate"
	"coatcheck/redact/plain"
	"coatcheck/rules"
)

// unreachable complains about patterns whose score stays too low whatever
// speaks for them.
func unreachable(_ *subject, r *rules.Rule) (out []Fault) {
	boost := 0.0
	if len(r.Context.Words) > 0 {
		boost = r.Context.Boost
	}
	for _, p := range r.Patterns {
		top := p.Confidence
		for _, v := range r.Validators {
			top = max(top, v.OnPass)
		}
		if top+boost < r.MinConfidence-1e-9 {
			out = append(out, Fault{
				Pos: p.Pos, Level: Err,
				Msg:  fmt.Sprintf("pattern can never fire: it reaches %.2f at most, and min_confidence is %.2f", top+boost, r.MinConfidence),
				Hint: "raise its confidence, or give the rule context words or a validator with on_pass",
			})
		}
	}
	return out
}

// unmet complains about what a rule asks for and can never have: a keyword that
// does not fit where it must stand, or a finding of a rule that finds nothing.
func unmet(s *subject, r *rules.Rule) (out []Fault) {
	fits := func(w string) bool {
		return r.Keywords.Within == 0 || utf8.RuneCountInString(w) <= r.Keywords.Within
	}
	// In both directions a keyword may begin within the match itself.
	sided := r.Keywords.Where == rules.Ahead || r.Keywords.Where == rules.Behind
	if sided && !slices.ContainsFunc(r.Keywords.Any, fits) {
		out = append(out, Fault{
			Pos: r.Pos, Level: Err,
			Msg:  fmt.Sprintf("can never fire: none of its keywords fits into %s", characters(r.Keywords.Within)),
			Hint: "give keywords.within more",
		})
	}
	for _, q := range r.Require {
		if i := slices.IndexFunc(s.set.Rules, func(o rules.Rule) bool { return o.ID == q.Rule }); i >= 0 && mute(s, &s.set.Rules[i]) {
			out = append(out, Fault{
				Pos: q.Pos, Level: Err,
				Msg:  fmt.Sprintf("can never fire: it requires rule %q, which can never fire", q.Rule),
				Hint: "put that rule right, or take the requirement away",
			})
		}
	}
	return out
}

// mute reports whether none of a rule's patterns can ever fire. Rules that
// require each other in a circle are not loaded.
func mute(s *subject, r *rules.Rule) bool {
	return len(patterns(s, r)) == len(r.Patterns) || len(unreachable(s, r)) == len(r.Patterns) || len(unmet(s, r)) > 0
}

// silent complains about a rule that finds nothing in any of the examples that
// it should match.
func silent(s *subject, r *rules.Rule) []Fault {
	if len(r.Examples.Match) == 0 {
		return nil
	}
	var nearest *redact.Explanation
	for _, ex := range r.Examples.Match {
		told, err := s.engine.Explain(s.ctx, field(ex))
		if err != nil {
			return nil
		}
		for i := range told {
			x := &told[i]
			if x.Rule != r.ID {
				continue
			}
			if x.Reason == redact.Held || x.Reason == redact.TimedOut {
				return nil
			}
			if nearest == nil || x.Score > nearest.Score {
				nearest = x
			}
		}
	}
	return []Fault{{Pos: r.Pos, Level: Err, Msg: "finds none of its own examples: " + Why(nearest, r)}}
}

func field(ex rules.Example) redact.Field {
	return redact.Field{Key: ex.Key, Text: plain.New(ex.Text), Message: -1}
}

// Why says in words why a match is no finding; nil means that there was none.
func Why(x *redact.Explanation, r *rules.Rule) string {
	if x == nil {
		return "no pattern matches"
	}
	pattern := ""
	if len(r.Patterns) > 1 {
		pattern = fmt.Sprintf("pattern %d ", x.Pattern+1)
	}
	switch x.Reason {
	case redact.CheckFailed:
		name := ""
		for _, s := range x.Steps {
			if s.Kind == redact.Checked && !s.Passed {
				name = s.Name // the last to fail is the one that dropped it
			}
		}
		return fmt.Sprintf("%smatches, but validator %q refuses it", pattern, name)
	case redact.Allowed:
		return pattern + "matches, but the value is on the rule's allow list"
	case redact.LowEntropy:
		return fmt.Sprintf("%smatches, but the value has less than %.1f bits of entropy per character", pattern, r.Entropy)
	case redact.LowScore:
		said := ""
		if len(r.Context.Words) > 0 && !heard(x, redact.For) {
			said = ", and no word of its context is near"
		}
		if heard(x, redact.Against) {
			said += ", and a negative word is near"
		}
		return fmt.Sprintf("%sscores %.2f, below %.2f%s", pattern, x.Score, r.MinConfidence, said)
	case redact.Identifier:
		return pattern + "matches digits of a longer word, such as a UUID or a model name, and neither validator nor context speaks for them"
	case redact.NoKeyword:
		return pattern + "matches, but no keyword of the rule stands " + reach(r.Keywords)
	case redact.Unmet:
		for _, s := range x.Steps {
			if s.Kind == redact.Needed && !s.Passed {
				return fmt.Sprintf("%smatches, but rule %q, which it requires, finds nothing %s", pattern, s.Name, within(r, s.Name))
			}
		}
	case redact.NotCertain:
		return pattern + "matches, but this field takes proven findings alone"
	case redact.Beaten:
		return fmt.Sprintf("%smatches, but rule %q takes its place", pattern, x.BeatBy)
	}
	return pattern + "matches"
}

// reach says in words where a keyword would have had to stand.
func reach(k rules.Keywords) string {
	side := map[rules.Where]string{rules.Ahead: "before it", rules.Behind: "behind it"}[k.Where]
	switch {
	case k.Where == rules.InKey:
		return "in the field's name"
	case k.Within == 0:
		return "anywhere in the text"
	case side == "":
		side = "of it"
	}
	return "within " + characters(k.Within) + " " + side
}

// within says in words how near a required rule has to find something.
func within(r *rules.Rule, id string) string {
	for _, q := range r.Require {
		if q.Rule == id && q.Within > 0 {
			return "within " + characters(q.Within) + " of it"
		}
	}
	return "in the same text"
}

func heard(x *redact.Explanation, kind redact.StepKind) bool {
	for _, s := range x.Steps {
		if s.Kind == kind {
			return true
		}
	}
	return false
}

// weakDigits complains about patterns that take a bare number for a finding.
func weakDigits(_ *subject, r *rules.Rule) (out []Fault) {
	if r.Certain || proves(r) || r.Action == rules.Allow || len(r.Keywords.Any)+len(r.Require) > 0 {
		return nil
	}
	for _, p := range r.Patterns {
		root, err := parse(p.Expr())
		if err != nil || p.Confidence < r.MinConfidence || !digitsAlone(root) {
			continue
		}
		out = append(out, Fault{
			Pos: p.Pos, Level: Warn,
			Msg:  "takes any number of this length, with nothing else to speak for it",
			Hint: fmt.Sprintf("give it a confidence below %.2f and context words, or a validator with a checksum", r.MinConfidence),
		})
	}
	return out
}

// proves reports whether a validator must pass whose pass is evidence.
func proves(r *rules.Rule) bool {
	for _, v := range r.Validators {
		if c, ok := validate.Lookup(v.Name); ok && c.Proof && v.OnFail == rules.FailDrop {
			return true
		}
	}
	return false
}
