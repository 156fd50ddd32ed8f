package hide

import (
	"fmt"
	"iter"
	"strings"
)

// Sent knows what a caller sent. It holds that private text and is used by one
// goroutine.
//
// A model may make up as many values as it likes, so looking for each of them
// in all that was sent must cost next to nothing: the values found there before
// are known by name, and a filter of all runs of eight bytes tells of nearly
// every other one that it cannot be there.
type Sent struct {
	values, texts iter.Seq[string]

	known  map[string]bool
	runs   filter
	search int // bytes that may still be searched
}

// maxSearched is how many bytes are searched for the values of one answer. When
// they are used up, a value that was not found in the request counts as the
// model's own, which hides too much and never too little.
const maxSearched = 256 << 20

// NewSent returns what knows the values that were found in a request and all
// its texts. Nothing is read before the first question.
func NewSent(values, texts iter.Seq[string]) *Sent {
	return &Sent{values: values, texts: texts, search: maxSearched}
}

// Has reports whether the caller sent a text.
func (s *Sent) Has(text string) bool {
	if s.known == nil {
		s.read()
	}
	if s.known[text] {
		return true
	}
	if !s.runs.mayHold(text) {
		return false
	}
	for t := range s.texts {
		if s.search -= len(t); s.search < 0 {
			return false
		}
		if strings.Contains(t, text) {
			return true
		}
	}
	return false
}

func (s *Sent) read() {
	s.known = map[string]bool{}
	for v := range s.values {
		s.known[v] = true
	}
	size := 0
	for t := range s.texts {
		size += len(t)
	}
	s.runs = newFilter(size)
	for t := range s.texts {
		s.runs.add(t)
	}
}

// Format says how much it knows, whatever the verb: it holds private text.
func (s *Sent) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%d values sent", len(s.known)) }

// filter is a set of runs of eight bytes, which may hold more than were added.
type filter struct {
	bits  []uint64
	shift int // of a hash, to the number of a bit
}

const (
	run      = 8
	minBits  = 10 // of the number of bits, as a power of two
	maxBits  = 25 // 4 MiB
	perBytes = 4  // bits for each byte of text, at least
)

func newFilter(size int) filter {
	n := minBits
	for n < maxBits && 1<<n < perBytes*size {
		n++
	}
	return filter{bits: make([]uint64, 1<<n/64), shift: 64 - n}
}

func (f filter) add(text string) {
	var last uint64 // eight bytes
	for i := range len(text) {
		last = last<<8 | uint64(text[i])
		if i >= run-1 {
			at := f.number(last)
			f.bits[at/64] |= 1 << (at % 64)
		}
	}
}

// mayHold reports whether each run of a text was added. Of a text shorter than
// a run it knows nothing.
func (f filter) mayHold(text string) bool {
	var last uint64
	for i := range len(text) {
		last = last<<8 | uint64(text[i])
		if at := f.number(last); i >= run-1 && f.bits[at/64]&(1<<(at%64)) == 0 {
			return false
		}
	}
	return true
}

// number is the bit of a run, by a multiplicative hash.
func (f filter) number(of uint64) uint64 { return of * 0x9e3779b97f4a7c15 >> f.shift }
