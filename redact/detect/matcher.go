package detect

import (
	"context"
	"errors"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Options tune a Matcher. The zero value is ready for use.
type Options struct {
	Timeout time.Duration // bound of one search of one pattern; 0 means 20 ms
}

// Matcher finds all patterns of a list. It is immutable and safe for
// concurrent use.
type Matcher struct {
	exprs []expression
}

// Compile prepares patterns. The error joins one *[PatternError] for each
// pattern that cannot be used.
func Compile(ps []Pattern, o Options) (*Matcher, error) {
	if o.Timeout == 0 {
		o.Timeout = 20 * time.Millisecond
	}
	m := &Matcher{}
	var errs []error
	for i, p := range ps {
		x, err := compile(p, o.Timeout)
		if err != nil {
			errs = append(errs, &PatternError{i, err.Error()})
		}
		m.exprs = append(m.exprs, x)
	}
	return m, errors.Join(errs...)
}

// Find appends every match in text to dst, for each pattern from left to right.
func (m *Matcher) Find(ctx context.Context, dst []Match, text string) ([]Match, error) {
	runes := []rune(text)
	offsets := make([]int, 0, len(runes)+1)
	for i := range text {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(text))
	for i := range m.exprs {
		if err := ctx.Err(); err != nil {
			return dst, err
		}
		x := &m.exprs[i]
		err := x.re.FindRunesMatches(runes, 0, func(v regexp2.MatchView) bool {
			a, b := x.span(v)
			dst = append(dst, Match{Pattern: i, Start: offsets[a], End: offsets[b]})
			return true
		})
		if err != nil {
			dst = append(dst, Match{Pattern: i, Start: 0, End: len(text), TimedOut: true})
		}
	}
	return dst, nil
}
