package hide_test

import "testing"

// TestOtherSpellings: a value is hidden in whatever spelling it comes, cut
// anywhere.
func TestOtherSpellings(t *testing.T) {
	for _, text := range []string{
		"see https://example.com/?to=jane.roe%40example.org&x=1 now",
		"see %6a%61%6e%65%2e%72%6f%65%40%65%78%61%6d%70%6c%65%2e%6f%72%67 now",
		"mail jane.roe&#64;example.org now",
		`mail jane.roe\u0040example.org now`,
		"card ４１１１ １１１１ １１１１ １１１１ now",
		"card 4111\u200b1111\u200b1111\u200b1111 now",
		"write jane.roe (at) example (dot) org now",
	} {
		if values := everyCut(t, "a spelling", text); values == 0 {
			t.Errorf("%q: nothing to hide", text)
		}
	}
}
