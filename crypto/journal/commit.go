package journal

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// Sync says when a record counts as written.
type Sync uint8

const (
	// SyncGroup is the default: Begin returns once its record is on the medium.
	// Callers that wait at the same time share one fsync.
	SyncGroup Sync = iota
	// SyncNone leaves the medium to the system: a process that dies loses
	// nothing, a machine that dies may lose the last seconds.
	SyncNone
)

// flight is one fsync that several callers may wait for.
type flight struct {
	done  chan struct{}
	since time.Time
}

// slow is how long an fsync may take before the log counts as not writable.
const slow = 10 * time.Second

// place is where a record lies: it is the last of the first frames of a file.
type place struct {
	segment *segment
	frames  uint64
}

// await returns when the record at a place is on the medium, in a file that is
// still found by its name. The first who waits starts an fsync for all that was
// written by then; who comes meanwhile waits for its end and shares the next
// one. A caller whose context ends stops waiting, also if the disk never answers;
// its record may become durable all the same. What another file holds later says
// nothing of this record.
func (w *Writer) await(ctx context.Context, at place) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := at.segment
	if w.options.Sync == SyncNone {
		err := w.stillKept(s)
		if err != nil {
			w.lost.Openings++
		}
		return err
	}
	for s.durable.frames < at.frames {
		if s.err != nil {
			w.lost.Openings++
			return s.err
		}
		if s.flight == nil {
			s.flight = &flight{make(chan struct{}), w.options.Now()}
			go w.sync(s, s.point())
		}
		if err := w.wait(ctx, s.flight.done); err != nil && s.durable.frames < at.frames {
			return err
		}
	}
	return nil
}

// stillKept fails a file that has lost its name. The caller holds w.mu.
func (w *Writer) stillKept(s *segment) error {
	if s != w.segment || s.err != nil {
		return s.err
	}
	if err := s.file.Kept(); err != nil {
		return w.fail(s, err)
	}
	return nil
}

// wait gives w.mu back until done is closed or the context ends.
func (w *Writer) wait(ctx context.Context, done <-chan struct{}) (err error) {
	w.mu.Unlock()
	defer w.mu.Lock()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrJournal, ctx.Err())
	}
}

// sync makes all that was written durable, at least up to target, and ends the
// file's flight. A failed fsync is never tried again: the system may have dropped the pages and report
// success the second time.
func (w *Writer) sync(s *segment, target point) {
	// Who is about to write shares this fsync: under load that halves their
	// number, and alone it costs nothing.
	runtime.Gosched()
	w.mu.Lock()
	f := s.file
	if s.err == nil { // else the last frame was not written
		target = s.point()
	}
	w.mu.Unlock()
	err := f.Sync()
	if err == nil {
		err = f.Kept()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	close(s.flight.done)
	s.flight = nil
	// A rotation or Close that came first has synced and closed this file.
	if s.durable.frames >= target.frames {
		return
	}
	if err != nil {
		_ = w.fail(s, err)
		return
	}
	s.durable = target
}

// fail gives a file up as it is and returns the error that those get who wait
// for it. The caller holds w.mu.
func (w *Writer) fail(s *segment, err error) error {
	if s.err == nil {
		s.err = fmt.Errorf("%w: %w", ErrJournal, err)
		s.reason = reasonOf(err)
	}
	if s == w.segment {
		w.err = s.err
	}
	return s.err
}
