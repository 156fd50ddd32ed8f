package journal

import (
	"context"
	"fmt"
)

// flight is one fsync that several callers may wait for.
type flight struct{ done chan struct{} }

// await returns when the record at a place is on the medium. The first who
// waits does the fsync for all that was written by then; who comes meanwhile
// waits for its end and shares the next one. A caller whose context ends stops
// waiting; its record may become durable all the same.
func (w *Writer) await(ctx context.Context, at uint64) error {
	if w.options.Sync == SyncNone {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.durable < at {
		if w.err != nil {
			return w.err
		}
		if w.flight == nil {
			w.sync()
			continue
		}
		done := w.flight.done
		w.mu.Unlock()
		var err error
		select {
		case <-done:
		case <-ctx.Done():
			err = fmt.Errorf("%w: %w", ErrJournal, ctx.Err())
		}
		w.mu.Lock()
		if err != nil && w.durable < at {
			return err
		}
	}
	return nil
}

// sync makes all that was written durable, with w.mu given back meanwhile. A
// failed fsync is never tried again: the system may have dropped the pages and
// report success the second time.
func (w *Writer) sync() {
	target, f := w.written, w.segment.file
	w.flight = &flight{done: make(chan struct{})}
	w.mu.Unlock()
	err := f.Sync()
	w.mu.Lock()
	close(w.flight.done)
	w.flight = nil
	// A rotation or Close that came first has synced and closed this file.
	if w.durable >= target {
		return
	}
	if err != nil {
		_ = w.fail(err)
		return
	}
	w.durable = target
}

// Err returns what stopped the writer for good, or nil while it writes.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// fail poisons the writer and returns the error that all later calls get. The
// caller holds w.mu.
func (w *Writer) fail(err error) error {
	if w.err == nil {
		w.err = fmt.Errorf("%w: %w", ErrJournal, err)
	}
	return w.err
}
