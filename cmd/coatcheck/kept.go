package main

import (
	"context"
	"errors"
	"os"
	"time"

	"coatcheck/proxy"
)

var (
	errLogFailed = errors.New("the log cannot be written")
	errLogGone   = errors.New("the state volume is gone")
)

// readyWait is how long a probe waits for somebody else's try to write again.
const readyWait = 2 * time.Second

// record is what the line records with: nil if no log is kept.
func (h *house) record() proxy.Journal {
	if h.journal == nil {
		return nil
	}
	return h.journal
}

// Ready implements [admin.Line] for a line that serves. A log that could not be
// written is tried again, so that a line that gets no requests while it is not
// ready becomes ready.
func (h *house) Ready() error {
	if h.journal == nil {
		return nil
	}
	if _, err := os.Stat(h.logDir); err != nil {
		return errLogGone
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyWait)
	defer cancel()
	if h.journal.Ready(ctx) != nil {
		return errLogFailed
	}
	return nil
}
