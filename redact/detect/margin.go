package detect

import "unicode/utf8"

// marginLeft steps n runes back from i and returns where that is and how many
// steps were made.
func (s *search) marginLeft(i, n int) (left, steps int) {
	for ; steps < n && i > 0; steps++ {
		_, size := utf8.DecodeLastRuneInString(s.text[:i])
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

// load decodes text[from:to] into runes. Offsets are kept only where they
// differ from the count of runes.
func (s *search) load(from, to int) {
	s.runes, s.offsets = s.runes[:0], s.offsets[:0]
	part := s.text[from:to]
	for i := range len(part) {
		if part[i] >= utf8.RuneSelf {
			s.loadWide(part)
			return
		}
		s.runes = append(s.runes, rune(part[i]))
	}
}

func (s *search) loadWide(part string) {
	s.runes = s.runes[:0]
	for i, r := range part {
		s.runes = append(s.runes, r)
		s.offsets = append(s.offsets, i)
	}
	s.offsets = append(s.offsets, len(part))
}

// offset returns the byte offset in text of rune i of a window that begins at left.
func (s *search) offset(left, i int) int {
	if len(s.offsets) == 0 {
		return left + i
	}
	return left + s.offsets[i]
}
