package detect

import (
	"slices"
	"strings"
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

func (s Set) within(o Set) bool {
	for i, w := range s {
		if w&^o[i] != 0 {
			return false
		}
	}
	return true
}

// AddAll puts the patterns of another set into the set.
func (s Set) AddAll(o Set) {
	for i, w := range o {
		s[i] |= w
	}
}

// Lexicon tells which patterns have a chance in a text: most numbers count only
// beside a phrase for them, and most texts have none of those phrases. It errs on
// one side: a pattern whose phrases stand in the text is never missing.
type Lexicon struct {
	size  int
	words map[string]*entry
	guess [1 << 15]uint8 // by slotOf a word: bits of the words' lengths, to look up few of a text's words
	any   Set            // patterns with a phrase that no word can stand for
}

// entry is a word that phrases are looked up by.
type entry struct {
	alone   Set      // patterns for which it says enough by itself
	phrases []phrase // those that have more words
}

// phrase is more than one word, for some patterns.
type phrase struct {
	words    []string // folded
	at       int      // which of them it is looked up by
	patterns Set
}

// maxWord is the length, in bytes, of the longest word that is looked up.
const maxWord = 64

// NewLexicon makes a lexicon for n patterns.
func NewLexicon(n int) *Lexicon {
	return &Lexicon{size: n, words: map[string]*entry{}, any: NewSet(n)}
}

// Add says that pattern i needs one of the phrases; see [NewWords].
func (l *Lexicon) Add(i int, phrases []string) {
	for _, p := range phrases {
		for _, s := range spellings(p) {
			l.add(i, strings.Fields(string(Fold(nil, s))))
		}
	}
}

// add says that pattern i needs a phrase of these words.
func (l *Lexicon) add(i int, words []string) {
	at := telling(words)
	if at < 0 {
		l.any.Add(i)
		return
	}
	word := words[at]
	if l.words[word] == nil {
		l.words[word] = &entry{alone: NewSet(l.size)}
		l.guess[slotOf(word)] |= 1 << (len(word) & 7)
	}
	l.words[word].add(l.size, i, phrase{words: words, at: at})
}

// add notes a phrase of pattern i.
func (e *entry) add(size, i int, p phrase) {
	if len(p.words) == 1 {
		e.alone.Add(i)
		return
	}
	for k := range e.phrases {
		if slices.Equal(e.phrases[k].words, p.words) {
			e.phrases[k].patterns.Add(i)
			return
		}
	}
	p.patterns = NewSet(size)
	p.patterns.Add(i)
	e.phrases = append(e.phrases, p)
}

// telling returns which word of a phrase texts have least often: the longest
// one, but "number" only where there is no other of three letters; -1 if none can
// be looked up.
func telling(words []string) (best int) {
	weight := func(w string) int {
		if len(w) > maxWord {
			return -1
		}
		if w == "number" || w == "code" {
			return 2
		}
		return len(w)
	}
	best = -1
	for i, w := range words {
		if weight(w) > 0 && (best < 0 || weight(w) > weight(words[best])) {
			best = i
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
				l.look(dst, text, int(cuts[k-1]), int(cuts[k]))
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
				l.look(dst, text, start, i)
			}
			start, before = i, last
		}
		last = kind
	}
	if last != none {
		l.look(dst, text, start, end)
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

// look adds what the word text[start:end] speaks for, and the phrases that it
// stands in.
func (l *Lexicon) look(dst Set, text string, start, end int) {
	var buf [maxWord + utf8.UTFMax]byte
	low := buf[:0]
	for _, r := range text[start:end] {
		if low = utf8.AppendRune(low, lowerRune(r)); len(low) > maxWord {
			return
		}
	}
	e, known := l.words[string(low)]
	if !known {
		return
	}
	dst.AddAll(e.alone)
	for i := range e.phrases {
		if p := &e.phrases[i]; !p.patterns.within(dst) && p.around(text, start, end) {
			dst.AddAll(p.patterns)
		}
	}
}

// around reports whether the phrase may stand around its word text[start:end].
func (p *phrase) around(text string, start, end int) bool {
	for _, want := range slices.Backward(p.words[:p.at]) {
		from, to, sure := wordBefore(text, start)
		if !sure {
			return true
		}
		if !folds(text[from:to], want) {
			return false
		}
		start = from
	}
	for _, want := range p.words[p.at+1:] {
		from, to, sure := wordAfter(text, end)
		if !sure {
			return true
		}
		if !folds(text[from:to], want) {
			return false
		}
		end = to
	}
	return true
}

// slotOf tells words apart by their first two letters and their last one.
func slotOf(word string) int {
	second := word[min(1, len(word)-1)]
	return int(word[0]&31)<<10 | int(second&31)<<5 | int(word[len(word)-1]&31)
}
