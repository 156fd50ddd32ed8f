package redact

import "testing"

// TestCostOfCompare: matches that say the same of one place are told as one,
// and those that do not touch never meet.
func TestCostOfCompare(t *testing.T) {
	const n = 2000
	for _, name := range []string{"alike", "one long run over many"} {
		tr := trace{}
		for _, h := range pile(n, piles[name]) {
			tr.hit(&h, Held)
		}
		if err := tr.compare(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if most := 21*n + 21*21; tr.met > most { // 3 rules of 7 scores on the long run
			t.Errorf("%s: %d matches met %d times, more than %d", name, n, tr.met, most)
		}
	}
}
