package detect

import (
	"context"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
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
	used    []int // patterns with something in pending

	runes   []rune
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
}

func (s *search) end() {
	for _, p := range s.used {
		s.pending[p] = window{}
	}
	s.used = s.used[:0]
	clear(s.runes[:cap(s.runes)])
	s.runes = s.runes[:0]
	s.ctx, s.text, s.found = nil, "", nil
}

// candidate notes that the factor of pattern p ended at byte e: a match may
// start need.hi to need.lo runes before.
func (s *search) candidate(p, e int) {
	x, w := &s.exprs[p], &s.pending[p]
	e = s.alignUp(e)
	to, ok := s.retreat(x, e, x.need.lo, w.tried)
	if !ok || to < w.tried || w.open && to <= w.to {
		return
	}
	from := to
	if x.need.hi > x.need.lo {
		from, _ = s.retreat(x, to, x.need.hi-x.need.lo, w.tried)
	}
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

// flushAll searches every open window.
func (s *search) flushAll() error {
	for _, p := range s.used {
		if s.pending[p].open {
			s.flush(p)
		}
	}
	return s.err
}

// flush searches the open window of pattern p. Once the context has ended it
// only closes it.
func (s *search) flush(p int) {
	x, w := &s.exprs[p], &s.pending[p]
	w.open = false
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return
	}
	next := w.to + s.width(w.to)
	w.tried = next
	right := s.advance(x, w.to, x.max)
	if right-w.from < x.min || !s.enoughDigits(x, w.from, right) {
		return
	}
	s.confirm(p, w, right)
}

// enoughDigits reports whether a stretch has the digits that a match needs.
func (s *search) enoughDigits(x *expression, from, to int) bool {
	if x.digits == 0 {
		return true
	}
	n := 0
	for i := from; i < to; i++ {
		if isDigit(s.text[i]) {
			if n++; n == x.digits {
				return true
			}
		}
	}
	return false
}

// fewStarts is how many starts are tried one by one. A search for the next
// match cannot be told where to stop looking for its start, and would read the
// rest of the window in vain.
const fewStarts = 12

// confirm runs the expression over the window and its margins.
func (s *search) confirm(p int, w *window, right int) {
	x := &s.exprs[p]
	n := s.narrow(x, w)
	if n == 0 {
		return
	}
	left, i := s.marginLeft(w.from, x.back+1)
	s.load(left, s.marginRight(right, x.ahead+2))
	end, err := 0, error(nil)
	if n > fewStarts {
		end, err = s.collect(p, w, left, i, x.re)
	} else {
		end, err = s.tryEach(p, w, left, i)
	}
	w.tried = max(w.tried, end)
	if err != nil { // never kept: its text quotes the input
		s.found = append(s.found, Match{Pattern: p, Start: w.from, End: right, TimedOut: true})
	}
}

// narrow cuts a window to its first and last possible start and returns how
// many there are, counted in bytes.
func (s *search) narrow(x *expression, w *window) (n int) {
	last := w.from
	for i := w.from; i <= w.to; i++ {
		if x.possible(s.text, i) && s.alignUp(i) == i {
			if n == 0 {
				w.from = i
			}
			last = i
			n++
		}
	}
	w.to = last
	return n
}

// collect notes every match that re finds from rune i on with a start in the
// window, and returns where the last one ends.
func (s *search) collect(p int, w *window, left, i int, re *regexp2.Regexp) (end int, err error) {
	x := &s.exprs[p]
	err = re.FindRunesMatches(s.runes, i, func(v regexp2.MatchView) bool {
		i, n, _ := v.GroupRange(0)
		if s.offset(left, i) > w.to {
			return false
		}
		a, b := x.span(v)
		s.found = append(s.found, Match{Pattern: p, Start: s.offset(left, a), End: s.offset(left, b)})
		end = s.offset(left, i+n)
		return re == x.re
	})
	return end, err
}

// tryEach tries the possible starts of a short window one after the other.
func (s *search) tryEach(p int, w *window, left, i int) (end int, err error) {
	x := &s.exprs[p]
	for at := w.from; at <= w.to; at += s.width(at) {
		if at >= end && x.possible(s.text, at) {
			e, err := s.collect(p, w, left, i, x.anchored)
			if err != nil {
				return end, err
			}
			end = max(end, e)
		}
		i++
	}
	return end, nil
}
