// Package check holds what a security team asks about its rules before it
// trusts them: are they sound (Lint), do they do what their examples say (Test),
// what do they cost (Bench), and what would change (Diff).
//
// The law it keeps: a verdict comes from the engine that will run the rules,
// never from a second opinion about them; and no message holds a piece of a
// text, be it an example.
//
//	faults, err := check.Lint(ctx, set, set.Rules)
package check

import (
	"cmp"
	"fmt"
	"slices"

	"coatcheck/rules"
)

// Level says how bad a fault is.
type Level string

// An error is a rule that cannot work or would harm the engine; a warning is
// one that works and should be better.
const (
	Err  Level = "error"
	Warn Level = "warning"
)

// Fault is one complaint about a rule.
type Fault struct {
	Pos   rules.Pos
	Level Level
	Lint  string // the check that complains; stable, for filters
	Rule  string // id
	Msg   string
	Hint  string // what to do about it, if it can be said
}

// String returns file:line:col: level: rule "id": message; hint (lint).
func (f Fault) String() string {
	s := fmt.Sprintf("%s: %s: ", f.Pos, f.Level)
	if f.Rule != "" {
		s += fmt.Sprintf("rule %q: ", f.Rule)
	}
	s += f.Msg
	if f.Hint != "" {
		s += "; " + f.Hint
	}
	return s + " (" + f.Lint + ")"
}

// sortFaults orders faults by place, file by file.
func sortFaults(list []Fault) {
	slices.SortStableFunc(list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), a.Pos.Line-b.Pos.Line, a.Pos.Col-b.Pos.Col)
	})
}
