package proxy

import (
	"context"
	"runtime/debug"
	"sync"
)

// late is the work on exchanges whose clients have got their answers: to look
// at those and to close their entries. The end of an answer without a length is
// known to its client only when its handler has returned.
type late struct {
	ctx  context.Context // of the work, done once nobody waits for it any more
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu    sync.Mutex
	ended bool
}

func newLate() *late {
	l := &late{}
	l.ctx, l.stop = context.WithCancel(context.Background())
	return l
}

// start does the work in a goroutine of its own, unless it is too late for that.
func (l *late) start(work func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		l.wg.Go(work)
	}
	return !l.ended
}

// end waits for all work, which is cut short when ctx ends.
func (l *late) end(ctx context.Context) {
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	defer context.AfterFunc(ctx, l.stop)()
	l.wg.Wait()
	l.stop()
}

// conclude looks at the answer of an exchange and closes its entry.
func (p *Proxy) conclude(x *Exchange) {
	err := p.looked(x)
	_ = p.record(context.WithoutCancel(p.late.ctx), x, err) // says so in its line
	p.release(x, x.held)
}

func (p *Proxy) looked(x *Exchange) (err error) {
	defer func() {
		if recover() != nil {
			p.cfg.Log.Error("a stage panicked", "stage", "restore", "id", x.ID, "stack", string(debug.Stack()))
			err = &StageError{"restore", refusing(ReasonInternal, nil)}
		}
	}()
	p.examine(p.late.ctx, x, x.unexamined)
	return nil
}
