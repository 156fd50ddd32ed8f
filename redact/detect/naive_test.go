package detect

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// loop is the definition that Matcher is held to: every pattern over the whole
// text, one after the other.
type loop []*regexp2.Regexp

func plainLoop(t testing.TB, list []Pattern) (l loop) {
	t.Helper()
	for _, p := range list {
		re, err := regexp2.Compile(p.Expr, regexp2.RE2)
		if err != nil {
			t.Fatal(err)
		}
		re.MatchTimeout = time.Minute
		l = append(l, re)
	}
	return l
}

// find skips the test where it takes too long. A match is reported as exprs say.
func (l loop) find(t testing.TB, exprs []expression, text string) (out []Match) {
	t.Helper()
	var runes []rune
	var offsets []int
	for i, r := range text {
		runes, offsets = append(runes, r), append(offsets, i)
	}
	offsets = append(offsets, len(text))
	for p := range l {
		err := l[p].FindRunesMatches(runes, 0, func(v regexp2.MatchView) bool {
			a, b := exprs[p].span(v)
			out = append(out, Match{Pattern: p, Start: offsets[a], End: offsets[b]})
			return true
		})
		if err != nil {
			t.Skip("the plain loop takes too long on this text")
		}
	}
	return sorted(out)
}

func sorted(m []Match) []Match {
	slices.SortFunc(m, func(a, b Match) int {
		return cmp.Or(a.Pattern-b.Pattern, a.Start-b.Start, a.End-b.End)
	})
	return m
}
