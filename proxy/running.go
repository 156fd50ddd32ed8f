package proxy

import (
	"sync"
	"time"
)

// running counts the exchanges in hand, so that their entries can be closed
// before the journal is. The zero value is ready.
type running struct {
	mu   sync.Mutex
	n    int
	cut  bool // their connections were closed by us
	done chan struct{}
}

// begin counts one more exchange.
func (r *running) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
}

// end counts one less.
func (r *running) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n--; r.n == 0 && r.done != nil {
		close(r.done)
		r.done = nil
	}
}

// cutOff says that from now on it is us who end what runs.
func (r *running) cutOff() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut = true
}

func (r *running) wasCut() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cut
}

// wait returns when none is left, or after d: one that hangs in a disk does not
// keep the process.
func (r *running) wait(d time.Duration) {
	r.mu.Lock()
	if r.n == 0 {
		r.mu.Unlock()
		return
	}
	if r.done == nil {
		r.done = make(chan struct{})
	}
	done := r.done
	r.mu.Unlock()
	select {
	case <-done:
	case <-time.After(d):
	}
}
