package check

import (
	"slices"

	"github.com/dlclark/regexp2/v2/syntax"
)

// automaton is Glushkov's position automaton of a pattern (V. M. Glushkov, "The
// abstract theory of automata", 1961): a state for each character of the
// pattern, and for each pair of states how many ways lead from one to the
// other. More than one way inside a cycle means that a text can be read in
// exponentially many ways, which is what a backtracking search tries.
//
// Loops with a bound above unrolled count as endless ones. Look-around is left
// out: each of its bodies is an automaton of its own.
type automaton struct {
	class  []class
	follow [][]edge
	first  []int
	last   []int
	bodies []*syntax.RegexNode // of look-around
}

// edge leads to a state in a number of ways.
type edge struct{ to, ways int }

const (
	unrolled  = 8   // repetitions that are spelled out
	maxStates = 400 // beyond it, loops are no longer spelled out
)

// part is a piece of an automaton under construction.
type part struct {
	first, last []int
	nullable    bool
}

func newAutomaton(root *syntax.RegexNode) *automaton {
	a := &automaton{}
	whole := a.build(root)
	a.first, a.last = whole.first, whole.last
	return a
}

func (a *automaton) state(c class) part {
	i := len(a.class)
	a.class, a.follow = append(a.class, c), append(a.follow, nil)
	return part{first: []int{i}, last: []int{i}}
}

func (a *automaton) link(from, to []int) {
	for _, p := range from {
		for _, q := range to {
			i := slices.IndexFunc(a.follow[p], func(e edge) bool { return e.to == q })
			if i < 0 {
				a.follow[p] = append(a.follow[p], edge{q, 1})
				continue
			}
			a.follow[p][i].ways++
		}
	}
}

func (a *automaton) build(n *syntax.RegexNode) part {
	if least, most, ok := single(n); ok {
		return a.repeat(least, most, func() part { return a.state(classOf(n)) })
	}
	switch n.T {
	case syntax.NtMulti:
		p := part{nullable: true}
		for _, r := range n.Str {
			p = a.join(p, a.state(runeClass(r)))
		}
		return p
	case syntax.NtConcatenate:
		p := part{nullable: true}
		for _, c := range n.Children {
			p = a.join(p, a.build(c))
		}
		return p
	case syntax.NtAlternate:
		p := part{}
		for _, c := range n.Children {
			x := a.build(c)
			p.first, p.last = append(p.first, x.first...), append(p.last, x.last...)
			p.nullable = p.nullable || x.nullable
		}
		return p
	case syntax.NtLoop, syntax.NtLazyloop:
		return a.repeat(n.M, n.N, func() part { return a.build(n.Children[0]) })
	case syntax.NtCapture, syntax.NtGroup, syntax.NtAtomic:
		return a.build(n.Children[0])
	case syntax.NtPosLook, syntax.NtNegLook:
		a.bodies = append(a.bodies, n.Children[0])
	}
	return part{nullable: true} // tests of a place, and references
}

// join builds x then y.
func (a *automaton) join(x, y part) part {
	a.link(x.last, y.first)
	out := part{first: x.first, last: y.last, nullable: x.nullable && y.nullable}
	if x.nullable {
		out.first = append(out.first[:len(out.first):len(out.first)], y.first...)
	}
	if y.nullable {
		out.last = append(out.last[:len(out.last):len(out.last)], x.last...)
	}
	return out
}

// repeat builds x{least,most}.
func (a *automaton) repeat(least, most int, x func() part) part {
	if most > unrolled && most > least || len(a.class) > maxStates {
		p := x()
		if most > 1 {
			a.link(p.last, p.first)
		}
		p.nullable = p.nullable || least == 0
		return p
	}
	out := part{nullable: true}
	for range min(least, unrolled) {
		out = a.join(out, x())
	}
	// The optional rest is x(x(x)?)?, built from the inside: each ends what
	// came before it or goes on.
	rest := part{nullable: true}
	for range min(most, unrolled) - min(least, unrolled) {
		rest = a.join(x(), rest)
		rest.nullable = true
	}
	return a.join(out, rest)
}

func runeClass(r rune) (c class) {
	if r < 128 {
		c.add(int(r))
	}
	for i, b := range beyond {
		if r == b {
			c.add(128 + i)
		}
	}
	return c
}
