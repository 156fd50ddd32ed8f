//go:build !linux

package main

import (
	"os"
	"strings"
)

// harden refuses debug output with bodies. Core dumps and memory reads are
// closed on Linux only.
func harden() error {
	if strings.Contains(os.Getenv("GODEBUG"), "http2debug") {
		return &usageError{err: errDebug, hint: "unset GODEBUG"}
	}
	return nil
}
