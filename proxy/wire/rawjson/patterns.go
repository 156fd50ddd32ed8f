package rawjson

import "strings"

// Patterns is a list of path patterns, compiled into one tree. A pattern is a
// JSON pointer in which a segment * stands for any one step and a last segment
// ** for all further steps or none:
//
//	/messages/*/content/**
//
// The zero value matches nothing. It is immutable and safe for concurrent use.
type Patterns struct{ root *patternNode }

type patternNode struct {
	names []patternEdge
	any   *patternNode
	end   int // 1 + number of the pattern that ends here, 0 for none
	rest  int // 1 + number of the pattern whose ** stands here, 0 for none
}

type patternEdge struct {
	name string
	to   *patternNode
}

// MustPatterns compiles patterns. It panics on a malformed one: patterns are
// written in tables of the program, never by a user.
func MustPatterns(patterns ...string) Patterns {
	root := &patternNode{}
	for i, p := range patterns {
		root.add(p, i+1)
	}
	return Patterns{root}
}

// Match reports whether any pattern matches the path.
func (ps Patterns) Match(p *Path) bool { return ps.Find(p) >= 0 }

// Find returns the number of the first pattern in the list that matches the
// path, or -1.
func (ps Patterns) Find(p *Path) int {
	if ps.root == nil {
		return -1
	}
	return ps.root.find(p, 0) - 1
}

func (n *patternNode) add(pattern string, number int) {
	rest, ok := strings.CutPrefix(pattern, "/")
	if !ok {
		panic("rawjson: pattern does not begin with /: " + pattern)
	}
	for more := true; more; {
		var name string
		name, rest, more = strings.Cut(rest, "/")
		switch {
		case name == "**" && more:
			panic("rawjson: ** is not last in pattern: " + pattern)
		case name == "**":
			n.rest = first(n.rest, number)
			return
		default:
			n = n.child(name)
		}
	}
	n.end = first(n.end, number)
}

func (n *patternNode) child(name string) *patternNode {
	if name == "*" {
		if n.any == nil {
			n.any = &patternNode{}
		}
		return n.any
	}
	for _, e := range n.names {
		if e.name == name {
			return e.to
		}
	}
	to := &patternNode{}
	n.names = append(n.names, patternEdge{name, to})
	return to
}

func (n *patternNode) find(p *Path, i int) int {
	found := n.rest
	if i == len(p.segments) {
		return first(found, n.end)
	}
	if s := &p.segments[i]; !s.array {
		for _, e := range n.names {
			if string(s.name) == e.name {
				found = first(found, e.to.find(p, i+1))
				break
			}
		}
	}
	if n.any != nil {
		found = first(found, n.any.find(p, i+1))
	}
	return found
}

// first returns the lower of two pattern numbers, where 0 is none.
func first(a, b int) int {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
