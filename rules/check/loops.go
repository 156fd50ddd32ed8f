package check

import "github.com/dlclark/regexp2/v2/syntax"

// wideLoop is how many repetitions more than its least a loop may have before
// it counts as one that can give back a lot.
const wideLoop = 32

// adjacent returns the greatest number of wide loops that stand side by side,
// or with nothing necessary between them, and share a character, and that
// character.
func adjacent(n *syntax.RegexNode) (most int, shared rune) {
	if n.T == syntax.NtConcatenate {
		most, shared = sideBySide(n.Children)
	}
	for _, c := range n.Children {
		if m, r := adjacent(c); m > most {
			most, shared = m, r
		}
	}
	return most, shared
}

func sideBySide(list []*syntax.RegexNode) (most int, shared rune) {
	run, common := 0, class{}
	for _, n := range list {
		n, repeated := unwrap(n)
		least, limit, ok := single(n)
		switch {
		case ok && limit-least > wideLoop && run > 0 && common.meets(classOf(n)):
			run, common = run+1, common.and(classOf(n))
		case ok && limit-least > wideLoop:
			run, common = 1, classOf(n)
		case ok && least > 0 || !ok && !repeated && consumes(n):
			run = 0
		}
		if run > most {
			most, shared = run, common.pick()
		}
	}
	return most, shared
}

// unwrap takes off groups, and reports whether what is inside may be left out.
func unwrap(n *syntax.RegexNode) (inner *syntax.RegexNode, optional bool) {
	for {
		switch n.T {
		case syntax.NtLoop, syntax.NtLazyloop:
			optional = optional || n.M == 0
		case syntax.NtCapture, syntax.NtGroup:
		default:
			return n, optional
		}
		n = n.Children[0]
	}
}

// consumes reports whether a node always takes a character.
func consumes(n *syntax.RegexNode) bool { return n.ComputeMinLength() > 0 }
