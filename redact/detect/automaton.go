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

// maxStates bounds the automaton's size: with 64 byte classes it takes
// 128 bytes a state.
const maxStates = 8192

// position is how much of one sequence has been seen. Each sequence has as many
// as it has characters, one behind the other, the first of them behind its first
// character.
type position uint32

// builder holds the subset construction's work list.
type builder struct {
	sequences []sequence
	owners    [][]uint16 // by sequence: the patterns it belongs to
	class     [256]uint8
	classes   []byte       // one byte of each class
	starts    [][]position // by class: the sequences that may begin with it
	moves     [][]bool     // by class and position: whether it goes on with it
	wide      []bool       // by position: whether a character outside ASCII may be the last
	ended     []int        // by position: the sequence that it ends, or -1
	states    map[string]int
	sets      [][]position
	ends      [][]uint16 // by state: the patterns whose factor ends there
	next      []position // memory for step
	key       []byte     // and for state
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
	b := &builder{states: map[string]int{}}
	b.collect(factors)
	b.partition()
	a = &automaton{class: b.class}
	for 1<<a.shift < len(b.classes) {
		a.shift++
	}
	b.state(b.edge())
	for s := 0; s < len(b.sets); s++ {
		if len(b.sets) > limit {
			return nil, false
		}
		row := make([]uint16, 1<<a.shift)
		for c, sample := range b.classes {
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

// collect lists the distinct sequences and who asks for them.
func (b *builder) collect(factors []factor) {
	index := map[string]int{}
	for p, f := range factors {
		for _, s := range f.sequences {
			key := string(s.bytes())
			i, known := index[key]
			if !known {
				i = len(b.sequences)
				index[key] = i
				b.sequences = append(b.sequences, s)
				b.owners = append(b.owners, nil)
			}
			b.owners[i] = append(b.owners[i], uint16(p))
		}
	}
}

// partition groups the bytes that no sequence tells apart.
func (b *builder) partition() {
	var sets []byteSet
	seen := map[byteSet]bool{}
	for _, s := range b.sequences {
		for _, c := range s {
			if !seen[c] {
				seen[c] = true
				sets = append(sets, c)
			}
		}
	}
	b.class, b.classes = partition(sets)
	b.starts = make([][]position, len(b.classes))
	b.moves = make([][]bool, len(b.classes))
	for i, s := range b.sequences {
		first := position(len(b.ended))
		for n, c := range s {
			b.ended, b.wide = append(b.ended, -1), append(b.wide, c.wide())
			for k, sample := range b.classes {
				goesOn := n+1 < len(s) && s[n+1].has(sample)
				b.moves[k] = append(b.moves[k], goesOn)
			}
		}
		b.ended[len(b.ended)-1] = i
		for k, sample := range b.classes {
			if s[0].has(sample) {
				b.starts[k] = append(b.starts[k], first)
			}
		}
	}
}

// edge returns where a text begins: behind every guard, as nothing that it
// forbids stands before. Guards are wide; other sequences that begin like one
// are met once too often, which costs a look.
func (b *builder) edge() (set []position) {
	first := position(0)
	for _, s := range b.sequences {
		if s[0].wide() && len(s) > 1 {
			set = append(set, first)
		}
		first += position(len(s))
	}
	return set
}

// step returns where a set of positions goes on a byte. Every sequence may begin
// anywhere. A character outside ASCII has several bytes, so a position behind
// one that may be such a character stays on further ones. Positions are kept in
// order, so that equal sets look equal: what goes on is merged with what begins.
func (b *builder) step(from []position, c byte) []position {
	k := b.class[c]
	to, begin, moves := b.next[:0], b.starts[k], b.moves[k]
	for _, p := range from {
		for len(begin) > 0 && begin[0] <= p {
			to, begin = append(to, begin[0]), begin[1:]
		}
		if c >= high && b.wide[p] {
			to = append(to, p)
		}
		if moves[p] {
			to = append(to, p+1)
		}
	}
	to = append(to, begin...)
	b.next = to
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
		if i := b.ended[p]; i >= 0 {
			out = append(out, b.owners[i]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
