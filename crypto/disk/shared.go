package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// ErrNoFile is what reading something that is no regular file wraps: a folder, a
// device, a named pipe.
var ErrNoFile = errors.New("not a regular file")

// ReadShared returns what a file holds that need not be private and may be a
// link: most bytes at the most. It does not wait for the other end of a named
// pipe, and a device without an end is none of its files.
func ReadShared(path string, most int64) ([]byte, error) {
	f, err := OpenShared(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: %w", path, ErrNoFile)
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, most)
	}
	return data, err
}

// OpenShared opens a file or folder as [ReadShared] does.
func OpenShared(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = fmt.Errorf("%s: %w", path, ErrNoFile)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Patient reads what lies on media that may not answer, such as a network file
// system whose server is gone: the caller goes on when its context ends. Of each
// path one reading is under way at most, so that asking again and again piles
// nothing up. It is safe for concurrent use.
type Patient struct {
	read    func(path string) ([]byte, error)
	mu      sync.Mutex
	running map[string]*reading
}

// NewPatient returns a Patient that reads a path by read.
func NewPatient(read func(path string) ([]byte, error)) *Patient {
	return &Patient{read: read, running: map[string]*reading{}}
}

// reading is one look at a path; data and err are set once done is closed.
type reading struct {
	done chan struct{}
	data []byte
	err  error
}

// Read reads a path until ctx ends, and then is an error.
func (p *Patient) Read(ctx context.Context, path string) ([]byte, error) {
	r := p.start(path)
	select {
	case <-r.done:
		return r.data, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%s cannot be read: its medium does not answer: %w", path, ctx.Err())
	}
}

// start begins a reading, or joins the one that is under way.
func (p *Patient) start(path string) *reading {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.running[path]; r != nil {
		return r
	}
	r := &reading{done: make(chan struct{})}
	p.running[path] = r
	go func() {
		r.data, r.err = p.read(path)
		p.mu.Lock()
		delete(p.running, path)
		p.mu.Unlock()
		close(r.done)
	}()
	return r
}
