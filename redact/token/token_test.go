package token

import (
	"strings"
	"testing"
)

func TestValidLabel(t *testing.T) {
	for label, want := range map[string]bool{
		"": false, "A": false, "ID": true, "EMAIL": true, "ABCDEFGHIJKL": true, "ABCDEFGHIJKLM": false,
		"Email": false, "E_MAIL": false, "ID1": false, "ÉTAT": false, Literal: true,
	} {
		if got := ValidLabel(label); got != want {
			t.Errorf("ValidLabel(%q) = %v", label, got)
		}
	}
}

func TestShapesReadOnlyWhatTheyRender(t *testing.T) {
	tok := Token{"EMAIL", "7K3QXM"}
	for _, tt := range []struct {
		name    string
		shape   Shape
		written string
		not     []string
	}{
		{"brackets", Brackets, "[EMAIL_7K3QXM]", []string{
			"", "[", "[]", "EMAIL_7K3QXM", "[EMAIL_7K3QXM", "[email_7K3QXM]", "[EMAIL_7K3QXm]", "[EMAIL_7K3QXI]", "[EMAIL-7K3QXM]", " [EMAIL_7K3QXM]",
		}},
		{"bare", Bare, "EMAIL_7K3QXM", []string{
			"", "_", "_7K3QXM", "E_7K3QXM", "EMAIL_7K3QX", "EMAIL_7K3QXMM", "[EMAIL_7K3QXM]", "EMAIL_7K3\x00XM", strings.Repeat("A", 13) + "_7K3QXM",
		}},
	} {
		if got := tt.shape.Render(tok); got != tt.written {
			t.Errorf("%s: rendered %q", tt.name, got)
		}
		if got, ok := tt.shape.Parse(tt.written); !ok || got != tok {
			t.Errorf("%s: read %v, %v", tt.name, got, ok)
		}
		for _, s := range tt.not {
			if got, ok := tt.shape.Parse(s); ok {
				t.Errorf("%s: took %q for %v", tt.name, s, got)
			}
		}
	}
	if tok.String() != "[EMAIL_7K3QXM]" {
		t.Errorf("String() = %q", tok.String())
	}
}

func FuzzShapes(f *testing.F) {
	for _, s := range []string{"[EMAIL_7K3QXM]", "EMAIL_7K3QXM", "[ID_000000]", "[_]", "A_\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, shape := range []Shape{Brackets, Bare} {
			tok, ok := shape.Parse(s)
			if ok && !tok.Valid() {
				t.Errorf("%q was read as %v", s, tok)
			}
			if ok && shape.Render(tok) != s {
				t.Errorf("%q reads as %v, which renders %q", s, tok, shape.Render(tok))
			}
		}
	})
}
