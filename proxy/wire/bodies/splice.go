package bodies

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"coatcheck/proxy/wire"
)

var (
	// ErrEdit says that edits overlap, that one begins or ends inside a
	// character or outside its leaf, or that the leaf is never altered.
	ErrEdit = errors.New("edit does not fit the text")
	// ErrCap says that an edited field is longer than its place allows.
	ErrCap = errors.New("edited field is too long")
)

// Edit puts With in the place of Text[Start:End] of a leaf, in bytes.
type Edit struct {
	Leaf       int // position in Body.Leaves
	Start, End int
	With       string
}

// cut is one edit in terms of the body's bytes.
type cut struct {
	start, end int
	with       string
}

// Splice returns the body with the edits made, in any order but not
// overlapping. All bytes outside them are those of the source; without edits
// it is the source itself. A number that is edited becomes a string.
//
// The error wraps ErrEdit or ErrCap and holds nothing of the body.
func (b *Body) Splice(edits []Edit) ([]byte, error) {
	if len(edits) == 0 {
		return b.src, nil
	}
	cuts, err := b.cuts(edits)
	if err != nil {
		return nil, err
	}
	size := len(b.src)
	for _, c := range cuts {
		size += len(c.with) - (c.end - c.start)
	}
	out := make([]byte, 0, size)
	done := 0
	for _, c := range cuts {
		out = append(out, b.src[done:c.start]...)
		out = append(out, c.with...)
		done = c.end
	}
	return append(out, b.src[done:]...), nil
}

// Size returns the length of the body as it came, in bytes.
func (b *Body) Size() int64 { return int64(len(b.src)) }

// cuts returns the edits in terms of the body, in order.
func (b *Body) cuts(edits []Edit) ([]cut, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(x, y Edit) int {
		return cmp.Or(cmp.Compare(x.Leaf, y.Leaf), cmp.Compare(x.Start, y.Start))
	})
	cuts := make([]cut, 0, len(edits))
	room := make(caps)
	for len(edits) > 0 {
		leaf := edits[0].Leaf
		if leaf < 0 || leaf >= len(b.Leaves) {
			return nil, fmt.Errorf("%w: no leaf %d", ErrEdit, leaf)
		}
		n := 1
		for n < len(edits) && edits[n].Leaf == leaf {
			n++
		}
		var err error
		if cuts, err = b.cutLeaf(cuts, edits[:n], room); err != nil {
			return nil, err
		}
		edits = edits[n:]
	}
	return cuts, room.check()
}

// cutLeaf appends the cuts for the edits of one leaf, which are in order.
func (b *Body) cutLeaf(cuts []cut, edits []Edit, room caps) ([]cut, error) {
	leaf, s := &b.Leaves[edits[0].Leaf], &b.spots[edits[0].Leaf]
	if leaf.Class == wire.ClassNever {
		return nil, fmt.Errorf("%w: %s is never altered", ErrEdit, leaf.Path)
	}
	done := 0
	for _, e := range edits {
		if e.Start < done || e.End < e.Start || e.End > len(leaf.Text) {
			return nil, fmt.Errorf("%w: in %s", ErrEdit, leaf.Path)
		}
		done = e.End
	}
	if s.how == jsonNumber {
		edits = []Edit{{edits[0].Leaf, 0, len(leaf.Text), replaced(leaf.Text, edits)}}
	}
	for _, e := range edits {
		c, ok := s.lift(cut{e.Start, e.End, e.With}, leaf.Text, leaf.Cap, room)
		if !ok || insideCharacter(leaf.Text, e.Start) || insideCharacter(leaf.Text, e.End) {
			return nil, fmt.Errorf("%w: inside a character of %s", ErrEdit, leaf.Path)
		}
		cuts = append(cuts, c)
	}
	return cuts, nil
}

// insideCharacter reports whether a cut before byte i would divide a character.
// In invalid UTF-8 there are none to divide.
func insideCharacter(text string, i int) bool {
	for from := i - 1; i < len(text) && from >= max(0, i-utf8.UTFMax+1) && !utf8.RuneStart(text[from+1]); from-- {
		if _, size := utf8.DecodeRuneInString(text[from:]); from+size > i {
			return true
		}
	}
	return false
}

// replaced returns text with the edits made.
func replaced(text string, edits []Edit) string {
	var out []byte
	done := 0
	for _, e := range edits {
		out = append(out, text[done:e.Start]...)
		out = append(out, e.With...)
		done = e.End
	}
	return string(append(out, text[done:]...))
}

// caps counts the characters of edited fields that have a cap.
type caps map[*spot]*field

type field struct{ length, limit int }

func (cs caps) grow(s *spot, text string, limit int, c cut) {
	f := cs[s]
	if f == nil {
		f = &field{utf8.RuneCountInString(text), limit}
		cs[s] = f
	}
	f.length += utf8.RuneCountInString(c.with) - utf8.RuneCountInString(text[c.start:c.end])
}

func (cs caps) check() error {
	for _, f := range cs {
		if f.length > f.limit {
			return fmt.Errorf("%w: over %d characters", ErrCap, f.limit)
		}
	}
	return nil
}
