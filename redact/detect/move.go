package detect

import "unicode/utf8"

// alignUp moves e to the end of the character that it stands in.
func (s *search) alignUp(e int) int {
	for k := 1; k < utf8.UTFMax && e-k >= 0 && e < len(s.text) && !utf8.RuneStart(s.text[e]); k++ {
		if utf8.RuneStart(s.text[e-k]) {
			if _, size := utf8.DecodeRuneInString(s.text[e-k:]); size > k {
				return e - k + size
			}
			break
		}
	}
	return e
}

// retreat steps n runes back from e, not over a byte outside the alphabet nor
// beyond the limit, and reports whether all steps were made.
func (s *search) retreat(x *expression, e, n, limit int) (int, bool) {
	for ; n > 0; n-- {
		if e <= limit || e == 0 {
			return e, false
		}
		c := s.text[e-1]
		if !x.alphabet.has(c) {
			return e, false
		}
		if c < utf8.RuneSelf {
			e--
			continue
		}
		_, size := utf8.DecodeLastRuneInString(s.text[:e])
		e -= size
	}
	return e, true
}

// advance steps up to n runes ahead from i, not over a byte outside the alphabet.
func (s *search) advance(x *expression, i, n int) int {
	for ; n > 0 && i < len(s.text) && x.alphabet.has(s.text[i]); n-- {
		i += s.width(i)
	}
	return i
}

// width is the length in bytes of the character at i.
func (s *search) width(i int) int {
	if s.text[i] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(s.text[i:])
	return size
}

// marginLeft steps n runes back from i and returns where that is and how many
// steps were made.
func (s *search) marginLeft(i, n int) (left, steps int) {
	for ; steps < n && i > 0; steps++ {
		size := 1
		if s.text[i-1] >= utf8.RuneSelf {
			_, size = utf8.DecodeLastRuneInString(s.text[:i])
		}
		i -= size
	}
	return i, steps
}

// marginRight steps n runes ahead from i.
func (s *search) marginRight(i, n int) int {
	for ; n > 0 && i < len(s.text); n-- {
		i += s.width(i)
	}
	return i
}
