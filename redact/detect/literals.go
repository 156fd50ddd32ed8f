package detect

import "strings"

// Literals finds fixed strings. It looks at one probe of four bytes in four:
// a string of seven bytes or more holds one of them whole, wherever it stands.
// The zero value finds nothing. It is immutable and safe for concurrent use.
type Literals struct {
	list   []string
	seen   *[probeWords]uint64 // which hashes of probes occur
	probes map[uint32][]anchor
}

// anchor is a probe's place in a literal.
type anchor struct{ literal, offset int }

const (
	// MinLiteral is the least length of a literal, in bytes.
	MinLiteral = 7
	probe      = 4
	probeWords = 1 << 10 // words of 64
)

// NewLiterals prepares strings of at least MinLiteral bytes. A match's pattern
// is a string's index in the list.
func NewLiterals(list []string) Literals {
	l := Literals{list: list, seen: new([probeWords]uint64), probes: map[uint32][]anchor{}}
	for i, s := range list {
		for offset := range probe {
			w := fourBytes(s, offset)
			l.probes[w] = append(l.probes[w], anchor{i, offset})
			l.seen[slot(w)>>6] |= 1 << (slot(w) & 63)
		}
	}
	return l
}

// Find appends every occurrence of every literal to dst, overlapping ones too.
func (l Literals) Find(dst []Match, text string) []Match {
	if len(l.list) == 0 {
		return dst
	}
	for i := 0; i+probe <= len(text); i += probe {
		w := fourBytes(text, i)
		if h := slot(w); l.seen[h>>6]>>(h&63)&1 == 0 {
			continue
		}
		for _, a := range l.probes[w] {
			s, start := l.list[a.literal], i-a.offset
			if start >= 0 && strings.HasPrefix(text[start:], s) {
				dst = append(dst, Match{Pattern: a.literal, Start: start, End: start + len(s)})
			}
		}
	}
	return dst
}

func fourBytes(s string, i int) uint32 {
	s = s[i : i+probe]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// slot spreads probes over the bits of seen (Fibonacci hashing).
func slot(w uint32) uint32 { return w * 2654435769 >> 16 }
