package bodies

import (
	"testing"
	"unicode/utf8"

	"coatcheck/proxy/wire/rawjson"
)

func TestUnescape(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"plain", `jane@example.com`, "jane@example.com"},
		{"empty", ``, ""},
		{"short escapes", `\"\\\/\b\f\n\r\t`, "\"\\/\b\f\n\r\t"},
		{"unicode", `\u0040\u00e9\u20AC`, "@é€"},
		{"pair", `a\ud83d\ude00b`, "a😀b"},
		{"lone high", `\ud83d`, "\xed\xa0\xbd"},
		{"lone low", `\ude00`, "\xed\xb8\x80"},
		{"high and letter", `\ud83d\u0041`, "\xed\xa0\xbdA"},
		{"two highs and a low", `\ud83d\ud83d\ude00`, "\xed\xa0\xbd😀"},
		{"high at a cut escape", `\ud83d\n`, "\xed\xa0\xbd\n"},
		{"invalid UTF-8", "a\xff\\n\xc3", "a\xff\n\xc3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, offs := unescape(tt.raw)
			if got != tt.want {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			if raw, ok := offs.raw(len(got)); !ok || raw != len(tt.raw) {
				t.Errorf("the end maps to %d, %v", raw, ok)
			}
		})
	}
}

func TestOffsetsMapTextToSpelling(t *testing.T) {
	raw := `a\u00e9b\nc`
	text, offs := unescape(raw) // a é b newline c
	want := []struct {
		raw int
		ok  bool
	}{{0, true}, {1, true}, {1, false}, {7, true}, {8, true}, {10, true}, {11, true}}
	for i := 0; i <= len(text); i++ {
		got, ok := offs.raw(i)
		if ok != want[i].ok || ok && got != want[i].raw {
			t.Errorf("byte %d: got %d, %v, want %v", i, got, ok, want[i])
		}
	}
}

// FuzzOffsets: every position of a text maps to one of its spelling, and what
// is spelled before that is what stands before the other.
func FuzzOffsets(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\n\x00", "é€😀", "\xed\xa0\xbd", "\xed\xa0\xbd\xed\xb8\x80", "\xff\xc3", "\u2028"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, ascii bool) {
		style := rawjson.UTF8
		if ascii {
			style = rawjson.ASCII
		}
		raw := string(rawjson.AppendEscaped(nil, s, style))
		got, offs := unescape(raw)
		if utf8.ValidString(s) && got != s {
			t.Fatalf("%q is spelled %q and reads %q", s, raw, got)
		}
		for i, last := 0, 0; i <= len(got); i++ {
			at, ok := offs.raw(i)
			if !ok {
				continue
			}
			if at < last || at > len(raw) {
				t.Fatalf("%q: byte %d maps to %d after %d", raw, i, at, last)
			}
			if head, _ := unescape(raw[:at]); head != got[:i] {
				t.Fatalf("%q: the spelling before %d reads %q, want %q", raw, at, head, got[:i])
			}
			last = at
		}
	})
}
