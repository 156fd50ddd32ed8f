package detect

import (
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

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
	w.tried = w.to + s.width(w.to)
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
		if digitSet.has(s.text[i]) {
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

// load decodes text[from:to] into runes. Offsets are kept only where they
// differ from the count of runes.
func (s *search) load(from, to int) {
	s.runes, s.offsets = s.runes[:0], s.offsets[:0]
	part := s.text[from:to]
	for i := range len(part) {
		if part[i] >= utf8.RuneSelf {
			s.loadWide(part)
			return
		}
		s.runes = append(s.runes, rune(part[i]))
	}
	s.dirty = max(s.dirty, len(s.runes))
}

func (s *search) loadWide(part string) {
	s.runes = s.runes[:0]
	for i, r := range part {
		s.runes = append(s.runes, r)
		s.offsets = append(s.offsets, i)
	}
	s.offsets = append(s.offsets, len(part))
	s.dirty = max(s.dirty, len(s.runes))
}

// offset returns the byte offset in text of rune i of a window that begins at left.
func (s *search) offset(left, i int) int {
	if len(s.offsets) == 0 {
		return left + i
	}
	return left + s.offsets[i]
}
