package disk

import (
	"errors"
	"os"
	"syscall"
)

// roomy says that room makes a log's Sync cheaper here.
const roomy = true

// datasync waits for what is needed to read the file's content back: not for
// its times, and for its length only if that has changed.
func datasync(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		for failed = syscall.EINTR; failed == syscall.EINTR; {
			failed = syscall.Fdatasync(int(fd))
		}
	})
	return errors.Join(err, os.NewSyscallError("fdatasync", failed))
}
