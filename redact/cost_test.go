package redact

import (
	"math/bits"
	"testing"

	"coatcheck/rules"
)

// piles are hits that lie on one another: alike, inside each other, or each a
// little further than the one before.
var piles = map[string]func(i, n int) (start, end int){
	"alike":  func(_, n int) (int, int) { return 0, 2 * n },
	"nested": func(i, n int) (int, int) { return i, 2*n - i },
	"stairs": func(i, n int) (int, int) { return i, i + n },
	"one long run over many": func(i, n int) (int, int) {
		if i%2 == 0 {
			return 0, 2 * n
		}
		return i, i + 1
	},
}

// pile makes n hits of a few rules and scores.
func pile(n int, place func(i, n int) (start, end int)) (hits []hit) {
	var judges []judge
	for _, id := range []string{"a", "b", "c"} {
		judges = append(judges, judge{rule: &rules.Rule{ID: id, Entity: "ID_NUMBER", Label: "ID"}, order: len(judges), pattern: &rules.Pattern{}})
	}
	for i := range n {
		start, end := place(i, n)
		hits = append(hits, hit{start: start, end: end, judge: &judges[i%3], action: rules.Tokenize, score: float64(i%7) / 10})
	}
	return hits
}

// TestCostOfResolve: n hits meet n log n times, however they lie.
func TestCostOfResolve(t *testing.T) {
	const n = 2000
	for name, place := range piles {
		s := scratch{hits: pile(n, place)}
		if _, err := s.resolve(t.Context(), nil, 2*n, 0, string(make([]byte, 2*n))); err != nil {
			t.Fatal(err)
		}
		if most := 4 * n * bits.Len(n); s.active.compared > most {
			t.Errorf("%s: %d hits were compared %d times, more than %d", name, n, s.active.compared, most)
		}
	}
}
