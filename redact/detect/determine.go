package detect

import (
	"encoding/binary"
	"slices"
)

// determiner makes a shape of a program: the subset construction over classes
// of characters.
type determiner struct {
	*program
	shape   shape
	numbers map[string]int // of the states
	sets    [][]int        // by state, from atStart on: the steps to go on from

	set      []int // the state in the making
	accepted bool  // and whether it holds the end of a match
	taken    []int // by step: the making that it was last met in, before the character
	entered  []int // and behind it
	making   int
	key      []byte
}

// determine makes the automaton of a program that begins at a step; ok is false
// if it has too many states.
func determine(p *program, start int) (s shape, ok bool) {
	d := determiner{program: p, numbers: map[string]int{}, taken: make([]int, len(p.steps)), entered: make([]int, len(p.steps))}
	var sets []byteSet
	for _, st := range p.steps {
		if st.op == eat || st.op == ahead {
			sets = append(sets, st.set)
		}
	}
	var samples []byte
	d.shape.class, samples = partition(sets)
	d.shape.classes = len(samples) + 1
	d.shape.next = make([]uint8, atStart*d.shape.classes)
	d.making = 1
	d.enter(start)
	d.state()
	for i := 0; i < len(d.sets); i++ {
		for _, c := range samples {
			d.shape.next = append(d.shape.next, d.after(d.sets[i], c, false))
		}
		d.shape.next = append(d.shape.next, d.after(d.sets[i], 0, true))
		if len(d.sets) > maxShape-atStart {
			return shape{}, false
		}
	}
	return d.shape, true
}

// after returns the state behind a set of steps on a character or the text's end.
func (d *determiner) after(from []int, c byte, end bool) uint8 {
	d.set, d.accepted = d.set[:0], false
	d.making++
	for _, i := range from {
		d.take(i, c, end)
	}
	if d.accepted {
		return yes
	}
	return uint8(d.state())
}

// take goes on from a step on a character.
func (d *determiner) take(i int, c byte, end bool) {
	st := &d.steps[i]
	if d.taken[i] == d.making {
		return
	}
	d.taken[i] = d.making
	switch st.op {
	case accepts:
		d.accepted = true
	case fork:
		for _, o := range st.outs {
			d.take(o, c, end)
		}
	case ahead:
		if end && st.end || !end && st.set.has(c) {
			d.take(st.outs[0], c, end)
		}
	case eat:
		if !end && st.set.has(c) {
			d.enter(st.outs[0])
		}
	}
}

// enter adds a step to the state in the making, or what it leads to.
func (d *determiner) enter(i int) {
	if d.entered[i] == d.making {
		return
	}
	d.entered[i] = d.making
	switch st := &d.steps[i]; st.op {
	case accepts:
		d.accepted = true
	case fork:
		for _, o := range st.outs {
			d.enter(o)
		}
	default:
		d.set = append(d.set, i)
	}
}

// state returns the number of the state that has been made.
func (d *determiner) state() int {
	if len(d.set) == 0 {
		return no
	}
	slices.Sort(d.set)
	d.key = d.key[:0]
	for _, i := range d.set {
		d.key = binary.LittleEndian.AppendUint16(d.key, uint16(i))
	}
	n, known := d.numbers[string(d.key)]
	if !known {
		n = atStart + len(d.sets)
		d.numbers[string(d.key)] = n
		d.sets = append(d.sets, slices.Clone(d.set))
	}
	return n
}

// partition groups the bytes that no set tells apart: the class of each byte,
// and one byte of each class.
func partition(sets []byteSet) (class [256]uint8, samples []byte) {
	index := map[string]uint8{}
	key := make([]byte, (len(sets)+7)/8)
	for c := range 256 {
		clear(key)
		for i := range sets {
			if sets[i].has(byte(c)) {
				key[i>>3] |= 1 << (i & 7)
			}
		}
		k, known := index[string(key)]
		if !known {
			k = uint8(len(samples))
			index[string(key)] = k
			samples = append(samples, byte(c))
		}
		class[c] = k
	}
	return class, samples
}
