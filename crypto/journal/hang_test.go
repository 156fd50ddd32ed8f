package journal

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"coatcheck/crypto/keys"
)

// TestAHangingDiskHoldsNobody: whoever waits for an fsync that never ends leaves
// with its context, the first one too, and the log is not ready meanwhile.
func TestAHangingDiskHoldsNobody(t *testing.T) {
	a := newPair(t)
	m := &medium{}
	var now atomic.Int64
	o := Options{Auditors: []*keys.AuditorPublic{a.Public()}, Now: func() time.Time { return time.Unix(now.Load(), 0) }}
	w, err := create(o, func(string) (file, error) { return m, nil })
	if err != nil {
		t.Fatal(err)
	}
	gate := make(chan struct{})
	m.set(func() { m.gate = gate })
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		err := w.Begin(ctx, open("one"))
		cancel()
		if !errors.Is(err, ErrJournal) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a disk that hangs: %v", err)
		}
	}
	if err := w.Ready(t.Context()); err != nil {
		t.Errorf("at once: %v", err)
	}
	now.Add(int64(slow/time.Second) + 1)
	if err := w.Ready(t.Context()); !errors.Is(err, ErrJournal) {
		t.Errorf("after %s: %v", slow, err)
	}
	close(gate)
	if err := w.Begin(t.Context(), open("two")); err != nil {
		t.Errorf("when it answers again: %v", err)
	}
	if err := w.Ready(t.Context()); err != nil {
		t.Errorf("when it has answered: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}
