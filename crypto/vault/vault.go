// Package vault keeps the values that tokens stand for, each exchange's under a
// scope of its own, until the caller deletes that scope or its time is over.
//
// The law it keeps: a value leaves only under the scope and id it was put
// under, and none that is alive is ever dropped or replaced. A full vault says
// so; the caller then refuses the request.
//
// For example:
//
//	err := store.Put(ctx, scope, "EMAIL_7K3QXM", value, 24*time.Hour)
//	value, err := store.Get(ctx, scope, "EMAIL_7K3QXM")
package vault

import (
	"context"
	"errors"
	"time"

	"coatcheck/redact/plain"
)

var (
	// ErrFull says that the store holds as much as it may.
	ErrFull = errors.New("vault is full")
	// ErrNotFound says that nothing alive is kept under a scope and id.
	ErrNotFound = errors.New("not in the vault")
	// ErrConflict says that another value is alive under the scope and id.
	ErrConflict = errors.New("another value has this id in the vault")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("vault is closed")
)

// Store keeps values by scope and id. Implementations are safe for concurrent
// use. Scope and id are opaque bytes; no pair of them stands for another pair.
type Store interface {
	// Put keeps v for ttl, which is positive. The same value again lives until
	// the later of both ends; another one alive under the id is [ErrConflict].
	// Over the store's bound it is [ErrFull], and nothing changes.
	Put(ctx context.Context, scope, id string, v plain.Text, ttl time.Duration) error
	// Get returns the value, or [ErrNotFound] if there is none alive.
	Get(ctx context.Context, scope, id string) (plain.Text, error)
	// DeleteScope forgets everything under a scope at once. An unknown scope is
	// no error.
	DeleteScope(ctx context.Context, scope string) error
	// Sweep forgets what is not alive at now and returns how many values that were.
	Sweep(ctx context.Context, now time.Time) (int, error)
	// Close forgets everything that is held in memory.
	Close() error
}
