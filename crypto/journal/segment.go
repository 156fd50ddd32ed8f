package journal

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

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
}

// segment is one file that is being written.
type segment struct {
	name    string
	file    file
	chain   *chain
	size    int64 // bytes
	created time.Time
}

// stamp is what every clear part begins with.
type stamp struct {
	Event string `json:"event"`
	Time  int64  `json:"time_ms"` // Unix
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
		s.file.Close()
		return nil, err
	}
	return s, nil
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
