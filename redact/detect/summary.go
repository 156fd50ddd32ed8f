package detect

import (
	"math"
	"slices"
)

// summary is what is known of all strings that a node of the parse tree matches.
type summary struct {
	min, max    int        // length in runes; max may be endless
	exact       []sequence // if not nil: every match is one of these
	head, tail  []sequence // every match begins, and ends, with one of these
	best        factor     // of the parts already joined
	alphabet    byteSet    // bytes that can occur in a match
	back, ahead int        // runes that look-around reads outside the match
	digits      int        // least number of ASCII digits
}

// endless is the length of what has no bound; adding to it stays endless.
const endless = math.MaxInt32

func addLen(a, b int) int { return min(a+b, endless) }

func timesLen(a, n int) int {
	if a == 0 || n == 0 {
		return 0
	}
	if a > endless/n {
		return endless
	}
	return min(a*n, endless)
}

// nothing summarises the empty string.
func nothing() summary {
	empty := []sequence{{}}
	return summary{exact: empty, head: empty, tail: empty}
}

// one summarises a single character.
func one(c byteSet) summary {
	s := nothing()
	s.min, s.max, s.alphabet = 1, 1, c
	s.exact = []sequence{{c}}
	s.head, s.tail = s.exact, s.exact
	if c.within(digitSet) {
		s.digits = 1
	}
	return s
}

// opaque summarises up to max characters of an alphabet.
func opaque(minLen, maxLen int, alphabet byteSet) summary {
	s := nothing()
	s.exact, s.min, s.max, s.alphabet = nil, minLen, maxLen, alphabet
	return s
}

// factor returns the best factor of the node by itself.
func (s *summary) factor() factor {
	if s.exact == nil {
		return s.best
	}
	return better(s.best, choose(place(s.exact), 0, 0))
}

func place(list []sequence) []placed {
	out := make([]placed, len(list))
	for i, x := range list {
		out[i] = placed{x, len(x)}
	}
	return out
}

// then summarises x followed by y.
func (x summary) then(y summary) summary {
	r := summary{
		min: addLen(x.min, y.min), max: addLen(x.max, y.max),
		alphabet: x.alphabet.or(y.alphabet),
		back:     max(x.back, y.back), ahead: max(x.ahead, y.ahead),
		digits: addLen(x.digits, y.digits),
	}
	r.head, r.tail = x.head, y.tail
	if x.exact != nil {
		if p := product(x.exact, y.head); p != nil {
			r.head = trim(p, true)
		}
	}
	if y.exact != nil {
		if p := product(x.tail, y.exact); p != nil {
			r.tail = trim(p, false)
		}
	}
	if x.exact != nil && y.exact != nil {
		r.exact = short(product(x.exact, y.exact))
	}
	if r.exact == nil {
		r.best = better(better(x.factor(), y.factor().shift(x.min, x.max)), x.across(y))
	}
	return r
}

// across returns the factor around the border of x and y.
func (x summary) across(y summary) factor {
	if len(x.tail)*len(y.head) > maxSequences {
		return factor{}
	}
	var joined []placed
	for _, t := range x.tail {
		for _, h := range y.head {
			joined = append(joined, placed{slices.Concat(t, h), len(h)})
		}
	}
	return choose(joined, x.min, x.max)
}

// trim keeps what a factor can use of the beginnings or the ends.
func trim(list []sequence, beginnings bool) []sequence {
	for i, s := range list {
		switch {
		case len(s) <= maxFactor:
		case beginnings:
			list[i] = s[:maxFactor]
		default:
			list[i] = s[len(s)-maxFactor:]
		}
	}
	return distinct(list)
}

// short returns nil if one of the sequences is too long to be kept whole.
func short(list []sequence) []sequence {
	for _, s := range list {
		if len(s) > maxExact {
			return nil
		}
	}
	return list
}

// either summarises an alternation of at least one branch.
func either(list []summary) summary {
	r := list[0]
	r.exact, r.head, r.tail, r.best = nil, nil, nil, factor{}
	finite := true
	for _, x := range list {
		r.min, r.max = min(r.min, x.min), max(r.max, x.max)
		r.alphabet = r.alphabet.or(x.alphabet)
		r.back, r.ahead = max(r.back, x.back), max(r.ahead, x.ahead)
		r.digits = min(r.digits, x.digits)
		finite = finite && x.exact != nil
		r.exact = append(r.exact, x.exact...)
		r.head = append(r.head, x.head...)
		r.tail = append(r.tail, x.tail...)
	}
	if r.exact = distinct(r.exact); !finite || len(r.exact) > maxSequences {
		r.exact = nil
		r.best = union(list)
	}
	r.head, r.tail = few(distinct(r.head)), few(distinct(r.tail))
	return r
}

// few gives up on a list that is too long: any beginning, any end.
func few(list []sequence) []sequence {
	if len(list) > maxSequences {
		return []sequence{{}}
	}
	return list
}

// union is a factor that every branch has, if every branch has one.
func union(list []summary) (f factor) {
	for i, x := range list {
		g := x.factor()
		if !g.found() {
			return factor{}
		}
		if i == 0 {
			f = g
			continue
		}
		f.lo, f.hi, f.odds = min(f.lo, g.lo), max(f.hi, g.hi), f.odds+g.odds
		f.sequences = append(f.sequences[:len(f.sequences):len(f.sequences)], g.sequences...)
	}
	f.sequences = distinct(f.sequences)
	if len(f.sequences) > maxAlternate {
		return factor{}
	}
	return f
}

// repeat summarises m to n copies of x; n is endless for "no bound".
func (x summary) repeat(m, n int) summary {
	if n == 0 {
		return nothing()
	}
	copies := min(m, maxFactor)
	r := nothing()
	for range copies {
		r = r.then(x)
	}
	if m == n && copies == m {
		r.back, r.ahead = x.back, x.ahead
		return r
	}
	rest := opaque(timesLen(x.min, m-copies), timesLen(x.max, n-copies), x.alphabet)
	rest.back, rest.ahead, rest.digits = x.back, x.ahead, timesLen(x.digits, m-copies)
	if m == 0 && n == 1 && x.exact != nil && len(x.exact) < maxSequences {
		rest.exact = append([]sequence{{}}, x.exact...)
		rest.head, rest.tail = trim(slices.Clone(rest.exact), true), trim(slices.Clone(rest.exact), false)
		return rest
	}
	tail := r.tail
	if r = r.then(rest); copies > 0 {
		r.tail = tail // the last copies look like the first ones
	}
	return r
}
