package detect

import (
	"bytes"
	"unicode/utf8"
)

// Set is a set of patterns, by number.
type Set []uint64

// NewSet makes an empty set for n patterns.
func NewSet(n int) Set { return make(Set, (n+63)/64) }

// Add puts pattern i into the set.
func (s Set) Add(i int) { s[i>>6] |= 1 << (i & 63) }

// Has reports whether pattern i is in the set.
func (s Set) Has(i int) bool { return s[i>>6]>>(i&63)&1 != 0 }

func (s Set) add(o Set) {
	for i, w := range o {
		s[i] |= w
	}
}

// Lexicon tells which patterns have a chance in a text: most numbers count only
// beside a word for them, and most texts have none of those words. It errs on
// one side: a pattern whose words stand in the text is never missing.
type Lexicon struct {
	size  int
	words map[string]Set
	guess [512]uint64 // bits of the words' hashes, to look up few of a text's words
	any   Set         // patterns with a phrase that no word can stand for
}

// maxWord is the length, in bytes, of the longest word that is looked up.
const maxWord = 64

// NewLexicon makes a lexicon for n patterns.
func NewLexicon(n int) *Lexicon {
	return &Lexicon{size: n, words: map[string]Set{}, any: NewSet(n)}
}

// Add says that pattern i needs one of the phrases; see [NewWords].
func (l *Lexicon) Add(i int, phrases []string) {
	for _, p := range phrases {
		w := telling(p)
		if w == "" {
			l.any.Add(i)
			continue
		}
		if l.words[w] == nil {
			l.words[w] = NewSet(l.size)
			h := uint32(0)
			for _, c := range []byte(w) {
				h = hash(h, c)
			}
			l.guess[h>>6%uint32(len(l.guess))] |= 1 << (h & 63)
		}
		l.words[w].Add(i)
	}
}

// telling returns the word of a phrase that texts have least often: the longest
// one, but "number" only where there is no other of three letters.
func telling(phrase string) (best string) {
	weight := func(w string) int {
		if w == "number" || w == "code" {
			return 2
		}
		return len(w)
	}
	for _, w := range bytes.Fields(Fold(nil, phrase)) {
		if len(w) <= maxWord && weight(string(w)) > weight(best) {
			best = string(w)
		}
	}
	return best
}

func hash(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 16777619 }

// Spoken adds to dst the patterns that a word of text may speak for. It takes
// the text apart exactly as [Fold] does.
func (l *Lexicon) Spoken(dst Set, text string) {
	dst.add(l.any)
	var word [maxWord + utf8.UTFMax]byte
	n, h, last, before := 0, uint32(0), none, none
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		kind := kindOf(r)
		if splits(last, kind) {
			if n > 0 && !wedged(before, last, kind) {
				l.look(dst, word[:n], h)
			}
			n, h, before = 0, 0, last
		}
		if last = kind; kind != none && n <= maxWord {
			if r < utf8.RuneSelf {
				word[n] = asciiLower[r]
				h = hash(h, word[n])
				n++
			} else {
				from := n
				n += utf8.EncodeRune(word[n:], lowerRune(r))
				for _, c := range word[from:n] {
					h = hash(h, c)
				}
			}
		}
		i += size
	}
	if n > 0 {
		l.look(dst, word[:n], h)
	}
}

// look adds what a word speaks for.
func (l *Lexicon) look(dst Set, word []byte, h uint32) {
	if l.guess[h>>6%uint32(len(l.guess))]>>(h&63)&1 == 0 || len(word) > maxWord {
		return
	}
	if s, ok := l.words[string(word)]; ok {
		dst.add(s)
	}
}
