package detect

// words tells which patterns are worth a look at a word. Most patterns cannot
// start inside a word, and what a match has of the word that it starts with is
// of few lengths: eight digits, or eleven. One look at a word's length and
// characters rules out nearly all of them at once.
type words struct {
	fitting [ofBoth + 1][farthest + 1]Set // by characters and length of an ASCII word: the patterns that may start there
	joining [edge + 1]Set                 // by the byte before a word: the patterns that may have started before it
	within  [farthest + 1]Set             // by distance from the beginning of a word: the patterns that can still start there
}

// The characters of a word, digits and letters with underscores.
const (
	ofDigits = iota
	ofLetters
	ofBoth
)

// edge stands for the byte before a text: there is none, and no match in it.
const edge = 256

// letterBit is set in the letters and the underscore of a word, not in digits.
const letterBit = 0x40

// farthest is the length from which on it is told no more precisely.
const farthest = 64

// newWords sorts patterns by what words they fit. Those that can start inside a
// word are in all sets.
func newWords(exprs []expression) *words {
	w := &words{}
	for kind, of := range []byteSet{digitSet, wordSet.without(digitSet), wordSet} {
		for n := range w.fitting[kind] {
			w.fitting[kind][n] = NewSet(len(exprs))
		}
		for i := range exprs {
			x := &exprs[i]
			for n, ok := range x.shape.lengths(of) {
				if ok || !x.atWord {
					w.fitting[kind][n].Add(i)
				}
			}
		}
	}
	for c := range w.joining {
		w.joining[c] = NewSet(len(exprs))
		for i := range exprs {
			if c < edge && exprs[i].alphabet.has(byte(c)) {
				w.joining[c].Add(i)
			}
		}
	}
	for d := range w.within {
		w.within[d] = NewSet(len(exprs))
		for i := range exprs {
			if x := &exprs[i]; !x.atWord || d <= x.need.hi {
				w.within[d].Add(i)
			}
		}
	}
	return w
}
