package view

import (
	"cmp"
	"slices"
)

// patch is one change to a text: text[start:end] reads as with.
type patch struct {
	start, end int
	with       string
}

const (
	// stretch is how much text is looked at for changes at a time, in bytes.
	stretch = 32 << 10
	// lag is how far before a place a change may begin that is found there, in
	// bytes: the spaces before a bracket belong to the change.
	lag = 2 * maxSpaces
)

// changes lists what reads differently in a text, in order, a stretch at a
// time: a list of all of it would be many times the text.
type changes struct {
	text  string
	loose bool
	at    int     // how far the text has been looked at
	list  []patch // in order up to known, those that may not be complete behind
	known int
	end   int // of the last change in order

	printable bool
	seen      int               // words before this have been looked at for look-alikes
	digits    run               // the digits one by one last found
	dots      [len(spelled)]int // where the last dot in words ends, by its spelling
}

func (c *changes) begin(text string, loose bool) {
	*c = changes{text: text, loose: loose, list: c.list[:0], printable: !loose && printable(text)}
}

// next returns the changes of the next stretch that has any, nil if there are
// no more. The list is good until the next call.
func (c *changes) next() []patch {
	c.list = slices.Delete(c.list, 0, c.known)
	for c.known = 0; c.known == 0 && c.at < len(c.text); {
		to := min(len(c.text), c.at+stretch)
		c.look(c.at, to)
		if c.at = to; len(c.list) > 0 {
			c.settle()
		}
	}
	if c.known == 0 {
		return nil
	}
	return c.list[:c.known]
}

// look adds the changes that are found in text[from:to].
func (c *changes) look(from, to int) {
	if c.loose {
		c.spaced(to)
		c.spoken(from, to)
		return
	}
	c.fold(from, to)
	c.escapes(from, to)
}

func (c *changes) add(start, end int, with string) {
	c.list = append(c.list, patch{start, end, with})
}

// settle orders the changes by their start, drops those within others, and
// counts those that no later stretch can precede.
func (c *changes) settle() {
	slices.SortStableFunc(c.list, func(a, b patch) int { return cmp.Compare(a.start, b.start) })
	open, _ := slices.BinarySearchFunc(c.list, c.at-lag, func(p patch, at int) int { return cmp.Compare(p.start, at) })
	if c.at == len(c.text) {
		open = len(c.list)
	}
	for _, p := range c.list[:open] {
		if p.start >= c.end {
			c.list[c.known], c.end = p, p.end
			c.known++
		}
	}
	c.list = slices.Delete(c.list, c.known, open)
}
