package main

import (
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/journal"
)

// TestTerminalsObeyNothing: what a stranger wrote is shown and never acted on.
func TestTerminalsObeyNothing(t *testing.T) {
	for text, want := range map[string]string{
		"/m?a=\u009b2J":            `/m?a=\u{9b}2J`,
		"\x1b]0;owned\a\x1b[2J":    `\u{1b}]0;owned\u{7}\u{1b}[2J`,
		"a\nb\tc\r":                "a\nb\tc" + `\u{d}`,
		"\u202eexe.txt":            `\u{202e}exe.txt`,
		"\xff\x9b":                 `\xff\x9b`,
		"Grüße 中文 jane \U0001f600": "Grüße 中文 jane \U0001f600",
	} {
		var out strings.Builder
		if n, err := (shown{&out}).Write([]byte(text)); n != len(text) || err != nil || out.String() != want {
			t.Errorf("%q: %q, want %q", text, out.String(), want)
		}
	}
}

// TestLogLinesAreOneLineEach: in text, in a pipe too.
func TestLogLinesAreOneLineEach(t *testing.T) {
	var out strings.Builder
	e := journal.Entry{Time: time.Unix(0, 0), Exchange: &journal.Exchange{ID: "X", Open: &journal.Open{
		Secret: journal.OpenSecret{Method: "POST", Host: "api.example.com", Path: "/m?a=\u009b2J\n2026 forged"},
	}}}
	if err := showText(&out, e); err != nil {
		t.Fatal(err)
	}
	if want := `api.example.com/m?a=\u{9b}2J\u{a}2026 forged`; !strings.Contains(out.String(), want) || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("%q, want it to hold %s", out.String(), want)
	}
}
