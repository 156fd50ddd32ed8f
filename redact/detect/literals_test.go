package detect

import (
	"slices"
	"strings"
	"testing"
)

// everywhere is the definition that Literals is held to.
func everywhere(list []string, text string) (out []Match) {
	for p, s := range list {
		for i := range len(text) {
			if strings.HasPrefix(text[i:], s) {
				out = append(out, Match{Pattern: p, Start: i, End: i + len(s)})
			}
		}
	}
	return sorted(out)
}

func TestLiteralsAreFoundAtEveryOffset(t *testing.T) {
	list := []string{"abcdefg", "defghij", "aaaaaaa", "aaaaaaaaaaa", "\x00\xff\x80éé", "abcdefg"}
	l := NewLiterals(list)
	for _, text := range []string{"abcdefghij", strings.Repeat("a", 30), "abcdef", "", "é\x00\xff\x80éé", "abcdefabcdefg"} {
		for pad := range 5 {
			padded := strings.Repeat("x", pad) + text
			if got, want := sorted(l.Find(nil, padded)), everywhere(list, padded); !slices.Equal(got, want) {
				t.Errorf("%q: got %v, want %v", padded, got, want)
			}
		}
	}
	if got := (Literals{}).Find(nil, "abcdefg"); got != nil {
		t.Errorf("no literals, %v", got)
	}
}

func FuzzLiterals(f *testing.F) {
	f.Add("abcdefgh", "xxabcdefghabcdefgh")
	f.Fuzz(func(t *testing.T, s, text string) {
		if len(s) < MinLiteral || len(text) > 4096 {
			return
		}
		list := []string{s, s[1:] + s[:1]}
		if got, want := sorted(NewLiterals(list).Find(nil, text)), everywhere(list, text); !slices.Equal(got, want) {
			t.Fatalf("%q in %q: got %v, want %v", list, text, got, want)
		}
	})
}

func BenchmarkLiterals(b *testing.B) {
	l := NewLiterals([]string{"c0rrect-h0rse-battery", "YzBycmVjdC1oMHJzZS1iYXR0ZXJ5", "63307272656374"})
	text := strings.Repeat(prose, 100)
	b.SetBytes(int64(len(text)))
	var found []Match
	for b.Loop() {
		found = l.Find(found[:0], text)
	}
}
