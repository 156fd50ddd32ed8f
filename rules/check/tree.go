package check

import (
	"math/bits"

	"github.com/dlclark/regexp2/v2/syntax"
)

// beyond stands for all characters outside ASCII: an accented letter, a letter
// without case, a space and a symbol.
var beyond = [...]rune{'é', '中', '\u2003', '€'}

// class is a set of characters: ASCII, and those in beyond.
type class [3]uint64

func (c *class) add(i int)         { c[i>>6] |= 1 << (i & 63) }
func (c class) has(i int) bool     { return c[i>>6]&(1<<(i&63)) != 0 }
func (c class) and(o class) class  { return class{c[0] & o[0], c[1] & o[1], c[2] & o[2]} }
func (c class) empty() bool        { return c == class{} }
func (c class) meets(o class) bool { return !c.and(o).empty() }

// digitClass is the ten digits.
var digitClass = func() (c class) {
	for d := '0'; d <= '9'; d++ {
		c.add(int(d))
	}
	return c
}()

// pick returns a character of the set, the plainest one.
func (c class) pick() rune {
	for _, r := range "a1A -." {
		if c.has(int(r)) {
			return r
		}
	}
	for w, word := range c {
		if word == 0 {
			continue
		}
		if i := w*64 + bits.TrailingZeros64(word); i < 128 {
			return rune(i)
		} else {
			return beyond[i-128]
		}
	}
	return 0
}

// classOf returns the characters that one step of a node may consume.
func classOf(n *syntax.RegexNode) (c class) {
	in := func(r rune) bool {
		switch {
		case n.IsOneFamily():
			return r == n.Ch
		case n.IsNotoneFamily():
			return r != n.Ch
		}
		return n.Set != nil && n.Set.CharIn(r)
	}
	for i := range 128 {
		if in(rune(i)) {
			c.add(i)
		}
	}
	for i, r := range beyond {
		if in(r) {
			c.add(128 + i)
		}
	}
	return c
}

// single reports whether a node consumes characters of one class, min to max
// of them.
func single(n *syntax.RegexNode) (minimum, maximum int, ok bool) {
	switch n.T {
	case syntax.NtOne, syntax.NtNotone, syntax.NtSet:
		return 1, 1, true
	case syntax.NtOneloop, syntax.NtNotoneloop, syntax.NtSetloop,
		syntax.NtOnelazy, syntax.NtNotonelazy, syntax.NtSetlazy,
		syntax.NtOneloopatomic, syntax.NtNotoneloopatomic, syntax.NtSetloopatomic:
		return n.M, n.N, true
	}
	return 0, 0, false
}

func parse(expr string) (*syntax.RegexNode, error) {
	t, err := syntax.Parse(expr, syntax.ParseOptions{RegexOptions: syntax.RE2})
	if err != nil {
		return nil, err
	}
	return t.Root, nil
}

// digitsAlone reports whether a node can match a text that has nothing but
// digits in it.
func digitsAlone(n *syntax.RegexNode) bool {
	if least, _, ok := single(n); ok {
		return least == 0 || classOf(n).meets(digitClass)
	}
	switch n.T {
	case syntax.NtMulti:
		for _, r := range n.Str {
			if r < '0' || '9' < r {
				return false
			}
		}
		return true
	case syntax.NtAlternate:
		for _, c := range n.Children {
			if digitsAlone(c) {
				return true
			}
		}
		return false
	case syntax.NtLoop, syntax.NtLazyloop:
		return n.M == 0 || digitsAlone(n.Children[0])
	case syntax.NtNegLook:
		return true
	case syntax.NtPosLook:
		return n.Options&syntax.RightToLeft != 0 || digitsAlone(n.Children[0])
	}
	for _, c := range n.Children {
		if !digitsAlone(c) {
			return false
		}
	}
	return true
}
