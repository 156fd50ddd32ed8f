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

// AddAll puts the patterns of another set into the set.
func (s Set) AddAll(o Set) {
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
	guess [1 << 15]uint8 // by slotOf a word: bits of the words' lengths, to look up few of a text's words
	any   Set            // patterns with a phrase that no word can stand for
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
		for _, s := range spellings(p) {
			l.add(i, telling(s))
		}
	}
}

// add says that pattern i needs a word, or that no word can stand for it.
func (l *Lexicon) add(i int, w string) {
	if w == "" {
		l.any.Add(i)
		return
	}
	if l.words[w] == nil {
		l.words[w] = NewSet(l.size)
		l.guess[slotOf(w)] |= 1 << (len(w) & 7)
	}
	l.words[w].Add(i)
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

// Spoken adds to dst the patterns that a word of text may speak for. It takes
// the text apart as [Fold] does.
func (l *Lexicon) Spoken(dst Set, text string) {
	dst.AddAll(l.any)
	var cuts [256]uint32
	for from := 0; from < len(text); {
		n, end := cutASCII(&cuts, text, from)
		for k := 1; k < n; k++ {
			if word := text[cuts[k-1]:cuts[k]]; l.maybe(word) && !wedgedAt(text, int(cuts[k-1]), int(cuts[k])) {
				l.look(dst, word)
			}
		}
		if from = int(cuts[n-1]); end < len(text) && text[end] >= utf8.RuneSelf {
			from = l.wide(dst, text, from, end)
		}
	}
}

// cutASCII cuts text from a byte on where words begin and end: before the first
// of them, before each other, and behind the text if it comes so far. It ends at
// a character outside ASCII, or when the list is full, and returns how many cuts
// it has made and where it has ended.
func cutASCII(cuts *[256]uint32, text string, from int) (n, end int) {
	cuts[0], n = uint32(from), 1
	if text[from] >= utf8.RuneSelf {
		return n, from
	}
	last := asciiKinds[text[from]]
	for end = from; end < len(text) && n < len(cuts)-1; end++ {
		c := text[end]
		if c >= utf8.RuneSelf {
			return n, end
		}
		kind := asciiKinds[c]
		cuts[n] = uint32(end)
		n += int(cutting[last<<3|kind])
		last = kind
	}
	if end == len(text) {
		cuts[n] = uint32(end)
		n++
	}
	return n, end
}

// wide does the same for text from a byte to the first gap between words behind
// another one, and returns where that is.
func (l *Lexicon) wide(dst Set, text string, from, end int) int {
	for end < len(text) && (text[end] >= utf8.RuneSelf || asciiKinds[text[end]] != none) {
		end++
	}
	start, last, before := from, none, none
	for i, r := range text[from:end] {
		i += from
		kind := kindOf(r)
		if splits(last, kind) {
			if last != none && !wedged(before, last, kind) {
				l.look(dst, text[start:i])
			}
			start, before = i, last
		}
		last = kind
	}
	if last != none {
		l.look(dst, text[start:end])
	}
	return end
}

// maybe reports whether an ASCII word may be one of the lexicon's.
func (l *Lexicon) maybe(word string) bool { return l.guess[slotOf(word)]>>(len(word)&7)&1 != 0 }

// wedgedAt reports whether a word of ASCII stands between digits.
func wedgedAt(text string, start, end int) bool {
	return start > 0 && end < len(text) && text[start-1] < utf8.RuneSelf && text[end] < utf8.RuneSelf &&
		wedged(int(asciiKinds[text[start-1]]), int(asciiKinds[text[end-1]]), int(asciiKinds[text[end]]))
}

// look adds what a word speaks for.
func (l *Lexicon) look(dst Set, word string) {
	var buf [maxWord + utf8.UTFMax]byte
	low := buf[:0]
	for _, r := range word {
		if low = utf8.AppendRune(low, lowerRune(r)); len(low) > maxWord {
			return
		}
	}
	if s, ok := l.words[string(low)]; ok {
		dst.AddAll(s)
	}
}

// slotOf tells words apart by their first two letters and their last one.
func slotOf(word string) int {
	second := word[min(1, len(word)-1)]
	return int(word[0]&31)<<10 | int(second&31)<<5 | int(word[len(word)-1]&31)
}
