package proxy

import (
	"context"
	"errors"

	"coatcheck/proxy/reason"
)

// refusal is a stage's error that has an answer for the client. Where is a
// place in the request that may be shown, as [bodies.Leaf] has it; never text.
type refusal struct {
	reason reason.Reason
	where  string
	err    error
}

func refusing(why reason.Reason, err error) error { return &refusal{reason: why, err: err} }

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

// reasonOf reads the reason, and the place, out of a stage's error.
func reasonOf(err error) (reason.Reason, string) {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.reason, r.where
	}
	if errors.Is(err, context.Canceled) {
		return reason.Canceled, ""
	}
	return reason.Internal, ""
}
