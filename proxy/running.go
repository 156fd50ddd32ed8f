package proxy

import (
	"context"
	"sync"
	"time"
)

// running counts the exchanges in hand, those too whose answers are still to be
// looked at, so that their entries can be closed before the journal is.
type running struct {
	late  context.Context // of work on answers that clients have got
	hurry context.CancelFunc

	mu   sync.Mutex
	n    int
	cut  bool // their connections were closed by us
	done chan struct{}
}

func newRunning() *running {
	r := &running{}
	r.late, r.hurry = context.WithCancel(context.Background())
	return r
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

// wait returns when none is left. When ctx ends, nobody looks at answers any
// more, and d later it returns in any case: an exchange that hangs in a disk does
// not keep the process.
func (r *running) wait(ctx context.Context, d time.Duration) {
	done := r.left()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	r.hurry()
	select {
	case <-done:
	case <-time.After(d):
	}
}

// left returns a channel that is closed when no exchange is left.
func (r *running) left() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done == nil {
		r.done = make(chan struct{})
	}
	done := r.done
	if r.n == 0 {
		close(done)
		r.done = nil
	}
	return done
}
