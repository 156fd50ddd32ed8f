package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

const (
	minRoom = 64 << 10 // bytes
	maxRoom = 4 << 20
)

// Log is a private file that grows, is locked while it is open, and is made
// durable again and again. It is safe for concurrent use.
//
// On Linux it is ahead of what it holds: behind its content lies room, zeros
// that are on the medium already. What is written there changes no length and
// no list of blocks, so that Sync waits for the content alone, and nothing that
// is written waits for a Sync. Close cuts the room off; a file whose process
// was killed, or that is still open, ends in zeros. See [Length].
type Log struct {
	file *os.File

	mu   sync.Mutex
	end  int64 // of what was written, in bytes
	room int64 // end of the zeros behind it

	syncing sync.Mutex
	failed  error // of the first Sync that did
}

// Append makes a log. A file that exists is fs.ErrExist.
func Append(path string) (*Log, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|noFollow, fileMode)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Log{file: f}, nil
}

// Write appends b. It is handed to the system when Write returns.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.file.WriteAt(b, l.end)
	l.end += int64(n)
	l.room = max(l.room, l.end)
	return n, err
}

// Sync waits until all that was written is on the medium. After a failure it
// fails for ever: the system may have dropped what it could not write, and
// report success the second time.
func (l *Log) Sync() error {
	l.syncing.Lock()
	defer l.syncing.Unlock()
	if l.failed == nil {
		l.reserve()
		l.failed = datasync(l.file)
	}
	return l.failed
}

// reserve makes room for as much as the file holds, once half of that is used
// up. It is no fault if there is none: the next Write or Sync will tell.
func (l *Log) reserve() {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := min(max(l.end, minRoom), maxRoom)
	if !roomy || l.room-l.end >= size/2 {
		return
	}
	zeros := make([]byte, minRoom)
	for to := l.end + size; l.room < to; {
		n, err := l.file.WriteAt(zeros[:min(minRoom, to-l.room)], l.room)
		l.room += int64(n)
		if err != nil {
			return
		}
	}
}

// Name returns the path that the log was made with.
func (l *Log) Name() string { return l.file.Name() }

// Kept returns nil while the log has the name that it was made with. One that
// was removed or replaced, itself or a folder above it, is fs.ErrNotExist: what
// is written to it reaches nobody.
func (l *Log) Kept() error {
	named, err := os.Lstat(l.Name())
	if err != nil {
		return err
	}
	info, err := l.file.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(named, info) {
		return fmt.Errorf("%s is not the file that it was: %w", l.Name(), fs.ErrNotExist)
	}
	return nil
}

// Close cuts the room off and gives the lock back. It waits for no medium.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var err error
	if l.room > l.end {
		err = l.file.Truncate(l.end)
	}
	return errors.Join(err, l.file.Close())
}

// Length returns where the last byte of a log's first size bytes lies that is
// not zero: its content ends there or, if it may end in zeros, later.
func Length(log io.ReaderAt, size int64) (int64, error) {
	buf := make([]byte, minRoom)
	for size > 0 {
		b := buf[:min(size, minRoom)]
		size -= int64(len(b))
		n, err := log.ReadAt(b, size)
		if err != nil && !errors.Is(err, io.EOF) { // it may be cut to its length meanwhile
			return 0, err
		}
		if b = bytes.TrimRight(b[:n], "\x00"); len(b) > 0 {
			return size + int64(len(b)), nil
		}
	}
	return 0, nil
}
