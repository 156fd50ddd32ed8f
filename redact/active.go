package redact

// active holds the hits that may claim the byte where a sweep stands: a heap
// with the one that beats all others on top. Those that ended are dropped when
// they come to the top.
type active struct {
	hits     []hit
	heap     []int // indexes of hits
	compared int
}

func (a *active) reset(hits []hit) { a.hits, a.heap, a.compared = hits, a.heap[:0], 0 }

// winner returns the hit that takes byte at, nil if none claims it.
func (a *active) winner(at int) *hit {
	for len(a.heap) > 0 {
		if h := &a.hits[a.heap[0]]; h.end > at {
			return h
		}
		a.pop()
	}
	return nil
}

// above reports whether the hit in place i of the heap beats the one in place
// k. Of equals the first one wins.
func (a *active) above(i, k int) bool {
	a.compared++
	x, y := a.heap[i], a.heap[k]
	if a.hits[x].beats(&a.hits[y]) {
		return true
	}
	return x < y && !a.hits[y].beats(&a.hits[x])
}

func (a *active) push(hit int) {
	a.heap = append(a.heap, hit)
	for i := len(a.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !a.above(i, up) {
			return
		}
		a.heap[i], a.heap[up] = a.heap[up], a.heap[i]
		i = up
	}
}

func (a *active) pop() {
	last := len(a.heap) - 1
	a.heap[0] = a.heap[last]
	a.heap = a.heap[:last]
	for i := 0; ; {
		best := i
		for k := 2*i + 1; k <= 2*i+2 && k < last; k++ {
			if a.above(k, best) {
				best = k
			}
		}
		if best == i {
			return
		}
		a.heap[i], a.heap[best] = a.heap[best], a.heap[i]
		i = best
	}
}
