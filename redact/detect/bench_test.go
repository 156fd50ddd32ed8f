package detect

import (
	"slices"
	"testing"

	"github.com/dlclark/regexp2/v2"

	"coatcheck/rules/builtin"
)

const prose = "A customer bought a road bike in March, rode it for about 1,200 km and now reports that the rear " +
	"derailleur skips between the third and the fourth sprocket. Our policy gives 24 months on parts but only 6 on " +
	"wear. Which of the two applies here, and what should we write? Keep it under 120 words. See warranty-terms.pdf, " +
	"page 3, version 2.1, and answer as {\"verdict\":\"ours\",\"days\":14,\"ref\":\"B-20931\"}.\n" +
	"for i, it := range items { sum += int64(it.Qty) * it.Price; log.Printf(\"%d: %s x%d\", i, it.Name, it.Qty) }\n"

// BenchmarkFind compares the matcher with the plain loop over the same built-in
// patterns on the same clean text: the ratio of the two is the figure to watch.
func BenchmarkFind(b *testing.B) {
	set, err := builtin.Load()
	if err != nil {
		b.Fatal(err)
	}
	var list []Pattern
	for _, r := range set.Rules {
		for _, p := range r.Patterns {
			list = append(list, Pattern{Expr: p.Expr(), Capture: r.Capture, Max: r.MaxMatch})
		}
	}
	m, err := Compile(list, Options{})
	if err != nil {
		b.Fatal(err)
	}
	text := prose + prose + prose + prose + prose
	b.Run("matcher", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		var found []Match
		for b.Loop() {
			if found, err = m.Find(b.Context(), found[:0], text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("loop", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		runes, all := []rune(text), plainLoop(b, list)
		for b.Loop() {
			for re := range slices.Values(all) {
				if err := re.FindRunesMatches(runes, 0, func(regexp2.MatchView) bool { return true }); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
