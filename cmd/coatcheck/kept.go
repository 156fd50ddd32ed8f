package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
)

var (
	errLogFailed = errors.New("the log cannot be written")
	errLogGone   = errors.New("the state volume is gone")
)

// keptLog is a journal whose files have to stay where an auditor finds them:
// an entry in a file that somebody deleted, or whose volume is gone, is none.
type keptLog struct {
	*journal.Writer
	dir string
}

// record is what the line records with: nil if no log is kept.
func (h *house) record() proxy.Journal {
	if h.journal == nil {
		return nil
	}
	return keptLog{h.journal, h.logDir}
}

// Begin implements [proxy.Journal].
func (l keptLog) Begin(ctx context.Context, o journal.Open) error {
	if err := l.Ready(); err != nil {
		return fmt.Errorf("%w: %w", journal.ErrJournal, err)
	}
	return l.Writer.Begin(ctx, o)
}

// Ready returns nil while entries are kept.
func (l keptLog) Ready() error {
	if l.Err() != nil {
		return errLogFailed
	}
	if _, err := os.Stat(l.dir); err != nil {
		return errLogGone
	}
	return nil
}

// Ready implements [admin.Line] for a line that serves.
func (h *house) Ready() error {
	if h.journal == nil {
		return nil
	}
	return keptLog{h.journal, h.logDir}.Ready()
}
