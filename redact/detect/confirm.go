package detect

import (
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// confirm runs the expression where a match of pattern p may start, and returns
// where it ends, at itself if there is none. If nothing is decided in time, all
// starts up to the last one are taken for one match, for each of them might take
// as long. Once the context has ended it does nothing.
func (s *search) confirm(p, at, last int) (end int) {
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return at
	}
	x := &s.exprs[p]
	left, i := s.marginLeft(at, x.back+1)
	s.load(left, s.marginRight(s.advance(x, at, x.max), x.ahead+2))
	s.work.Runs++
	s.work.Reads += len(s.runes)
	end = at
	err := x.re().FindRunesMatches(s.runes, i, func(v regexp2.MatchView) bool {
		i, n, _ := v.GroupRange(0)
		a, b := x.span(v)
		s.found = append(s.found, Match{Pattern: p, Start: s.offset(left, a), End: s.offset(left, b)})
		end = s.offset(left, i+n)
		return false
	})
	if err != nil { // never kept: its text quotes the input
		end = s.advance(x, last, x.max)
		s.found = append(s.found, Match{Pattern: p, Start: at, End: end, TimedOut: true})
	}
	return end
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
