package detect

import "unicode/utf8"

// maxStep is how far the next word of a phrase may end, in bytes.
const maxStep = 128

// wordBefore returns the last word before byte i, as [Fold] takes the text apart.
// It is not sure of one that is far away or long, or that Fold leaves out.
func wordBefore(text string, i int) (from, to int, sure bool) {
	stop := i - maxStep
	for i > max(stop, 0) && kindBefore(text, i) == none {
		i -= sizeBefore(text, i)
	}
	to = i
	for i > max(stop, 0) && (i == to || inside(text, i)) {
		i -= sizeBefore(text, i)
	}
	return i, to, i > stop && !wedged(kindBefore(text, i), kindBefore(text, to), kindAt(text, to))
}

// wordAfter returns the first word behind byte i; see wordBefore.
func wordAfter(text string, i int) (from, to int, sure bool) {
	stop := i + maxStep
	for i < min(stop, len(text)) && kindAt(text, i) == none {
		i += sizeAt(text, i)
	}
	from = i
	for i < min(stop, len(text)) && (i == from || inside(text, i)) {
		i += sizeAt(text, i)
	}
	return from, i, i < stop && !wedged(kindBefore(text, from), kindBefore(text, i), kindAt(text, i))
}

// folds reports whether a word of a text reads like a folded one.
func folds(word, folded string) bool {
	for _, r := range word {
		low, size := utf8.DecodeRuneInString(folded)
		if low != lowerRune(r) || size == 0 {
			return false
		}
		folded = folded[size:]
	}
	return folded == ""
}
