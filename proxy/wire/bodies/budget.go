package bodies

import "strings"

const (
	// leafCost is what a leaf takes in bytes: its entries in three tables, which
	// grow by doubling, in the maps beside them, and in the caller's own list.
	leafCost = 640
	// pathCost is what a byte of a path takes: in a buffer that grows, and in
	// the text that it becomes.
	pathCost = 3
	// escapeCost is what an escape takes in a leaf's offsets, by doubling too.
	escapeCost = 64
	// wordCost is what a word takes that is kept by its object's place.
	wordCost = 128
	// chargedAt is how many bytes are charged at a time.
	chargedAt = 16 << 10
)

// budget asks for memory before it is taken.
type budget struct {
	limits Limits
	credit int64 // charged and not taken
}

// cost takes n bytes.
func (b *budget) cost(n int) error {
	b.credit -= int64(n)
	if b.credit >= 0 || b.limits.Charge == nil {
		return nil
	}
	more := max(chargedAt, -b.credit)
	if err := b.limits.Charge(more); err != nil {
		return err
	}
	b.credit += more
	return nil
}

// decoding takes what the decoded text of a spelling needs, if it has escapes
// that begin with this mark.
func (b *budget) decoding(raw string, mark byte) error {
	n := strings.Count(raw, string(mark))
	if n == 0 {
		return nil
	}
	return b.cost(escapeCost*n + len(raw))
}
