package rig

import (
	"context"
	"errors"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
)

// noted is a journal that tells of its notes.
type noted struct {
	proxy.Journal
	notes chan journal.Event
}

// TellNotes gives c a journal whose notes can be received.
func TellNotes(c *proxy.Config) <-chan journal.Event {
	notes := make(chan journal.Event, 10)
	c.Journal = noted{c.Journal, notes}
	return notes
}

// Note implements proxy.Journal.
func (n noted) Note(ctx context.Context, e journal.Event) error {
	n.notes <- e
	return n.Journal.Note(ctx, e)
}

// BrokenJournal fails like a disk that is full.
type BrokenJournal struct{}

var errDisk = errors.New("no space left on device")

// Begin implements proxy.Journal.
func (BrokenJournal) Begin(context.Context, journal.Open) error { return errDisk }

// Finish implements proxy.Journal.
func (BrokenJournal) Finish(context.Context, journal.Close) error { return errDisk }

// Note implements proxy.Journal.
func (BrokenJournal) Note(context.Context, journal.Event) error { return errDisk }
