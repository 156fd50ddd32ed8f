//go:build unix

package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// noFollow refuses a link in the place of the file, and does not wait for the
// other end of a named pipe.
const noFollow = syscall.O_NOFOLLOW | noWait

const noWait = syscall.O_NONBLOCK

func isLink(err error) bool { return errors.Is(err, syscall.ELOOP) }

// check refuses what others may read or write, and what is not ours.
func check(path string, info fs.FileInfo, mode fs.FileMode) error {
	if wide := info.Mode().Perm() &^ mode; wide != 0 {
		return fmt.Errorf("%w: %s has mode %04o; it needs %04o: chmod %o %s",
			ErrUnsafe, path, info.Mode().Perm(), mode, mode, path)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%w: the owner of %s is unknown", ErrUnsafe, path)
	}
	if uid := os.Geteuid(); int(stat.Uid) != uid {
		return fmt.Errorf("%w: %s belongs to user %d; this process runs as user %d",
			ErrUnsafe, path, stat.Uid, uid)
	}
	return nil
}

// Sync makes the names in a folder durable.
func Sync(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
