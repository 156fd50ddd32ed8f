package redact

// Remembered counts the fields in an engine's cache.
func Remembered(e *Engine) int { return e.cache.list.Len() }
