package rawjson

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

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
			if got := string(AppendEscaped(nil, tt.text, StyleOf(tt.around))); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// FuzzEscape: what is escaped reads back as the same text, here and in
// encoding/json.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\n\x00", "é€😀", "\xed\xa0\xbd", "\xed\xa0\xbd\xed\xb8\x80", "\xff\xc3", "\u2028"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, ascii bool) {
		style := UTF8
		if ascii {
			style = ASCII
		}
		raw := string(AppendEscaped(nil, s, style))
		got := string(decodedName([]byte(raw)))
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
