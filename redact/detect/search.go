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
// alphabet; (4) a shape fits wherever a match starts; (5) a window keeps more
// context on both sides than look-around reads, so every test sees the same
// characters, and no cut looks like the beginning or end of the text; (6) starts
// are tried from left to right and never inside an earlier match.
type search struct {
	*Matcher
	ctx    context.Context
	text   string
	found  []Match
	tried  []int  // by pattern: starts before this are done
	used   []int  // patterns that have been tried
	wanted Set    // patterns that are looked for
	pick   Picker // until it has been asked for all of them

	word, wordEnd int  // the word last met
	fits, joins   Set  // patterns that may start there, and before
	done          Set  // patterns that have been tried there
	touched       bool // if there is one

	work    Work
	stops   *stops
	runes   []rune
	dirty   int   // how many runes of the buffer have held text
	offsets []int // of the runes in text, if some are not ASCII
	err     error
}

func (s *search) begin(ctx context.Context, text string, dst []Match, pick Picker) {
	s.ctx, s.text, s.found, s.err = ctx, text, dst, nil
	s.pick, s.wanted = pick, pick.Always()
	s.word, s.wordEnd = 0, 0
	s.work = Work{}
	clear(s.done)
}

func (s *search) end() {
	for _, p := range s.used {
		s.tried[p] = 0
	}
	s.used = s.used[:0]
	clear(s.runes[:s.dirty])
	s.runes, s.dirty = s.runes[:0], 0
	s.ctx, s.text, s.found = nil, "", nil
	s.wanted, s.pick = nil, nil
}

// candidates notes that the factors of some patterns ended at byte e.
func (s *search) candidates(ends []part, e int) {
	if !inWord[s.text[e-1]] {
		e = s.alignUp(e)
		for _, some := range ends {
			s.each(some.at, some.bits, e, e)
		}
		return
	}
	if e > s.wordEnd {
		s.enter(e - 1)
	}
	within := s.within[min(e-s.word, farthest)]
	for _, some := range ends {
		at := some.at
		if live := some.bits & (s.fits[at] | s.joins[at]) & within[at] &^ s.done[at]; live != 0 {
			s.each(at, live, s.word, e)
		}
	}
}

// each notes that factors ended for those of the patterns that are looked for.
func (s *search) each(at int, live uint64, word, e int) {
	if s.pick == nil {
		live &= s.wanted[at]
	}
	for ; live != 0; live &= live - 1 {
		s.candidate(at<<6|bits.TrailingZeros64(live), word, e)
	}
}

// enter finds the word that byte i stands in, and what may start there.
func (s *search) enter(i int) {
	from, to := i, i+1
	all, some := s.text[i], s.text[i]
	for from > s.wordEnd && inWord[s.text[from-1]] {
		from--
		all, some = all&s.text[from], some|s.text[from]
	}
	for to < len(s.text) && inWord[s.text[to]] {
		all, some = all&s.text[to], some|s.text[to]
		to++
	}
	s.word, s.wordEnd = from, to
	if s.touched {
		clear(s.done)
		s.touched = false
	}
	kind := ofBoth
	switch {
	case all&letterBit != 0:
		kind = ofLetters
	case some&letterBit == 0:
		kind = ofDigits
	}
	s.fits, s.joins = s.fitting[kind][min(to-from, farthest)], s.joining[edge]
	if to < len(s.text) && s.text[to] >= utf8.RuneSelf { // may be a letter of the word
		s.fits = Set(s.all)
	}
	if from > 0 {
		s.joins = s.joining[s.text[from-1]]
	}
}

// candidate notes that the factor of pattern p ended at byte e, in the word that
// begins at another: a match may start need.hi to need.lo runes before.
func (s *search) candidate(p, word, e int) {
	s.work.Stops++
	x := &s.exprs[p]
	from, to := 0, word
	switch tried := s.tried[p]; {
	case x.atWord && word <= e-x.need.lo: // the last start that is possible is the word's
		s.done.Add(p) // and the next factor in it reaches less far back
		s.touched = true
		if from = to; to > 0 && x.alphabet.has(s.text[to-1]) {
			from, _ = s.retreat(x, to, x.need.hi-(e-to), tried)
		}
	case word > e-x.need.lo && (word == 0 || !x.alphabet.has(s.text[word-1])):
		return // a match would hold the byte before the word
	case tried > e-x.need.lo:
		return
	case tried > 0 && tried == e-x.need.lo && !x.starts.first.has(s.text[tried]): // the only new start, as in a row of digits
		s.tried[p]++
		return
	default:
		var ok bool
		if to, ok = s.retreat(x, e, x.need.lo, tried); !ok {
			return
		}
		if from = to; x.need.hi > x.need.lo {
			from, _ = s.retreat(x, to, x.need.hi-x.need.lo, tried)
		}
	}
	s.try(p, max(from, s.tried[p]), to)
}

// try looks for matches that start between two bytes.
func (s *search) try(p, from, to int) {
	x := &s.exprs[p]
	at := from
	for at <= to {
		if x.possible(s.text, at) && x.shape.fits(s.text, at) && s.alignUp(at) == at {
			if !s.picked(p) {
				return
			}
			if end := s.confirm(p, at, to); end > at {
				at = end
				continue
			}
		}
		at += s.width(at)
	}
	if s.tried[p] == 0 {
		s.used = append(s.used, p)
	}
	s.tried[p] = max(at, s.tried[p])
}

// picked reports whether pattern p is looked for. It asks the picker at the
// first place where that matters.
func (s *search) picked(p int) bool {
	if !s.wanted.Has(p) && s.pick != nil {
		s.wanted, s.pick = s.pick.Spoken(), nil
	}
	return s.wanted.Has(p)
}
