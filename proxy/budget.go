package proxy

import "sync/atomic"

// budget bounds the decoded bytes that all exchanges hold together, so that
// many large or cleverly compressed bodies end in 503 and not in memory.
type budget struct {
	limit int64
	used  atomic.Int64
}

// take reserves n bytes; false when they would be over the limit.
func (b *budget) take(n int64) bool {
	if b.used.Add(n) > b.limit {
		b.used.Add(-n)
		return false
	}
	return true
}

// spare reserves n bytes for what can be done without: only while half of the
// limit is free.
func (b *budget) spare(n int64) bool {
	return b.used.Load()+n <= b.limit/2 && b.take(n)
}

func (b *budget) give(n int64) { b.used.Add(-n) }
