// Package detect finds patterns in text: regular expressions at speed, the
// checks that tell a card number from a number, and the words around a hit.
//
// The law it keeps: what a [Matcher] finds is what a plain loop over every
// pattern would find, whatever the text; a match never depends on how the text
// was searched. A test and a fuzz target hold the two side by side.
//
// The package knows nothing of rule files and of actions. It never puts a
// piece of the text into an error: the regular expression library quotes its
// whole input in a time-out, so that error is replaced, never wrapped.
package detect

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Match is a place where a pattern matched, in bytes, half-open.
type Match struct {
	Pattern    int
	Start, End int
	TimedOut   bool // nothing was decided in time: the place is the whole window
}

// Options tune a Matcher. The zero value is ready for use.
type Options struct {
	Timeout time.Duration // bound of one search of one pattern; 0 means 250 ms
}

// Matcher finds all patterns of a list in one pass. It is immutable and safe
// for concurrent use.
type Matcher struct {
	exprs []expression
	zero  []int // patterns that match at the beginning of a text alone
	all   everything
	scan  *automaton
	*words
	scratch sync.Pool // *search
}

// Compile prepares patterns. The error joins one *[PatternError] for each
// pattern that cannot be used.
func Compile(ps []Pattern, o Options) (*Matcher, error) {
	if o.Timeout == 0 {
		o.Timeout = 250 * time.Millisecond
	}
	m := &Matcher{}
	var factors []factor
	var errs []error
	for i, p := range ps {
		x, err := compile(p, o.Timeout)
		if err != nil {
			errs = append(errs, &PatternError{i, err.Error()})
		}
		m.exprs = append(m.exprs, x)
		if x.onlyZero {
			m.zero = append(m.zero, i)
		}
		factors = append(factors, x.need)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	m.words = newWords(m.exprs)
	m.scan = build(factors, maxStates)
	m.all = everything(NewSet(len(ps)))
	for i := range ps {
		Set(m.all).Add(i)
	}
	m.scratch.New = func() any {
		return &search{Matcher: m, tried: make([]int, len(m.exprs)), done: NewSet(len(m.exprs)), stops: new(stops)}
	}
	return m, nil
}

// everything picks all patterns.
type everything Set

func (e everything) Always() Set { return Set(e) }

func (e everything) Spoken() Set { return Set(e) }

// stride is how much text is scanned between two looks at the context.
const stride = 64 << 10

// Picker narrows a search to some patterns.
type Picker interface {
	// Always returns those that are looked for in every text.
	Always() Set
	// Spoken returns all that are looked for in this text. It is asked at most
	// once, where a pattern that is not always looked for may match.
	Spoken() Set
}

// Find appends every match in text to dst: for each pattern what a search from
// left to right would find, in no particular order between patterns. Bytes that
// are not UTF-8 count as one character each. The only errors are the context's.
func (m *Matcher) Find(ctx context.Context, dst []Match, text string) ([]Match, error) {
	return m.FindPicked(ctx, dst, text, m.all)
}

// FindPicked is [Matcher.Find] for some of the patterns. Those that match at the
// beginning of a text alone are always tried: it costs next to nothing.
func (m *Matcher) FindPicked(ctx context.Context, dst []Match, text string, pick Picker) ([]Match, error) {
	s := m.scratch.Get().(*search)
	defer m.scratch.Put(s)
	return m.run(ctx, s, dst, text, pick)
}

// run is one search; s keeps nothing of the text but counts.
func (m *Matcher) run(ctx context.Context, s *search, dst []Match, text string, pick Picker) ([]Match, error) {
	s.begin(ctx, text, dst, pick)
	defer s.end()
	if len(text) > 0 {
		for _, p := range m.zero {
			s.try(p, 0, 0)
		}
	}
	state := uint(0)
	for from := 0; from < len(text); from += stride {
		if s.err == nil {
			s.err = ctx.Err()
		}
		if s.err != nil {
			return s.found, s.err
		}
		state = m.pass(s, state, from, min(len(text), from+stride))
	}
	return s.found, s.err
}

// pass runs the automaton over text[from:to].
func (m *Matcher) pass(s *search, state uint, from, to int) uint {
	a := m.scan
	next, shift := a.next, a.shift
	for from < to {
		n := min((to-from)/lanes, laneMax)
		if n >= laneMin {
			if after, ok := m.walk(s, state, from, n); ok {
				state, from = after, from+lanes*n
				continue
			}
		}
		text := s.text[:min(to, from+lanes*laneMax)]
		for ; from < len(text); from++ {
			v := next[state<<shift|uint(a.class[text[from]])]
			state = uint(v &^ accept)
			if v&accept != 0 {
				s.candidates(a.ends[state], from+1)
			}
		}
	}
	return state
}
