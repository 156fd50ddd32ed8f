package detect

import (
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2/syntax"
)

// A shape knows characters by one byte: ASCII as it is, all others in a few
// buckets of 64 code points each, which scripts share. U+FFFD, which stands for
// what is not UTF-8, has a bucket of its own.
const (
	shared  = high
	invalid = 255
)

func bucket(r rune) byte {
	switch {
	case r < utf8.RuneSelf:
		return byte(r)
	case r == utf8.RuneError:
		return invalid
	}
	return byte(shared + (r>>6)%(invalid-shared))
}

func bucketOf(r rune) byteSet {
	b := int(bucket(r))
	return rangeSet(b, b)
}

// fewChars is the size up to which the characters of a class are listed.
const fewChars = 256

// buckets is the set for a character class of the library: those of its
// characters if they are few, else all that its ASCII part does not tell.
func buckets(c *syntax.CharSet) byteSet {
	s := classBytes(c)
	if !s.wide() {
		return s
	}
	if !c.CharIn(utf8.RuneError) {
		s = s.without(bucketOf(utf8.RuneError))
	}
	if list := c.GetSetChars(fewChars); list != nil && !c.IsNegated() {
		s = s.without(rangeSet(high, 255))
		for _, r := range list {
			s = s.or(bucketOf(r))
		}
	}
	return s
}
