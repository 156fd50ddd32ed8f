package detect

import (
	"fmt"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Pattern is one regular expression: RE2 spelling plus look-around,
// back-references and atomic groups.
type Pattern struct {
	Expr    string
	Capture string // group to report; empty means the whole match
	Max     int    // runes; a pattern that can match more is refused
}

// PatternError says which pattern cannot be used and why.
type PatternError struct {
	Index int // in the list given to Compile
	Msg   string
}

// Error returns the message; the place is the caller's to name.
func (e *PatternError) Error() string { return fmt.Sprintf("pattern %d: %s", e.Index, e.Msg) }

// Match is a place where a pattern matched, in bytes, half-open.
type Match struct {
	Pattern    int
	Start, End int
	TimedOut   bool // nothing was decided in time: the place is the whole window
}

// clockPeriod is how often the library looks at its clock; its own default of
// 100 ms would stretch every shorter time-out to that.
const clockPeriod = 5 * time.Millisecond

var setClock = sync.OnceFunc(func() { regexp2.SetTimeoutCheckPeriod(clockPeriod) })

// expression is a compiled pattern.
type expression struct {
	re    *regexp2.Regexp
	group int
}

func compile(p Pattern, timeout time.Duration) (expression, error) {
	setClock()
	re, err := regexp2.Compile(p.Expr, regexp2.RE2)
	if err != nil {
		return expression{}, err
	}
	re.MatchTimeout = timeout
	x := expression{re: re}
	if p.Capture != "" {
		if x.group = re.GroupNumberFromName(p.Capture); x.group < 0 {
			return expression{}, fmt.Errorf("no group %q", p.Capture)
		}
	}
	return x, nil
}

// span returns the rune range that a match reports: its group, or all of it
// where the group took no part.
func (x *expression) span(v regexp2.MatchView) (start, end int) {
	i, n, ok := v.GroupRange(x.group)
	if !ok || n == 0 {
		i, n, _ = v.GroupRange(0)
	}
	return i, i + n
}
