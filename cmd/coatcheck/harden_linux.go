package main

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// harden closes the ways in which the runtime and the kernel would write
// private text for us: debug output with bodies, core dumps, and other
// processes of the user reading our memory.
func harden() error {
	if strings.Contains(os.Getenv("GODEBUG"), "http2debug") {
		return &usageError{err: errDebug, hint: "unset GODEBUG"}
	}
	var core unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil {
		return err
	}
	core.Cur = 0 // the hard limit stays: a child of ours may raise it again
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &core); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
