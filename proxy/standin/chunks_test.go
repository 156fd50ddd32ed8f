package standin

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCuts(t *testing.T) {
	cases := []struct {
		name string
		cut  Cut
		text string
		want []string
	}{
		{"whole", nil, "abcd", []string{"abcd"}},
		{"empty", Every(2), "", []string{""}},
		{"every two", Every(2), "abcde", []string{"ab", "cd", "e"}},
		{"every two, even", Every(2), "abcd", []string{"ab", "cd"}},
		{"three pieces", Pieces(3), "abcdefgh", []string{"ab", "cde", "fgh"}},
		{"more pieces than bytes", Pieces(9), "abc", []string{"a", "b", "c"}},
		{"given", At(1, 3), "abcd", []string{"a", "bc", "d"}},
		{"given wrongly", At(-1, 0, 2, 2, 1, 4, 9), "abcd", []string{"ab", "cd"}},
		{"events", PerEvent, "data: 1\n\n: c\n\ndata: 2\n", []string{"data: 1\n\n", ": c\n\n", "data: 2\n"}},
		{"events with CRLF", PerEvent, "a\r\n\r\nb\n\nc\r\n\r\n", []string{"a\r\n\r\n", "b\n\n", "c\r\n\r\n"}},
		{"no event", PerEvent, "abc", []string{"abc"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.cut.split(c.text); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRunesStayWhole(t *testing.T) {
	got := Every(1).splitRunes("aé📮z")
	if want := []string{"a", "é", "📮", "z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRandomCutsDependOnTheSeedAlone(t *testing.T) {
	text := strings.Repeat("0123456789", 50)
	one, again, other := Random(1).split(text), Random(1).split(text), Random(2).split(text)
	if !slices.Equal(one, again) || slices.Equal(one, other) || len(one) < 500/32 {
		t.Errorf("cut into %d, %d and %d pieces", len(one), len(again), len(other))
	}
}

func FuzzPiecesJoinToTheText(f *testing.F) {
	f.Add("data: 1\n\ndata: é\r\n\r\n", uint64(1), 3)
	f.Fuzz(func(t *testing.T, text string, seed uint64, n int) {
		n = 1 + max(n, -n)&15
		for _, c := range []Cut{nil, PerEvent, Every(n), Pieces(n), Random(seed), At(n, 2*n, n)} {
			if got := strings.Join(c.split(text), ""); got != text {
				t.Errorf("pieces join to %q, not to %q", got, text)
			}
			pieces := c.splitRunes(text)
			if got := strings.Join(pieces, ""); got != text {
				t.Errorf("runes join to %q, not to %q", got, text)
			}
			for _, p := range pieces {
				if utf8.ValidString(text) && !utf8.ValidString(p) {
					t.Errorf("piece %q cuts a rune", p)
				}
			}
		}
	})
}

func FuzzChunkedSize(f *testing.F) {
	f.Add("5\r\nhello\r\n0\r\n\r\nrest", "")
	f.Add("2;x=y\r\nhi\r\n0\r\nA: b\r\n\r\n", "POST")
	f.Add("ffffffffff\r\n", "")
	f.Fuzz(func(t *testing.T, body, more string) {
		n := chunkedSize([]byte(body + more))
		if n < 0 || n > len(body)+len(more) {
			t.Errorf("size %d of %d bytes", n, len(body)+len(more))
		}
	})
}

func TestChunkedSize(t *testing.T) {
	for _, body := range []string{
		"0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "A ;x=y\r\n0123456789\r\n0\r\nA: b\r\nC: d\r\n\r\n",
		"1\r\n\r\r\n0\r\n\r\n",
	} {
		if got := chunkedSize([]byte(body + "GET / HTTP/1.1\r\n\r\n")); got != len(body) {
			t.Errorf("%q: %d bytes, want %d", body, got, len(body))
		}
	}
}
