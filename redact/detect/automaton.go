package detect

import (
	"encoding/binary"
	"slices"
)

// automaton finds the factors of all patterns in one pass: a deterministic
// automaton over byte classes, made by the subset construction.
type automaton struct {
	class [256]uint8
	shift uint     // state<<shift | class is the index of a transition
	next  []uint16 // transitions: the new state, and accept
	ends  [][]part // by state: the patterns whose factor ends here
}

// part is 64 patterns' places in a [Set], those from at*64 on. Few patterns'
// factors end in one place, so most states have one or two parts.
type part struct {
	at   int
	bits uint64
}

// accept marks transitions into states that end a factor.
const (
	acceptBit = 15
	accept    = 1 << acceptBit
)

// maxStates bounds the automaton's size: with 128 byte classes it takes
// 256 bytes a state, and about 20 µs to make one.
const maxStates = 12288

// position is how much of a sequence has been seen: a node of the tree of all of
// them, in which those that begin alike go together.
type position uint32

// node is the character that was seen last.
type node struct {
	set      byteSet
	children []position
	owners   []uint16 // the patterns that have a sequence that ends here
}

// builder holds the subset construction's work list.
type builder struct {
	nodes  []node // by position; before them all stands the first one
	class  [256]uint8
	bytes  []byte       // one of each class
	starts [][]position // by class: where sequences may begin with it
	takes  [][]bool     // by class and position: whether its set has it
	wide   []bool       // by position: whether a character outside ASCII may be the last
	states map[string]int
	sets   [][]position
	ends   [][]uint16 // by state: the patterns whose factor ends there
	next   []position // memory for step
	key    []byte     // and for state
}

// build makes the automaton for one factor a pattern. If it has more states
// than the limit the factors are shortened until it fits. Single characters
// have no more states than there are bytes and are built whatever the limit.
func build(factors []factor, limit int) *automaton {
	for n := maxFactor + 1; ; n-- { // and the guard
		if n == 1 {
			limit = accept - 1
		}
		short := make([]factor, len(factors))
		for i, f := range factors {
			short[i] = f.last(n)
		}
		if a, ok := construct(short, limit); ok {
			return a
		}
	}
}

// construct makes the automaton; ok is false if it has too many states.
func construct(factors []factor, limit int) (a *automaton, ok bool) {
	b := &builder{nodes: make([]node, 1), states: map[string]int{}}
	b.collect(factors)
	b.partition()
	a = &automaton{class: b.class}
	for 1<<a.shift < len(b.bytes) {
		a.shift++
	}
	b.state(b.edge())
	for s := 0; s < len(b.sets); s++ {
		if len(b.sets) > limit {
			return nil, false
		}
		row := make([]uint16, 1<<a.shift)
		for c, sample := range b.bytes {
			t := b.state(b.step(b.sets[s], sample))
			row[c] = uint16(t)
			if len(b.ends[t]) > 0 {
				row[c] |= accept
			}
		}
		a.next = append(a.next, row...)
	}
	for _, list := range b.ends {
		a.ends = append(a.ends, parts(list))
	}
	return a, true
}

// parts packs a list of patterns in order.
func parts(list []uint16) (out []part) {
	for _, p := range list {
		at := int(p >> 6)
		if len(out) == 0 || out[len(out)-1].at != at {
			out = append(out, part{at: at})
		}
		out[len(out)-1].bits |= 1 << (p & 63)
	}
	return out
}

// collect makes the tree of all sequences, with who asks for them.
func (b *builder) collect(factors []factor) {
	for p, f := range factors {
		for _, s := range f.sequences {
			at := position(0)
			for _, c := range s {
				at = b.child(at, c)
			}
			b.nodes[at].owners = append(b.nodes[at].owners, uint16(p))
		}
	}
}

// child returns the node of a character behind another one.
func (b *builder) child(at position, c byteSet) position {
	for _, k := range b.nodes[at].children {
		if b.nodes[k].set == c {
			return k
		}
	}
	k := position(len(b.nodes))
	b.nodes = append(b.nodes, node{set: c})
	b.nodes[at].children = append(b.nodes[at].children, k)
	return k
}

// partition groups the bytes that no sequence tells apart.
func (b *builder) partition() {
	var sets []byteSet
	seen := map[byteSet]bool{}
	for _, n := range b.nodes[1:] {
		if !seen[n.set] {
			seen[n.set] = true
			sets = append(sets, n.set)
		}
	}
	b.class, b.bytes = partition(sets)
	b.starts, b.takes = make([][]position, len(b.bytes)), make([][]bool, len(b.bytes))
	for k, sample := range b.bytes {
		for _, n := range b.nodes {
			b.takes[k] = append(b.takes[k], n.set.has(sample))
		}
		for _, p := range b.nodes[0].children {
			if b.takes[k][p] {
				b.starts[k] = append(b.starts[k], p)
			}
		}
	}
	for _, n := range b.nodes {
		b.wide = append(b.wide, n.set.wide())
	}
}

// edge returns where a text begins: behind every guard, as nothing that it
// forbids stands before. Guards are wide; other sequences that begin like one
// are met once too often, which costs a look.
func (b *builder) edge() (set []position) {
	for _, p := range b.nodes[0].children {
		if b.wide[p] && len(b.nodes[p].children) > 0 {
			set = append(set, p)
		}
	}
	return set
}

// step returns where a set of positions goes on a byte. Every sequence may begin
// anywhere. A character outside ASCII has several bytes, so a position behind
// one that may be such a character stays on further ones. Positions are put in
// order, so that equal sets look equal.
func (b *builder) step(from []position, c byte) []position {
	k := b.class[c]
	to, takes := append(b.next[:0], b.starts[k]...), b.takes[k]
	begun := len(to)
	for _, p := range from {
		if c >= high && b.wide[p] {
			to = append(to, p)
		}
		for _, next := range b.nodes[p].children {
			if takes[next] {
				to = append(to, next)
			}
		}
	}
	if b.next = to; len(to) == begun {
		return to // in order as it is
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// state returns the number of a set of positions.
func (b *builder) state(set []position) int {
	b.key = b.key[:0]
	for _, p := range set {
		b.key = binary.LittleEndian.AppendUint32(b.key, uint32(p))
	}
	n, known := b.states[string(b.key)]
	if !known {
		n = len(b.sets)
		b.states[string(b.key)] = n
		b.sets = append(b.sets, slices.Clone(set))
		b.ends = append(b.ends, b.patterns(set))
	}
	return n
}

// patterns lists whose factors end in a set of positions.
func (b *builder) patterns(set []position) (out []uint16) {
	for _, p := range set {
		out = append(out, b.nodes[p].owners...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
