package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
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

func TestEscapeKeepsTheHouseStyle(t *testing.T) {
	tests := []struct{ name, around, text, want string }{
		{"UTF-8 by default", `plain`, "é😀/<", `é😀/<`},
		{"UTF-8 beside UTF-8", `\u00e9 é`, "ö", `ö`},
		{"ASCII beside escapes", `caf\u00e9`, "ö😀", `\u00f6\ud83d\ude00`},
		{"escapes of ASCII alone say nothing", `\u003cb\u003e`, "ö", `ö`},
		{"an escaped backslash is no escape", `\\u00e9`, "ö", `ö`},
		{"must be escaped", ``, "\"\\\n\x01\u2028\u2029\x7f", `\"\\\n\u0001\u2028\u2029` + "\x7f"},
		{"lone surrogate", ``, "\xed\xa0\xbd", `\ud83d`},
		{"invalid UTF-8", `caf\u00e9`, "\xff\xed\xa0", "\xff\xed\xa0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(escape(nil, tt.text, houseOf(tt.around))); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// FuzzEscape: what is escaped reads back as the same text, here and in
// encoding/json, and every position of a spelling maps back into it.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\n\x00", "é€😀", "\xed\xa0\xbd", "\xed\xa0\xbd\xed\xb8\x80", "\xff\xc3", "\u2028"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, ascii bool) {
		style := houseUTF8
		if ascii {
			style = houseASCII
		}
		raw := string(escape(nil, s, style))
		got, offs := unescape(raw)
		if joined := joinSurrogates(s); got != joined {
			t.Fatalf("%q is spelled %q and reads %q", s, raw, got)
		}
		var std string
		if err := json.Unmarshal([]byte(`"`+raw+`"`), &std); err != nil {
			t.Fatalf("%q is spelled %q: %v", s, raw, err)
		}
		if utf8.ValidString(s) && std != s {
			t.Fatalf("%q is spelled %q and encoding/json reads %q", s, raw, std)
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

// joinSurrogates returns s with neighbouring halves of a pair joined, which is
// what their escapes side by side mean.
func joinSurrogates(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if surrogateAt(s[i:]) && surrogateAt(s[min(i+3, len(s)):]) && s[i+1] < 0xb0 && s[i+4] >= 0xb0 {
			high := rune(s[i+1]&0x0f)<<6 | rune(s[i+2]&0x3f)
			low := rune(s[i+4]&0x0f)<<6 | rune(s[i+5]&0x3f)
			b.WriteRune(0x10000 + high<<10 + low)
			i += 5
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
