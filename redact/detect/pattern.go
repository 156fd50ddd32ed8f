package detect

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dlclark/regexp2/v2/syntax"
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

// clockPeriod is how often the library looks at its clock; its own default of
// 100 ms would stretch every shorter time-out to that.
const clockPeriod = 5 * time.Millisecond

var setClock = sync.OnceFunc(func() { regexp2.SetTimeoutCheckPeriod(clockPeriod) })

// expression is a compiled pattern and what its window needs.
type expression struct {
	re    func() *regexp2.Regexp // matches only where a search begins; built when it is first asked for
	group int
	summary
	starts
	need  factor
	shape shape
}

func compile(p Pattern, timeout time.Duration) (expression, error) {
	setClock()
	tree, err := syntax.Parse(p.Expr, syntax.ParseOptions{RegexOptions: syntax.RE2})
	if err != nil {
		return expression{}, err
	}
	anchored := `\G(?:` + p.Expr + `)`
	whole, err := syntax.Parse(anchored, syntax.ParseOptions{RegexOptions: syntax.RE2})
	if err != nil { // the pattern ends in a comment that swallows the bracket
		return expression{}, errors.New("end the last comment with a line break")
	}
	// Most patterns never meet a candidate: their programs would be a fifth of
	// what a process holds.
	x := expression{re: sync.OnceValue(func() *regexp2.Regexp {
		re := regexp2.MustCompile(anchored, regexp2.RE2) // parsed above
		re.MatchTimeout = timeout
		return re
	})}
	if p.Capture != "" {
		if x.group = groupOf(whole, p.Capture); x.group < 0 {
			return expression{}, fmt.Errorf("no group %q", p.Capture)
		}
	}
	if x.summary, x.starts, err = analyze(tree.Root); err != nil {
		return expression{}, err
	}
	switch {
	case x.min == 0:
		return expression{}, errors.New("can match the empty text")
	case x.max == endless:
		return expression{}, errors.New("has no upper bound; write {1,64} instead of +")
	case x.max > p.Max:
		return expression{}, fmt.Errorf("can match %d characters, more than max_match (%d)", x.max, p.Max)
	}
	if x.need = x.factorBehind(x.notAfter); x.onlyZero {
		x.need = factor{} // nothing to look for: tried once a text
	} else if !x.need.found() {
		x.need = factor{sequences: []sequence{{x.alphabet}}, lo: 1, hi: x.max}
	}
	x.shape = newShape(tree.Root)
	return x, nil
}

// groupOf returns the number of a group, which its name may be, or -1.
func groupOf(tree *syntax.RegexTree, name string) int {
	if n, ok := tree.Capnames[name]; ok {
		return n
	}
	n, err := strconv.Atoi(name)
	if _, ok := tree.Caps[n]; err != nil || !ok {
		return -1
	}
	return n
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
