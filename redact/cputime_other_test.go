//go:build !linux

package redact_test

import "testing"

func timed(b *testing.B, bytes int64, once func()) {
	b.SetBytes(bytes)
	for b.Loop() {
		once()
	}
}
