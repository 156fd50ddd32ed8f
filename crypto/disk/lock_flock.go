//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package disk

import (
	"os"
	"syscall"
)

// Writing reports whether a file is a [Log] that is open somewhere, in this
// process or another one.
func Writing(f *os.File) bool {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
		switch err {
		case nil:
			_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
			return false
		case syscall.EINTR:
		default:
			return err == syscall.EWOULDBLOCK
		}
	}
}

// lock waits until nobody else holds a lock on the file. Closing it unlocks.
func lock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			return err
		}
	}
}
