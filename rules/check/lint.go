package check

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coatcheck/redact"
	"coatcheck/redact/detect"
	"coatcheck/rules"
)

// lint is one complaint that a rule can give cause to.
type lint struct {
	name string
	find func(*subject, *rules.Rule) []Fault
	ends bool // a rule with such a fault is not looked at any further
}

// lints is the list; each is a pure function of the rule and of what surrounds
// it. They run in this order; a pattern that is refused or runs away ends them.
var lints = []lint{
	{"pattern", patterns, true},
	{"runaway", runaway, true},
	{"loops", adjacentLoops, true},
	{"unreachable", unreachable, false},
	{"require", unmet, false},
	{"examples", examples, false},
	{"silent", silent, false},
	{"digits", weakDigits, false},
	{"label", label, false},
	{"cost", cost, false},
}

// Lints lists the names of all lints.
func Lints() []string {
	names := make([]string, len(lints))
	for i, l := range lints {
		names[i] = l.name
	}
	return names
}

// subject is what lints know beside the rule.
type subject struct {
	ctx    context.Context
	set    *rules.Set
	engine *redact.Engine // of the rules that can be used
}

// Lint examines those rules of a set that are listed; the others are what they
// have to live with. The error is the context's, or an internal one.
func Lint(ctx context.Context, set *rules.Set, list []rules.Rule) ([]Fault, error) {
	set, err := set.Untuned()
	if err != nil {
		return nil, err
	}
	s := &subject{ctx: ctx, set: set}
	if s.engine, err = usable(set); err != nil {
		return nil, err
	}
	var out []Fault
	for i := range list {
		r := &list[i]
		for _, l := range lints {
			faults := l.find(s, r)
			for k := range faults {
				f := &faults[k]
				f.Lint, f.Rule = l.name, r.ID
				if at := r.Place(f.Pos); at != f.Pos {
					f.Msg += fmt.Sprintf(" (%s)", f.Pos)
					f.Pos = at
				}
			}
			out = append(out, faults...)
			if l.ends && len(faults) > 0 {
				break
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	sortFaults(out)
	return out, nil
}

// usable compiles the rules of a set, less those that the engine refuses.
func usable(set *rules.Set) (*redact.Engine, error) {
	e, err := redact.New(set, redact.Options{})
	if err == nil {
		return e, nil
	}
	var refused []string
	for _, r := range set.Rules {
		if len(patterns(nil, &r)) > 0 {
			refused = append(refused, r.ID)
		}
	}
	if set, err = set.Without(refused...); err != nil {
		return nil, err
	}
	return redact.New(set, redact.Options{})
}

// patterns complains about patterns that the engine refuses: without a bound,
// longer than max_match, able to match nothing, or with an unbounded look-around.
func patterns(_ *subject, r *rules.Rule) (out []Fault) {
	for _, p := range r.Patterns {
		_, err := detect.Compile([]detect.Pattern{{Expr: p.Expr(), Capture: r.Capture, Max: r.MaxMatch}}, detect.Options{})
		if e, ok := errors.AsType[*detect.PatternError](err); ok {
			out = append(out, Fault{Pos: p.Pos, Level: Err, Msg: "regex " + e.Msg})
		}
	}
	return out
}

// runaway complains about a pattern that a text can keep busy without end.
func runaway(_ *subject, r *rules.Rule) (out []Fault) {
	for _, p := range r.Patterns {
		if a, ok := runsAway(p.Expr()); ok {
			out = append(out, Fault{
				Pos: p.Pos, Level: Err,
				Msg:  fmt.Sprintf("regex runs away: %d characters of %q over and over take more than %v", pumpLength, a.pump, pumpTime),
				Hint: "let the parts inside the loop begin differently, or make it atomic: (?>…)",
			})
		}
	}
	return out
}

// runsAway looks for ambiguity, in look-around too, and confirms it with a clock.
func runsAway(expr string) (ambiguity, bool) {
	root, err := parse(expr)
	if err != nil {
		return ambiguity{}, false
	}
	whole := newAutomaton(root)
	witness := whole.witness()
	for todo := []*automaton{whole}; len(todo) > 0; todo = todo[1:] {
		for _, body := range todo[0].bodies {
			todo = append(todo, newAutomaton(body))
		}
		a, ok := todo[0].ambiguous()
		if !ok {
			continue
		}
		if todo[0] != whole { // the body begins where the pattern's prefix ends, or stands alone
			a.prefix = whole.before() + a.prefix
		}
		if slow(expr, a.prefix, a.pump, witness) {
			return a, true
		}
	}
	return ambiguity{}, false
}

// adjacentLoops complains about loops that stand side by side and can take the
// same characters: every way to share them out is tried.
func adjacentLoops(_ *subject, r *rules.Rule) (out []Fault) {
	for _, p := range r.Patterns {
		root, err := parse(p.Expr())
		if err != nil {
			continue
		}
		n, shared := adjacent(root)
		if n < 2 {
			continue
		}
		whole, pump := newAutomaton(root), string(shared)
		if slow(p.Expr(), whole.before(), pump, whole.witness()) || slow(p.Expr(), "", pump, whole.witness()) {
			out = append(out, Fault{
				Pos: p.Pos, Level: Err,
				Msg:  fmt.Sprintf("regex has %d loops side by side that can all take %q: %d of them take more than %v", n, pump, pumpLength, pumpTime),
				Hint: "join the loops, or put a character between them that none of them takes",
			})
		}
	}
	return out
}

// examples complains about rules without tests of their own.
func examples(_ *subject, r *rules.Rule) (out []Fault) {
	switch {
	case len(r.Examples.Match) == 0:
		out = append(out, Fault{Pos: r.Pos, Level: Warn, Msg: "has no example that matches", Hint: "add examples.match"})
	case len(r.Examples.Skip) == 0:
		out = append(out, Fault{Pos: r.Pos, Level: Warn, Msg: "has no example to skip", Hint: "add examples.skip: the look-alikes that must pass"})
	}
	return out
}

// label complains about labels that say something else about another entity.
func label(s *subject, r *rules.Rule) []Fault {
	own, canonical := rules.Label(r.Entity)
	for _, o := range s.set.Rules {
		if o.Entity == r.Entity && o.ID != r.ID && o.Label != r.Label {
			return []Fault{{Pos: r.Pos, Level: Warn, Msg: fmt.Sprintf("shows %s as %s, rule %q shows it as %s", r.Entity, r.Label, o.ID, o.Label), Hint: "one value would have two tokens"}}
		}
	}
	if theirs, ok := rules.Label(r.Label); !canonical && ok && theirs == r.Label {
		return []Fault{{Pos: r.Pos, Level: Warn, Msg: fmt.Sprintf("shows %s as %s, which is the label of another entity", r.Entity, r.Label), Hint: "a model will take the token for one"}}
	}
	if canonical && own != r.Label && slices.Contains([]string{"API_KEY", "PASSWORD", "US_SSN", "CREDIT_CARD"}, r.Entity) {
		return []Fault{{Pos: r.Pos, Level: Warn, Msg: fmt.Sprintf("shows %s as %s", r.Entity, r.Label), Hint: "models tend to refuse beside such words; the default is " + own}}
	}
	return nil
}
