package detect

import (
	"errors"

	"github.com/dlclark/regexp2/v2/syntax"
)

// errUnsupported is for constructs whose matches cannot be bounded by looking
// at the pattern alone.
var errUnsupported = errors.New(`conditionals, \G, \X and groups that undo others are not supported`)

// analysis walks one parse tree.
type analysis struct {
	groups map[int]summary // what each closed group may hold, for references
}

// analyze summarises all matches of a pattern, and where they can start.
func analyze(root *syntax.RegexNode) (summary, starts, error) {
	a := analysis{groups: map[int]summary{}}
	s, err := a.node(root)
	if err != nil {
		return summary{}, starts{}, err
	}
	guard := a.guard(root)
	return s, starts{s.first(), guard, atZero(root), wordSet.within(guard)}, nil
}

func (a *analysis) node(n *syntax.RegexNode) (summary, error) {
	switch n.T {
	case syntax.NtOne:
		return one(runeBytes(n.Ch)), nil
	case syntax.NtNotone:
		return one(notRune(n.Ch)), nil
	case syntax.NtSet:
		return one(classBytes(n.Set)), nil
	case syntax.NtMulti:
		r := nothing()
		for _, c := range n.Str {
			r = r.then(one(runeBytes(c)))
		}
		return r, nil
	case syntax.NtOneloop, syntax.NtOnelazy, syntax.NtOneloopatomic:
		return one(runeBytes(n.Ch)).repeat(n.M, n.N), nil
	case syntax.NtNotoneloop, syntax.NtNotonelazy, syntax.NtNotoneloopatomic:
		return one(notRune(n.Ch)).repeat(n.M, n.N), nil
	case syntax.NtSetloop, syntax.NtSetlazy, syntax.NtSetloopatomic:
		return one(classBytes(n.Set)).repeat(n.M, n.N), nil
	}
	return a.compound(n)
}

func (a *analysis) compound(n *syntax.RegexNode) (summary, error) {
	switch n.T {
	case syntax.NtEmpty, syntax.NtUpdateBumpalong, syntax.NtBol, syntax.NtEol, syntax.NtBeginning,
		syntax.NtEndZ, syntax.NtEnd, syntax.NtBoundary, syntax.NtNonboundary:
		return nothing(), nil // the margin of a window covers what these look at
	case syntax.NtConcatenate:
		return a.concatenation(n)
	case syntax.NtAlternate:
		return a.alternation(n)
	case syntax.NtLoop, syntax.NtLazyloop:
		x, err := a.node(n.Children[0])
		return x.repeat(n.M, n.N), err
	case syntax.NtGroup, syntax.NtAtomic:
		return a.node(n.Children[0])
	case syntax.NtCapture:
		return a.capture(n)
	case syntax.NtRef:
		return a.reference(n)
	case syntax.NtPosLook, syntax.NtNegLook:
		return a.lookAround(n)
	}
	return summary{}, errUnsupported
}

func (a *analysis) concatenation(n *syntax.RegexNode) (summary, error) {
	r := nothing()
	for _, c := range n.Children {
		x, err := a.node(c)
		if err != nil {
			return summary{}, err
		}
		r = r.then(x)
	}
	return r, nil
}

func (a *analysis) alternation(n *syntax.RegexNode) (summary, error) {
	var list []summary
	for _, c := range n.Children {
		x, err := a.node(c)
		if err != nil {
			return summary{}, err
		}
		list = append(list, x)
	}
	return either(list), nil
}

func (a *analysis) capture(n *syntax.RegexNode) (summary, error) {
	if n.N >= 0 { // a balancing group
		return summary{}, errUnsupported
	}
	x, err := a.node(n.Children[0])
	if err != nil {
		return summary{}, err
	}
	known, again := a.groups[n.M]
	if again {
		known = either([]summary{known, x})
	} else {
		known = x
	}
	a.groups[n.M] = known
	return x, nil
}

// reference summarises a back-reference: as long as its group at most. Case
// folding may give it other bytes than the group has.
func (a *analysis) reference(n *syntax.RegexNode) (summary, error) {
	g, ok := a.groups[n.M]
	if !ok {
		return summary{}, errUnsupported
	}
	return opaque(0, g.max, anySet), nil
}

// lookAround summarises a test that consumes nothing: only how far it looks
// outside the match matters, and that is at most its own length either way.
func (a *analysis) lookAround(n *syntax.RegexNode) (summary, error) {
	x, err := a.node(n.Children[0])
	if err != nil {
		return summary{}, err
	}
	r := nothing()
	r.back, r.ahead = addLen(x.back, x.max), addLen(x.ahead, x.max)
	if r.back == endless || r.ahead == endless {
		return summary{}, errors.New("look-around has no bound; write {0,64} instead of *")
	}
	return r, nil
}
