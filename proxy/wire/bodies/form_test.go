package bodies

import (
	"net/url"
	"strings"
	"testing"
)

func TestFormTextKeepsItsSpelling(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"", ""},
		{"a+b%20c", "a b c"},
		{"%C3%a9%F0%9F%98%80", "é😀"},
		{"100%", "100%"},
		{"%4", "%4"},
		{"%zz%4g", "%zz%4g"},
		{"%%41", "%A"},
		{"\xff%00", "\xff\x00"},
	}
	for _, tt := range tests {
		got, offs := unescapeForm(tt.raw)
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.raw, got, tt.want)
		}
		if raw, ok := offs.raw(len(got)); !ok || raw != len(tt.raw) {
			t.Errorf("%q: the end maps to %d, %v", tt.raw, raw, ok)
		}
	}
}

// FuzzForm holds forms against net/url: fields read alike, and an edited one
// reads back as edited while its neighbours keep their spelling.
func FuzzForm(f *testing.F) {
	for _, s := range []string{"a=b&c=d", "q=x+%40&&=&e", "p=%7B%22a%22:%22b%22%7D", "a=%zz;b", "%", "a=1&a=2"} {
		f.Add(s, "[T] é&=+%")
	}
	f.Fuzz(func(t *testing.T, src, with string) {
		b, err := Parse(nil, "application/x-www-form-urlencoded", []byte(src), Limits{Depth: 100})
		if err != nil {
			return
		}
		for i, l := range b.Leaves {
			s := b.spots[i]
			if s.how != formField {
				continue
			}
			raw := src[s.start:s.end]
			if want, err := url.QueryUnescape(raw); err == nil && want != l.Text {
				t.Fatalf("%q reads %q, net/url reads %q", raw, l.Text, want)
			}
			out, err := b.Splice([]Edit{{i, 0, len(l.Text), with}})
			if err != nil {
				t.Fatal(err)
			}
			head, tail := src[:s.start], src[s.end:]
			if !strings.HasPrefix(string(out), head) || !strings.HasSuffix(string(out), tail) {
				t.Fatalf("%q: a neighbour changed in %q", src, out)
			}
			if got, err := url.QueryUnescape(string(out[len(head) : len(out)-len(tail)])); err != nil || got != with {
				t.Fatalf("%q became %q: %v", with, got, err)
			}
		}
	})
}
