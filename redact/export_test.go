package redact

import "context"

// Remembered counts the fields in an engine's cache.
func Remembered(e *Engine) int { return e.cache.list.Len() }

// ScanAll scans one field for all patterns, also for those without a chance.
func ScanAll(ctx context.Context, e *Engine, f Field) ([]Finding, error) {
	s := e.scratch.Get().(*scratch)
	defer e.release(s)
	s.trace = &trace{}
	defer func() { s.trace = nil }()
	return e.field(ctx, s, nil, &f, 0)
}
