package detect

import (
	"encoding/binary"
	"slices"
)

// A factor is what the scan looks for in place of a pattern: a short list of
// byte-class sequences of which every match of the pattern contains one. The
// way to it is an algebra over the parse tree (summary.go) whose every step may
// only widen: a factor that occurs too often costs time, one that is missing
// where a match is would lose the match.

// sequence is a run of characters, each given by the bytes it may have.
type sequence []byteSet

const (
	maxFactor    = 6   // characters a factor sequence has at most
	maxExact     = 24  // characters up to which a finite node is kept whole
	maxSequences = 48  // sequences kept for a node
	maxAlternate = 512 // sequences of a factor that an alternation adds up to
	rareEnough   = 3e-5
	maxCost      = 12   // see cost; bounds the automaton's size
	mostCost     = 15   // of a sequence that would be common otherwise
	common       = 5e-3 // what is met so often
)

// factor is a necessary set of sequences with the distance, in runes, from the
// start of a match to the end of the occurrence.
type factor struct {
	sequences []sequence
	lo, hi    int
	odds      float64 // sum of the sequences' probabilities
}

func (f *factor) found() bool { return len(f.sequences) > 0 }

// last shortens each sequence to its last n characters; where it ends stays.
func (f factor) last(n int) factor {
	list := make([]sequence, len(f.sequences))
	for i, s := range f.sequences {
		list[i] = s[max(0, len(s)-n):]
	}
	f.sequences = distinct(list)
	return f
}

// factorBehind returns the best factor of matches that do not begin behind some
// bytes. One at their start is looked up with a word's first character, where
// others have not been looked up yet, so it must be much rarer.
func (s *summary) factorBehind(notAfter byteSet) factor {
	f, start := s.factor(), s.atStart(notAfter)
	if start.found() && (!f.found() || 2*start.odds < f.odds) {
		return start
	}
	return f.atRuns(notAfter)
}

// atStart is a factor of the first characters of all matches, and in front of
// them what a match may stand behind. A number is then met once, at its first
// digit, and not at each of them.
func (s *summary) atStart(notAfter byteSet) (f factor) {
	if notAfter == (byteSet{}) {
		return f
	}
	guard, n := notAfter.not(), maxFactor
	for _, h := range s.head {
		n = min(n, affordable(guard, h))
	}
	for _, h := range s.head {
		piece := sequence{guard}
		odds, before := guard.probability(), guard.shares()
		for _, c := range h[:n] {
			class := c.coarse()
			part := class.shares()
			piece, odds, before = append(piece, class), odds*part.behind(before), part
		}
		f.sequences, f.odds = append(f.sequences, piece), f.odds+odds
	}
	f.sequences, f.lo, f.hi = distinct(f.sequences), n, n
	if n == 0 {
		return factor{}
	}
	return f
}

// affordable returns how much of the beginning of s the automaton has room for
// behind a guard.
func affordable(guard byteSet, s sequence) int {
	odds, before, spent := guard.probability(), guard.shares(), 0
	for i, c := range s {
		class := c.coarse()
		if spent += class.cost(); !worth(spent, odds) && i > 0 {
			return i
		}
		part := class.shares()
		odds, before = odds*part.behind(before), part
	}
	return len(s)
}

// worth reports whether a sequence that is met so often may cost so much.
func worth(spent int, odds float64) bool {
	return spent <= maxCost || spent <= mostCost && odds > common
}

// atRuns puts in front of digits what is none, in matches that do not begin
// behind one: where there are so many digits, a row of so many begins.
func (f factor) atRuns(notAfter byteSet) factor {
	if !digitSet.within(notAfter) {
		return f
	}
	list := slices.Clone(f.sequences)
	for i, s := range list {
		if !slices.ContainsFunc(s, func(c byteSet) bool { return c != digitSet }) {
			list[i] = append(sequence{digitSet.not()}, s...)
			f.lo = min(f.lo, len(s))
		}
	}
	f.sequences = list
	return f
}

// shift moves a factor behind something that is min to max runes long.
func (f factor) shift(minLen, maxLen int) factor {
	f.lo += minLen
	f.hi = addLen(f.hi, maxLen)
	return f
}

// placed is a sequence and where its end lies relative to a border.
type placed struct {
	sequence
	end int
}

// choose cuts from each sequence its rarest piece. The border that the ends
// relate to lies lo to hi runes after the start of the match. An empty
// sequence among them means that nothing is necessary: no factor.
func choose(from []placed, lo, hi int) factor {
	var f factor
	first := true
	for _, p := range from {
		piece, drop, odds := rarest(p.sequence)
		if piece == nil {
			return factor{}
		}
		end := p.end - drop
		nearest := max(lo+end, len(piece)) // no piece begins before the match
		if first || nearest < f.lo {
			f.lo = nearest
		}
		if first || addLen(hi, end) > f.hi {
			f.hi = addLen(hi, end)
		}
		first = false
		f.sequences = append(f.sequences, piece)
		f.odds += odds
	}
	f.sequences = distinct(f.sequences)
	return f
}

// rarest returns the least probable piece of s, how many characters follow it,
// and its probability.
func rarest(s sequence) (piece sequence, drop int, odds float64) {
	odds = 2
	for i := range s {
		p, spent, before := 1.0, 0, shares{}
		for j := i; j < len(s) && j-i < maxFactor; j++ {
			class := s[j].coarse()
			if spent += class.cost(); !worth(spent, p) && j > i {
				break
			}
			part := class.shares()
			if j == i {
				p = class.probability()
			} else {
				p *= part.behind(before)
			}
			if before = part; p < odds*0.9 {
				piece, drop, odds = s[i:j+1], len(s)-j-1, p
			}
			if p < rareEnough {
				break
			}
		}
	}
	if piece == nil {
		return nil, 0, 1
	}
	out := make(sequence, len(piece))
	for k := range piece {
		out[k] = piece[k].coarse()
	}
	return out, drop, odds
}

// cost is what a class in a sequence does to the automaton's size: classes that
// many other sequences' characters fall into multiply its states.
func (s byteSet) cost() int {
	digits, others := s.has('0'), s.has(' ') || s.has('-')
	switch n := s.size(); {
	case digits && others:
		return 8
	case n <= 2 || s == digitSet:
		return 2
	case n <= 16:
		return 3
	}
	return 5
}

// better returns the rarer of two factors; one that was not found loses.
func better(a, b factor) factor {
	if !a.found() || b.found() && b.odds < a.odds {
		return b
	}
	return a
}

// distinct drops sequences that occur twice, keeping their order.
func distinct(list []sequence) []sequence {
	if len(list) < 2 {
		return list
	}
	seen := map[string]bool{}
	out := list[:0:0]
	for _, s := range list {
		if key := string(s.bytes()); !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

// bytes spells a sequence for use as a map key.
func (s sequence) bytes() []byte {
	key := make([]byte, 0, len(s)*32)
	for _, c := range s {
		for _, w := range c {
			key = binary.LittleEndian.AppendUint64(key, w)
		}
	}
	return key
}

// product returns every sequence of a followed by every one of b, or nil if
// they are too many.
func product(a, b []sequence) []sequence {
	if len(a)*len(b) > maxSequences {
		return nil
	}
	out := make([]sequence, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, slices.Concat(x, y))
		}
	}
	return distinct(out)
}
