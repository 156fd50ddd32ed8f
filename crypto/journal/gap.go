package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"syscall"
	"time"
)

// Gap is what the log has to say of itself after it could not be written: it
// was given up in one file and went on in the next. It is in clear, and stands
// in the new file before any other record. A second one in the same file counts
// what was not known to be lost when the first was written.
type Gap struct {
	File   string `json:"file"`   // base name of the file that was given up
	Last   uint64 `json:"n"`      // number of its last frame known to be on the medium
	Reason string `json:"reason"` // full, gone, denied, or io for all else
	// Unsure frames after Last may be found there whole, torn or not at all.
	Unsure uint64 `json:"unsure"`
	Losses
	// What Read found of the file: bytes of its torn end, or nothing of it.
	TornBytes int64 `json:"torn_bytes,omitempty"`
	Missing   bool  `json:"missing,omitempty"`
}

// Losses counts calls that failed.
type Losses struct {
	Openings uint64 `json:"openings"` // exchanges that were refused for it; nothing of them left
	Closings uint64 `json:"closings"` // exchanges whose end is not in the log
	Notes    uint64 `json:"notes"`
}

// add counts a record that was not written.
func (l *Losses) add(event string) {
	switch event {
	case eventOpen:
		l.Openings++
	case eventClose:
		l.Closings++
	case eventNote:
		l.Notes++
	}
}

// less returns what l has beyond m, which was once l.
func (l Losses) less(m Losses) Losses {
	return Losses{l.Openings - m.Openings, l.Closings - m.Closings, l.Notes - m.Notes}
}

// plus returns what l and m have together.
func (l Losses) plus(m Losses) Losses {
	return Losses{l.Openings + m.Openings, l.Closings + m.Closings, l.Notes + m.Notes}
}

// reasonOf says in a closed word why a file was given up.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "full"
	case errors.Is(err, fs.ErrNotExist):
		return "gone"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "denied"
	default:
		return "io"
	}
}

// attempt is one try to go on in a new file that several callers may wait for.
type attempt struct {
	done chan struct{}
	err  error
}

// usable returns the file to write to. If the last one was given up it goes on
// in a new one first: one caller tries, who comes meanwhile shares the outcome,
// who comes later tries again. The caller holds w.mu, which is given back
// meanwhile.
func (w *Writer) usable(ctx context.Context) (*segment, error) {
	for {
		var err error
		switch s, a := w.segment, w.attempt; {
		case w.closed:
			return nil, w.err
		case s.err == nil:
			return s, nil
		case a != nil:
			if err = w.wait(ctx, a.done); err == nil {
				err = a.err
			}
		case s.flight != nil: // it may make more of the file durable
			err = w.wait(ctx, s.flight.done)
		default:
			err = w.mend()
		}
		if err != nil {
			return nil, err
		}
	}
}

// mend tries to go on in a new file, which is on the medium, and says what
// became of the last one, before any record is written to it.
func (w *Writer) mend() error {
	old, a := w.segment, &attempt{done: make(chan struct{})}
	for _, t := range old.undurable() { // it may be lost, and is told again
		w.lost = w.lost.plus(t.losses)
	}
	old.told = nil
	told := w.lost
	gap := Gap{
		File: old.name, Last: old.durable.frames - 1, Reason: old.reason,
		Unsure: old.chain.seq - old.durable.frames, Losses: told,
	}
	w.attempt = a
	w.mu.Unlock()
	s, err := start(w.options, w.create, origin{old.name, old.durable.head[:]}, &gap)
	w.mu.Lock()
	w.attempt = nil
	close(a.done)
	if err != nil {
		a.err = fmt.Errorf("%w: %w", ErrJournal, err)
		w.err = a.err
		return a.err
	}
	old.file.Close()
	w.segment, w.err, w.lost = s, nil, w.lost.less(told)
	return nil
}

// tell appends a gap frame for what was lost since the one before.
func (w *Writer) tell(s *segment) error {
	if w.lost == (Losses{}) || s.gap == nil {
		return nil
	}
	gap := *s.gap
	gap.Losses = w.lost
	s.told, w.lost = append(s.undurable(), told{s.chain.seq, w.lost}), Losses{}
	return s.note(&gap, w.options.Now())
}

// told is what the gap frame of a number tells of.
type told struct {
	frame  uint64
	losses Losses
}

// undurable returns what is told of in frames that may not be on the medium.
func (s *segment) undurable() []told {
	return slices.DeleteFunc(s.told, func(t told) bool { return t.frame < s.durable.frames })
}

// note appends a gap frame.
func (s *segment) note(g *Gap, now time.Time) error {
	clearPart, err := stamped(eventGap, now, g)
	if err != nil {
		return err
	}
	s.gap = g
	return s.append(kindGap, clearPart, nil)
}

// Err returns why the last record could not be written, or nil while the log is
// written. It is out of date as soon as there is room again: see [Writer.Ready].
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Ready returns nil if a record could be written now, as far as can be told
// without writing one. It sees whether the file was removed and whether the disk
// has stopped answering, and after a failure it tries to go on in a new file as
// Begin does.
func (w *Writer) Ready(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.segment.flight; f != nil {
		if waited := w.options.Now().Sub(f.since); waited > slow {
			return fmt.Errorf("%w: the disk has not answered for %s", ErrJournal, waited.Round(time.Second))
		}
	}
	s, err := w.usable(ctx)
	if err == nil && w.stillKept(s) != nil {
		_, err = w.usable(ctx)
	}
	return err
}
