package proxy

import (
	"context"
	"runtime/debug"

	"coatcheck/proxy/reason"
)

// conclude looks at the answer of an exchange whose client has it, and closes
// its entry. The end of an answer without a length is known to its client only
// when its handler has returned, so this is done in a goroutine of its own.
func (p *Proxy) conclude(x *exchange) {
	defer p.running.end()
	defer func() {
		if recover() != nil { // there is no server here to catch it
			p.cfg.Log.Error("a stage panicked", "stage", "record", "id", x.id, "stack", string(debug.Stack()))
		}
	}()
	defer func() { p.release(x, x.held) }()
	ctx := p.running.late
	_ = p.record(context.WithoutCancel(ctx), x, p.looked(ctx, x)) // says so in its line
}

func (p *Proxy) looked(ctx context.Context, x *exchange) (failure *stageError) {
	defer func() {
		if recover() != nil {
			p.cfg.Log.Error("a stage panicked", "stage", "restore", "id", x.id, "stack", string(debug.Stack()))
			failure = &stageError{"restore", refusing(reason.Internal, nil)}
		}
	}()
	p.examine(ctx, x, x.answer.unexamined)
	return nil
}
