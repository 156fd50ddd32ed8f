package detect

import (
	"strings"
	"testing"
)

// TestShapeRulesOut: a shape fits at the mark ¦ where a match may start, and
// knows enough to rule out what is not even alike.
func TestShapeRulesOut(t *testing.T) {
	for _, c := range []struct {
		expr, text string
		fits       bool
	}{
		{`\d{3}-\d{2}-\d{4}`, "a ¦219-09-9999", true},
		{`\d{3}-\d{2}-\d{4}`, "a ¦219-09-999", false},
		{`\d{3}-\d{2}-\d{4}`, "a ¦219-09-999x", false},
		{`\d{6,10}(?!\d)`, "¦12345678901", false},
		{`\d{6,10}(?!\d)`, "¦1234567890", true},
		{`\d{6,10}(?![\w-]|[.,]\d)`, "¦1234567890.1", true}, // two characters ahead are for the expression
		{`\d{6,10}(?![\w-]|[.,]\d)`, "¦1234567890-1", false},
		{`(?i)key[=:](?=x)\w{2,80}`, "¦KEY:x" + strings.Repeat("y", 70), true},
		{`(?i)key[=:](?=x)\w{2,80}`, "¦key:y" + strings.Repeat("y", 70), false},
		{`[a-z]{1,64}@[a-z.]{1,255}\.[a-z]{2,24}`, "¦a.a@b.cc", false},
		{`[a-z]{1,64}@[a-z.]{1,255}\.[a-z]{2,24}`, "¦a@a.b.cc", true},
		{`[a-z](?!1(?!2))\d`, "¦b12", true},
		{`(?:ab?){3}$`, "¦aaba", true},
		{`(?:ab?){3}$`, "¦aabac", false},
		{`(\w{2,4})-\1`, "¦ab-ab", true},
		{`(?i)[ks]x`, "¦Kx", true},
		{`(?i)[ks]x`, "¦éx", false},
		{`\x{FFFD}\x{FFFD}x`, "¦\xff\xc3x", true},
		{`[^a]b`, "¦\xe2\x82b", false}, // a cut character is a bad byte and another one
		{`[^a]{2}b`, "¦\xe2\x82b", true},
	} {
		m, err := Compile([]Pattern{{Expr: c.expr, Max: 400}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		i := strings.Index(c.text, "¦")
		text := strings.Replace(c.text, "¦", "", 1)
		if got := m.exprs[0].shape.fits(text, i); got != c.fits {
			t.Errorf("%s fits at %d of %q: %v", c.expr, i, text, got)
		}
	}
}

// TestWordsRuleOut: a word's length and characters tell which patterns may start
// with it.
func TestWordsRuleOut(t *testing.T) {
	m, err := Compile([]Pattern{
		{Expr: `(?<!\w)\d{3} ?\d{6}(?!\w)`, Max: 10},
		{Expr: `(?<!\w)[A-Z]{2}\d{2,70}(?!\w)`, Max: 72},
		{Expr: `\d{9}`, Max: 9}, // may start inside a word
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind, length int
		want         [3]bool
	}{
		{ofDigits, 3, [3]bool{true, false, true}},
		{ofDigits, 4, [3]bool{false, false, true}},
		{ofDigits, 9, [3]bool{true, false, true}},
		{ofDigits, farthest, [3]bool{false, false, true}},
		{ofLetters, 3, [3]bool{false, false, true}},
		{ofBoth, 4, [3]bool{false, true, true}},
		{ofBoth, farthest, [3]bool{false, true, true}},
	} {
		for i, want := range c.want {
			if got := m.fitting[c.kind][c.length].Has(i); got != want {
				t.Errorf("pattern %d fits %d characters of kind %d: %v", i, c.length, c.kind, got)
			}
		}
	}
}
