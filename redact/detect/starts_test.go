package detect

import (
	"slices"
	"testing"
)

// TestLookInsideLookIsNoGuard: what a look-behind forbids only in part may stand
// before a match.
func TestLookInsideLookIsNoGuard(t *testing.T) {
	m, err := Compile([]Pattern{{Expr: `(?<!x(?=y))[a-z]\d`, Max: 2}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]Match{"xz1": {{Start: 1, End: 3}}, "xy1": nil} {
		if got, err := m.Find(t.Context(), nil, text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v; error %v", text, got, want, err)
		}
	}
}
