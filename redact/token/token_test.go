package token

import "testing"

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
