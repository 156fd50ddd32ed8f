package vault

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"time"

	"coatcheck/redact/plain"
)

// sweepEvery bounds how often a full store looks for what has expired.
const sweepEvery = time.Second

// Options are the bounds of a [Memory]. The zero value has none: the caller
// bounds what is under way.
type Options struct {
	MaxBytes   int64 // of all values, ids left out; 0 means no bound
	MaxEntries int   // 0 means no bound
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Memory is a [Store] in memory. Put and Get take constant time, but for a Put
// into a full store, which looks through it at most once a second; DeleteScope
// takes constant time. Values are held as they are, not sealed: they are in the
// process's memory anyway while their exchange is under way. One mutex guards it.
type Memory struct {
	maxBytes   int64
	maxEntries int
	now        func() time.Time

	mu      sync.Mutex
	scopes  map[string]*held // nil once closed
	bytes   int64
	entries int
	swept   time.Time
}

// held is what is kept under one scope.
type held struct {
	entries map[string]entry
	bytes   int64
}

type entry struct {
	value plain.Text
	ends  time.Time
}

var _ Store = (*Memory)(nil)

// NewMemory returns an empty store.
func NewMemory(o Options) *Memory {
	m := &Memory{maxBytes: o.MaxBytes, maxEntries: o.MaxEntries, now: o.Now, scopes: map[string]*held{}}
	if m.maxBytes <= 0 {
		m.maxBytes = math.MaxInt64
	}
	if m.maxEntries <= 0 {
		m.maxEntries = math.MaxInt
	}
	if m.now == nil {
		m.now = time.Now
	}
	return m
}

// Put implements [Store].
func (m *Memory) Put(_ context.Context, scope, id string, v plain.Text, ttl time.Duration) error {
	if ttl <= 0 {
		return errors.New("vault: a value needs a positive time to live")
	}
	now := m.now()
	ends := now.Add(ttl)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scopes == nil {
		return ErrClosed
	}
	if old, ok := m.take(scope, id, now); ok {
		if !old.value.Equal(v) {
			return ErrConflict
		}
		if ends.After(old.ends) {
			m.scopes[scope].entries[id] = entry{old.value, ends}
		}
		return nil
	}
	if !m.fits(v) && now.Sub(m.swept) >= sweepEvery {
		m.sweep(now)
	}
	if !m.fits(v) {
		return ErrFull
	}
	m.add(scope, id, v, ends)
	return nil
}

// Get implements [Store].
func (m *Memory) Get(_ context.Context, scope, id string) (plain.Text, error) {
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scopes == nil {
		return plain.Text{}, ErrClosed
	}
	e, ok := m.take(scope, id, now)
	if !ok {
		return plain.Text{}, ErrNotFound
	}
	return e.value, nil
}

// DeleteScope implements [Store].
func (m *Memory) DeleteScope(_ context.Context, scope string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scopes == nil {
		return ErrClosed
	}
	if h := m.scopes[scope]; h != nil {
		m.bytes -= h.bytes
		m.entries -= len(h.entries)
		delete(m.scopes, scope)
	}
	return nil
}

// Sweep implements [Store]. It takes time proportional to what is held.
func (m *Memory) Sweep(_ context.Context, now time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scopes == nil {
		return 0, ErrClosed
	}
	return m.sweep(now), nil
}

// Close implements [Store].
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.scopes, m.bytes, m.entries = nil, 0, 0
	return nil
}

// Len returns how many values are held, and their bytes.
func (m *Memory) Len() (entries int, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries, m.bytes
}

func (m *Memory) fits(v plain.Text) bool {
	return m.entries < m.maxEntries && int64(v.Len()) <= m.maxBytes-m.bytes
}

// take returns the entry if it is alive, and removes it if it is not.
func (m *Memory) take(scope, id string, now time.Time) (entry, bool) {
	h := m.scopes[scope]
	if h == nil {
		return entry{}, false
	}
	e, ok := h.entries[id]
	if ok && !now.Before(e.ends) {
		m.remove(scope, id, e)
		ok = false
	}
	return e, ok
}

// add copies what it keeps: a value cut from a request's body would otherwise
// keep all of that body in memory.
func (m *Memory) add(scope, id string, v plain.Text, ends time.Time) {
	h := m.scopes[scope]
	if h == nil {
		h = &held{entries: map[string]entry{}}
		m.scopes[strings.Clone(scope)] = h
	}
	kept := plain.New(strings.Clone(v.Reveal(plain.Access{})))
	h.entries[strings.Clone(id)] = entry{kept, ends}
	h.bytes += int64(v.Len())
	m.bytes += int64(v.Len())
	m.entries++
}

func (m *Memory) remove(scope, id string, e entry) {
	h := m.scopes[scope]
	delete(h.entries, id)
	h.bytes -= int64(e.value.Len())
	m.bytes -= int64(e.value.Len())
	m.entries--
	if len(h.entries) == 0 {
		delete(m.scopes, scope)
	}
}

func (m *Memory) sweep(now time.Time) (removed int) {
	m.swept = now
	for scope, h := range m.scopes {
		for id, e := range h.entries {
			if !now.Before(e.ends) {
				m.remove(scope, id, e)
				removed++
			}
		}
	}
	return removed
}
