package proxy

import (
	"context"
	"errors"
	"fmt"

	"coatcheck/proxy/reason"
)

// refusal is a stage's error that has an answer for the client. Where is a
// place in the request that may be shown, as [bodies.Leaf] has it; never text.
// Limit says which limit was met, with its number.
type refusal struct {
	reason reason.Reason
	where  string
	limit  string
	err    error
}

func refusing(why reason.Reason, err error) error { return &refusal{reason: why, err: err} }

// overLimit is the refusal of what is over a limit.
func overLimit(why reason.Reason, format string, numbers ...any) error {
	return &refusal{reason: why, limit: fmt.Sprintf(format, numbers...)}
}

// size writes bytes as people do.
func size(n int64) string {
	if n < 10<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

func (r *refusal) Error() string {
	s := string(r.reason)
	if r.where != "" {
		s += " at " + r.where
	}
	if r.err != nil {
		s += ": " + r.err.Error()
	}
	return s
}

func (r *refusal) Unwrap() error { return r.err }

// stageError says in which stage an exchange stopped.
type stageError struct {
	stage string
	err   error
}

func (e *stageError) Error() string { return e.stage + ": " + e.err.Error() }

func (e *stageError) Unwrap() error { return e.err }

// reasonOf reads the reason out of a stage's error, and what is to be said of
// it: the place, or the limit.
func reasonOf(err error) (why reason.Reason, note string) {
	if r, ok := errors.AsType[*refusal](err); ok {
		if r.where != "" {
			return r.reason, "at " + r.where
		}
		return r.reason, r.limit
	}
	if errors.Is(err, context.Canceled) {
		return reason.Canceled, ""
	}
	return reason.Internal, ""
}
