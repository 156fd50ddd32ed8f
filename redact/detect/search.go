package detect

import (
	"context"
	"math/bits"
	"unicode/utf8"
)

// search is the state of one pass over one text. It holds private text in
// runes, which end wipes.
//
// Why its matches are those of a plain loop: (1) every match contains an
// occurrence of its pattern's factor; (2) so its start is among the starts of
// that occurrence's candidate; (3) it lies within one run of the pattern's
// alphabet; (4) a window keeps more context on both sides than look-around
// reads, so every test sees the same characters, and no cut looks like the
// beginning or end of the text; (5) starts are tried from left to right and
// never inside an earlier match.
type search struct {
	ctx     context.Context
	exprs   []expression
	text    string
	found   []Match
	pending []window
	used    []int  // patterns with something in pending
	wanted  Set    // patterns that are looked for
	pick    Picker // until it has been asked for all of them

	within []Set // the matcher's
	word   int   // where the word begins that goes up to the byte last asked for
	wordAt int   // that byte

	runes   []rune
	dirty   int   // how many runes of the buffer have held text
	offsets []int // of the runes in text, if some are not ASCII
	err     error
}

// window is a stretch of starts still to be tried for one pattern, in bytes.
type window struct {
	open     bool
	used     bool
	from, to int // first and last start
	tried    int // starts before this are done
}

// maxWindow is the stretch of starts, in bytes, after which a window is
// searched even though it could still grow.
const maxWindow = 4 << 10

func (s *search) begin(ctx context.Context, exprs []expression, text string, dst []Match) {
	s.ctx, s.exprs, s.text, s.found, s.err = ctx, exprs, text, dst, nil
	s.word, s.wordAt = 0, -1
}

func (s *search) end() {
	for _, p := range s.used {
		s.pending[p] = window{}
	}
	s.used = s.used[:0]
	clear(s.runes[:s.dirty])
	s.runes, s.dirty = s.runes[:0], 0
	s.ctx, s.text, s.found = nil, "", nil
	s.wanted, s.pick = nil, nil
}

// candidates notes that the factors of some patterns ended at byte e.
func (s *search) candidates(ends Set, e int) {
	live := uint64(0)
	for w, set := range ends {
		if set&^s.wanted[w] != 0 && s.pick != nil {
			s.wanted, s.pick = s.pick.Spoken(), nil
		}
		live |= set & s.wanted[w]
	}
	if live == 0 {
		return
	}
	s.findWord(e - 1)
	within := s.within[min(e-s.word, len(s.within)-1)]
	for w, set := range ends {
		for x := set & s.wanted[w] & within[w]; x != 0; x &= x - 1 {
			s.candidate(w<<6|bits.TrailingZeros64(x), e)
		}
	}
}

// candidate notes that the factor of pattern p ended at byte e: a match may
// start need.hi to need.lo runes before.
func (s *search) candidate(p, e int) {
	x, w := &s.exprs[p], &s.pending[p]
	e = s.alignUp(e)
	if x.atWord && s.word <= e-x.need.lo {
		s.atWord(p, e)
		return
	}
	if s.word > e-x.need.lo && (s.word == 0 || !x.alphabet.has(s.text[s.word-1])) {
		return // a match would hold the byte before the word
	}
	to, ok := s.retreat(x, e, x.need.lo, w.tried)
	if !ok || to < w.tried || w.open && to <= w.to {
		return
	}
	from := to
	if x.need.hi > x.need.lo {
		from, _ = s.retreat(x, to, x.need.hi-x.need.lo, w.tried)
	} else if !x.possible(s.text, to) || !s.roomy(x, to) {
		return
	}
	s.grow(p, from, to)
}

// atWord is candidate for patterns that cannot start inside a word, when the
// last start that is possible is where the word at e begins.
func (s *search) atWord(p, e int) {
	x, w, to := &s.exprs[p], &s.pending[p], s.word
	if to < w.tried || w.open && to <= w.to {
		return
	}
	from := to
	if to > 0 && x.alphabet.has(s.text[to-1]) {
		from, _ = s.retreat(x, to, x.need.hi-(e-to), w.tried)
	} else if !x.possible(s.text, to) || !s.roomy(x, to) {
		return
	}
	s.grow(p, from, to)
}

// roomy looks at two bytes that every match from i on would hold: it is at
// least as long in bytes as in runes. Most words are too short.
func (s *search) roomy(x *expression, i int) bool {
	last := i + x.min - 1
	return last < len(s.text) && x.alphabet.has(s.text[last]) && x.alphabet.has(s.text[i+x.min/2])
}

// findWord finds where the word begins that goes up to byte i, or sets word
// behind i if that is not part of one.
func (s *search) findWord(i int) {
	k := i + 1
	for k > 0 && wordSet.has(s.text[k-1]) {
		if k--; k == s.wordAt+1 {
			k = s.word
			break
		}
	}
	s.word, s.wordAt = k, i
}

// grow adds starts to the pattern's window, or searches it and opens another.
func (s *search) grow(p, from, to int) {
	x, w := &s.exprs[p], &s.pending[p]
	if w.open {
		if from <= w.to+1+x.max/8 && to-w.from <= maxWindow {
			w.to = to
			return
		}
		s.flush(p)
		if to < w.tried {
			return
		}
		from = max(from, w.tried)
	}
	s.open(p, from, to)
}

func (s *search) open(p, from, to int) {
	w := &s.pending[p]
	w.open, w.from, w.to = true, from, to
	if !w.used {
		w.used = true
		s.used = append(s.used, p)
	}
}

// tryZero notes that pattern p can match at the beginning of the text.
func (s *search) tryZero(p int) {
	if len(s.text) > 0 && s.exprs[p].possible(s.text, 0) {
		s.open(p, 0, 0)
	}
}

// alignUp moves e to the end of the character that it stands in.
func (s *search) alignUp(e int) int {
	for k := 1; k < utf8.UTFMax && e-k >= 0 && e < len(s.text) && !utf8.RuneStart(s.text[e]); k++ {
		if utf8.RuneStart(s.text[e-k]) {
			if _, size := utf8.DecodeRuneInString(s.text[e-k:]); size > k {
				return e - k + size
			}
			break
		}
	}
	return e
}

// retreat steps n runes back from e, not over a byte outside the alphabet nor
// beyond the limit, and reports whether all steps were made.
func (s *search) retreat(x *expression, e, n, limit int) (int, bool) {
	for ; n > 0; n-- {
		if e <= limit || e == 0 {
			return e, false
		}
		c := s.text[e-1]
		if !x.alphabet.has(c) {
			return e, false
		}
		if c < utf8.RuneSelf {
			e--
			continue
		}
		_, size := utf8.DecodeLastRuneInString(s.text[:e])
		e -= size
	}
	return e, true
}

// advance steps up to n runes ahead from i, not over a byte outside the alphabet.
func (s *search) advance(x *expression, i, n int) int {
	for ; n > 0 && i < len(s.text) && x.alphabet.has(s.text[i]); n-- {
		i += s.width(i)
	}
	return i
}

// width is the length in bytes of the character at i.
func (s *search) width(i int) int {
	if s.text[i] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(s.text[i:])
	return size
}

// marginLeft steps n runes back from i and returns where that is and how many
// steps were made.
func (s *search) marginLeft(i, n int) (left, steps int) {
	for ; steps < n && i > 0; steps++ {
		_, size := utf8.DecodeLastRuneInString(s.text[:i])
		i -= size
	}
	return i, steps
}

// marginRight steps n runes ahead from i.
func (s *search) marginRight(i, n int) int {
	for ; n > 0 && i < len(s.text); n-- {
		i += s.width(i)
	}
	return i
}
