package detect

import (
	"slices"

	"github.com/dlclark/regexp2/v2/syntax"
)

// step is an instruction of the program that a shape is made from.
type step struct {
	op   stepOp
	set  byteSet // of an eat or an ahead; outside ASCII it holds buckets
	end  bool    // of an ahead: the end of the text will do as well
	outs []int   // where it goes on
}

type stepOp uint8

const (
	accepts stepOp = iota // a match has ended
	fork                  // goes on at each of its outs
	eat                   // takes a character of its set
	ahead                 // the next character is of its set
)

// maxSteps bounds a program; one that is longer counts less exactly.
const maxSteps = 1 << 11

// program is a pattern as steps, written from its end to its beginning.
type program struct {
	analysis analysis
	steps    []step
	copies   int // how far a loop is counted; beyond, it is without bound
}

// newShape makes the shape of a pattern. Where counting its loops takes too
// many states it counts less far.
func newShape(root *syntax.RegexNode) shape {
	for _, copies := range []int{64, 20, 6, 2, 1} {
		p := &program{analysis: analysis{groups: map[int]summary{}}, copies: copies}
		p.add(step{op: accepts})
		start := p.node(root, 0)
		if len(p.steps) > maxSteps {
			continue
		}
		if s, ok := determine(p, start); ok {
			return s
		}
	}
	return shape{}
}

func (p *program) add(s step) int {
	p.steps = append(p.steps, s)
	return len(p.steps) - 1
}

// node writes the steps of a node that go on at next, and returns the first one.
func (p *program) node(n *syntax.RegexNode, next int) int {
	if len(p.steps) > maxSteps {
		return next
	}
	switch n.T {
	case syntax.NtOne:
		return p.char(bucketOf(n.Ch), next)
	case syntax.NtNotone:
		return p.char(notRune(n.Ch), next)
	case syntax.NtSet:
		return p.char(buckets(n.Set), next)
	case syntax.NtMulti:
		for _, c := range slices.Backward(n.Str) {
			next = p.char(bucketOf(c), next)
		}
		return next
	case syntax.NtOneloop, syntax.NtOnelazy, syntax.NtOneloopatomic:
		return p.loop(n.M, n.N, next, func(next int) int { return p.char(bucketOf(n.Ch), next) })
	case syntax.NtNotoneloop, syntax.NtNotonelazy, syntax.NtNotoneloopatomic:
		return p.loop(n.M, n.N, next, func(next int) int { return p.char(notRune(n.Ch), next) })
	case syntax.NtSetloop, syntax.NtSetlazy, syntax.NtSetloopatomic:
		set := buckets(n.Set)
		return p.loop(n.M, n.N, next, func(next int) int { return p.char(set, next) })
	}
	return p.compound(n, next)
}

func (p *program) compound(n *syntax.RegexNode, next int) int {
	switch n.T {
	case syntax.NtConcatenate:
		for _, c := range slices.Backward(n.Children) {
			next = p.node(c, next)
		}
		return next
	case syntax.NtAlternate:
		outs := make([]int, len(n.Children))
		for i, c := range n.Children {
			outs[i] = p.node(c, next)
		}
		return p.add(step{op: fork, outs: outs})
	case syntax.NtLoop, syntax.NtLazyloop:
		return p.loop(n.M, n.N, next, func(next int) int { return p.node(n.Children[0], next) })
	case syntax.NtCapture, syntax.NtGroup, syntax.NtAtomic:
		return p.node(n.Children[0], next)
	case syntax.NtEnd, syntax.NtEndZ, syntax.NtEol:
		return p.add(step{op: ahead, set: runeBytes('\n'), end: true, outs: []int{next}})
	case syntax.NtPosLook, syntax.NtNegLook:
		return p.look(n, next)
	case syntax.NtRef:
		return p.loop(0, endless, next, func(next int) int { return p.char(anySet, next) })
	}
	return next // what looks at no more than its surroundings
}

// char takes one character.
func (p *program) char(set byteSet, next int) int {
	return p.add(step{op: eat, set: set, outs: []int{next}})
}

// loop takes its body m to n times.
func (p *program) loop(m, n, next int, body func(next int) int) int {
	if n-min(m, p.copies) > p.copies {
		again := p.add(step{op: fork})
		p.steps[again].outs = []int{next, body(again)}
		next = again
	} else {
		exit := next
		for range n - min(m, p.copies) {
			next = p.add(step{op: fork, outs: []int{exit, body(next)}})
		}
	}
	for range min(m, p.copies) {
		next = body(next)
	}
	return next
}

// look keeps of a look-ahead what the next character tells, and nothing of a
// look-behind.
func (p *program) look(n *syntax.RegexNode, next int) int {
	x, err := p.analysis.node(n.Children[0])
	if err != nil || n.Options&syntax.RightToLeft != 0 {
		return next
	}
	if n.T == syntax.NtPosLook {
		if x.min == 0 {
			return next
		}
		return p.add(step{op: ahead, set: x.first(), outs: []int{next}})
	}
	forbidden := p.analysis.singles(n.Children[0])
	if forbidden == (byteSet{}) {
		return next
	}
	return p.add(step{op: ahead, set: forbidden.not(), end: true, outs: []int{next}})
}
