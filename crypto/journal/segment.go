package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"coatcheck/crypto/disk"
	"coatcheck/crypto/keys"
)

const (
	suffix     = ".alog"
	nameLayout = "20060102T150405Z"
)

// file is what a segment is written to.
type file interface {
	io.WriteCloser
	Sync() error
	Kept() error    // nil while it is found by its name
	Discard() error // closes and removes it
}

// folder makes files on the disk.
type folder string

func (d folder) create(name string) (file, error) {
	// A folder that is gone is not made again: where a volume was, its records
	// would go to the medium below it.
	if err := disk.CheckDir(string(d)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("the log folder is gone; it goes on when it is there again, with mode 0700: %w", err)
		}
		return nil, err
	}
	f, err := disk.Append(filepath.Join(string(d), name))
	if err != nil {
		return nil, err
	}
	// A file whose name is lost in a power cut is lost too.
	if err := disk.Sync(string(d)); err != nil {
		return nil, errors.Join(err, stored{f}.Discard())
	}
	return stored{f}, nil
}

// stored is a file in a folder.
type stored struct{ *disk.Log }

// Discard implements file.
func (f stored) Discard() error { return errors.Join(f.Close(), os.Remove(f.Name())) }

// segment is one file that is being written, or was.
type segment struct {
	name    string
	file    file
	chain   *chain
	size    int64 // bytes
	created time.Time
	gap     *Gap   // that it goes on from, if any
	told    []told // in gap frames that were not on the medium when the last was written

	durable point   // up to which all is on the medium
	flight  *flight // the fsync under way, if any
	err     error   // once set, nothing more is written
	reason  string  // of err
}

// point is a place between two frames.
type point struct {
	frames uint64 // before it
	head   [sha256.Size]byte
}

// point is where the next frame goes.
func (s *segment) point() point { return point{s.chain.seq, s.chain.head} }

// stamp is what every clear part begins with.
type stamp struct {
	Event string `json:"event"`
	Time  int64  `json:"time_ms"` // Unix
}

// stamped returns a clear part behind its event and time.
func stamped(event string, now time.Time, clearPart any) ([]byte, error) {
	head, err := json.Marshal(stamp{event, now.UnixMilli()})
	if err != nil {
		return nil, err
	}
	tail, err := json.Marshal(clearPart)
	if err != nil {
		return nil, err
	}
	// Both are objects with members: {a}{b} becomes {a,b}.
	head[len(head)-1] = ','
	return append(head, tail[1:]...), nil
}

// origin says what a new segment goes on from; zero for the first.
type origin struct {
	file string
	head []byte
}

// newSegment makes a file and writes its header, without waiting for the medium.
func newSegment(o Options, from origin, create func(name string) (file, error)) (*segment, error) {
	now := o.Now().UTC()
	h := &header{
		Version: version, FileID: fmt.Sprintf("%x", random(16)), Stream: o.Stream,
		Created: now.Format("2006-01-02T15:04:05.000Z07:00"), Profile: profile,
		PrevFile: from.file, PrevHead: hex.EncodeToString(from.head), Epoch: epoch,
	}
	seed := random(seedSize)
	defer clear(seed)
	if err := h.wrap(seed, o.Auditors); err != nil {
		return nil, err
	}
	raw, err := h.encode()
	if err != nil {
		return nil, err
	}
	s := &segment{name: o.Stream + "-" + now.Format(nameLayout) + "-" + h.FileID + suffix, created: now}
	if s.chain, err = newChain(raw, seed); err != nil {
		return nil, err
	}
	if s.file, err = create(s.name); err != nil {
		return nil, err
	}
	if err := s.write(raw); err != nil {
		return nil, errors.Join(err, s.file.Discard())
	}
	return s, nil
}

// start makes the next file. It is on the medium, name and all, before any
// record is written to it; if that fails nothing of it stays.
func start(o Options, create func(name string) (file, error), from origin, gap *Gap) (*segment, error) {
	s, err := newSegment(o, from, create)
	if err != nil {
		return nil, err
	}
	err = s.configure(o)
	if err == nil && gap != nil {
		err = s.note(gap, s.created)
	}
	if err == nil {
		err = s.sync()
	}
	if err != nil {
		return nil, errors.Join(err, s.file.Discard())
	}
	return s, nil
}

// sync makes all that was written durable.
func (s *segment) sync() error {
	err := s.file.Sync()
	if err == nil {
		err = s.file.Kept()
	}
	if err == nil {
		s.durable = s.point()
	}
	return err
}

// append seals a frame and writes it.
func (s *segment) append(k kind, clearPart, secret []byte) error {
	frame, err := s.chain.seal(k, clearPart, secret)
	if err != nil {
		return err
	}
	return s.write(frame)
}

func (s *segment) write(b []byte) error {
	n, err := s.file.Write(b)
	s.size += int64(n)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// mark appends a frame that has nothing secret.
func (s *segment) mark(event string, now time.Time) error {
	clearPart, err := json.Marshal(stamp{event, now.UnixMilli()})
	if err != nil {
		return err
	}
	return s.append(kindData, clearPart, nil)
}

// configure appends the frame that says what the file is written under.
func (s *segment) configure(o Options) error {
	clearPart, err := json.Marshal(struct {
		stamp
		Config
	}{stamp{eventConfig, s.created.UnixMilli()}, Config{o.Version, o.Digest, ids(o.Auditors)}})
	if err != nil {
		return err
	}
	return s.append(kindConfig, clearPart, nil)
}

func ids(auditors []*keys.AuditorPublic) []string {
	list := make([]string, len(auditors))
	for i, a := range auditors {
		list[i] = a.ID()
	}
	return list
}

// random returns n random bytes. crypto/rand does not fail: it ends the process.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
