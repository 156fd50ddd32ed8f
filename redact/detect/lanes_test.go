package detect

import (
	"strings"
	"testing"
)

// TestNothingIsLostBetweenLanes: wherever a match stands in a text that is walked
// in lanes, and whatever stands before it, it is found.
func TestNothingIsLostBetweenLanes(t *testing.T) {
	m, err := Compile([]Pattern{{Expr: `(?<!x)[a-zé]{2}-\d{2}é`, Max: 6}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	const match = "éb-12é"
	for _, filler := range []string{" ", "-", "é", "ab-1", "1é", strings.Repeat("é", 40) + " "} {
		for at := range 2 * lanes * laneMin {
			text := strings.Repeat(filler, at/len(filler)+1)[:at] + " " + match + strings.Repeat(filler, 3*lanes*laneMin/len(filler))
			found, err := m.Find(t.Context(), nil, text)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != 1 || text[found[0].Start:found[0].End] != match {
				t.Fatalf("%d times %q before it: %v", at/len(filler), filler, found)
			}
		}
	}
}
