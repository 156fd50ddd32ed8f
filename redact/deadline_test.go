package redact_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestDeadlineEndsAnyScan: whatever makes a text slow, its scan is done before
// the deadline or ends soon after it, and so does its explanation.
func TestDeadlineEndsAnyScan(t *testing.T) {
	if raceDetector {
		t.Skip("a clock says little where all is ten times as slow")
	}
	const deadline, grace = 100 * time.Millisecond, 900 * time.Millisecond
	e := hardened(t)
	for name, text := range hostileTexts(16 << 20) {
		f := redact.Field{Text: plain.New(text)}
		for kind, run := range map[string]func(context.Context) error{
			"scan":    func(ctx context.Context) error { _, err := e.Scan(ctx, []redact.Field{f}); return err },
			"explain": func(ctx context.Context) error { _, err := e.Explain(ctx, f); return err },
		} {
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			begin := time.Now()
			err := run(ctx)
			took := time.Since(begin)
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) || took > deadline+grace {
				t.Errorf("%s, %s: %v, error %v", name, kind, took, err)
			}
		}
	}
}

// TestEveryLookCounts: wherever a scan looks at its context, it ends there.
func TestEveryLookCounts(t *testing.T) {
	e := hardened(t)
	const patience = 1 << 40
	for name, text := range hostileTexts(1 << 10) {
		f := redact.Field{Text: plain.New(text)}
		for kind, run := range map[string]func(context.Context) error{
			"scan":    func(ctx context.Context) error { _, err := e.Scan(ctx, []redact.Field{f}); return err },
			"explain": func(ctx context.Context) error { _, err := e.Explain(ctx, f); return err },
		} {
			calm := impatient{Context: t.Context()}
			calm.left.Store(patience)
			if err := run(&calm); err != nil {
				t.Fatalf("%s, %s: %v", name, kind, err)
			}
			looks := patience - calm.left.Load()
			for n := int64(0); n < looks; n += 1 + looks/10 {
				ctx := impatient{Context: t.Context()}
				ctx.left.Store(n)
				if err := run(&ctx); !errors.Is(err, context.DeadlineExceeded) || ctx.after.Load() != 1 {
					t.Fatalf("%s, %s: ended at look %d of %d: error %v, %d more looks", name, kind, n, looks, err, ctx.after.Load()-1)
				}
			}
		}
	}
}
