package journal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"time"

	"coatcheck/crypto/keys"
)

// reader reads one file, frame by frame. It allocates no more than a small
// multiple of the file's size, whatever the file says.
type reader struct {
	name  string
	src   *bufio.Reader
	size  int64 // bytes that may be content, when it was opened: a file may be growing
	zeros int64 // how many of these are zeros at the end: content or room
	room  bool  // more zeros follow: it was not closed
	// written, if set, reports whether the frame at an offset is whole by now.
	written func(offset int64) bool
	offset  int64 // of the next frame
	header  *header
	chain   *chain
	last    string // event of the frame before
	// gap is what the next file says of this one, if it was given up; safe is
	// the head behind the last frame that it vouches for, once that was read.
	gap  *Gap
	safe []byte
	buf  []byte
}

// record is one frame, decoded. At most one of the pointers is set.
type record struct {
	time   time.Time
	event  string
	open   *Open
	close  *Close
	note   *Event
	config *Config
	gap    *Gap
	seq    uint64 // number of the frame
}

// newReader reads the header. Faults are *FileError.
func newReader(name string, src io.Reader, size int64, auditors []*keys.AuditorPrivate) (*reader, error) {
	r := &reader{name: name, src: bufio.NewReader(src), size: size}
	h, raw, err := readHeader(r.src, size)
	if err != nil {
		return nil, r.fault(err)
	}
	seed, err := h.unwrap(auditors)
	if err != nil {
		return nil, r.fault(err)
	}
	defer clear(seed)
	if r.chain, err = newChain(raw, seed); err != nil {
		return nil, r.fault(err)
	}
	r.header, r.offset = h, int64(len(raw))
	return r, nil
}

// next returns the next record that this version knows, or io.EOF after the
// last whole frame, or a *FileError. After an error there is nothing more.
func (r *reader) next() (record, error) {
	for r.offset < r.size-r.zeros {
		frame, err := r.frame()
		if err == ErrTorn && r.written != nil && r.written(r.offset) {
			return record{}, io.EOF // it was being written when the file was opened
		}
		if err != nil {
			return record{}, r.fault(err)
		}
		k, clearPart, secret, err := r.chain.open(frame)
		if err != nil {
			return record{}, r.fault(err)
		}
		r.offset += int64(len(frame))
		if r.gap != nil && r.chain.seq == r.gap.Last+1 {
			r.safe = bytes.Clone(r.chain.head[:])
		}
		if k != kindData && k != kindConfig && k != kindGap {
			continue
		}
		rec, err := decode(clearPart, secret)
		if err != nil {
			return record{}, r.fault(err)
		}
		r.last, rec.seq = rec.event, r.chain.seq-1
		return rec, nil
	}
	return record{}, io.EOF
}

// frame reads the bytes of the next frame and checks its checksum.
func (r *reader) frame() ([]byte, error) {
	left := r.size - r.offset
	if left < frameHead {
		return nil, ErrTorn
	}
	head, err := r.src.Peek(frameHead)
	if err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(head))
	sum := binary.BigEndian.Uint32(head[4:])
	if n > left-frameHead {
		return nil, ErrTorn
	}
	if n < minBody {
		return nil, r.torn(head)
	}
	if int64(cap(r.buf)) < frameHead+n {
		r.buf = make([]byte, frameHead+n)
	}
	r.buf = r.buf[:frameHead+n]
	if _, err := io.ReadFull(r.src, r.buf); err != nil {
		return nil, err
	}
	if crc32.Checksum(r.buf[frameHead:], castagnoli) != sum {
		return nil, r.torn(r.buf)
	}
	return r.buf, nil
}

// vouched reports whether all frames were read that the next file vouches for.
func (r *reader) vouched() bool { return r.gap != nil && r.chain.seq > r.gap.Last }

// torn says what a bad frame is. It is torn when only zeros follow it, as a
// crash or a power cut leaves the end of a file; after a failed fsync, whatever
// follows. In a power cut the medium may also keep later blocks of what was on
// its way and not earlier ones: then the frame has a hole, the file was not
// closed, and the end is near. Else somebody wrote after it.
func (r *reader) torn(frame []byte) error {
	if r.vouched() {
		return ErrTorn
	}
	if r.room && r.size-r.offset <= maxFlight && holed(frame, r.offset) {
		return ErrTorn
	}
	for {
		b, err := r.src.ReadByte()
		if errors.Is(err, io.EOF) {
			return ErrTorn
		}
		if err != nil {
			return err
		}
		if b != 0 {
			return ErrTampered
		}
	}
}

const (
	// maxFlight is how much can be written and not on the medium yet, in bytes:
	// a large record of each of some ten callers.
	maxFlight = 16 << 20
	block     = 512 // bytes that a medium writes as one, at least
)

// holed reports whether one of the blocks that a frame lies in is zero.
func holed(frame []byte, offset int64) bool {
	for len(frame) > 0 {
		n := min(int64(len(frame)), block-offset%block)
		if zero(frame[:n]) {
			return true
		}
		frame, offset = frame[n:], offset+n
	}
	return false
}

func zero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }

func (r *reader) fault(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = ErrTorn // the file shrank while it was read
	}
	return &FileError{File: r.name, Offset: r.offset, Err: err}
}

// decode reads the parts of a frame that its key has shown to be genuine.
func decode(clearPart, secret []byte) (record, error) {
	var s stamp
	if err := json.Unmarshal(clearPart, &s); err != nil {
		return record{}, ErrFormat
	}
	rec := record{time: time.UnixMilli(s.Time).UTC(), event: s.Event}
	var clearTo, secretTo any
	switch s.Event {
	case eventOpen:
		rec.open = new(Open)
		clearTo, secretTo = &rec.open.Clear, &rec.open.Secret
	case eventClose:
		rec.close = new(Close)
		clearTo, secretTo = &rec.close.Clear, &rec.close.Secret
	case eventNote:
		rec.note = new(Event)
		clearTo, secretTo = &rec.note.Clear, &rec.note.Secret
	case eventConfig:
		rec.config = new(Config)
		clearTo = rec.config
	case eventGap:
		rec.gap = new(Gap)
		clearTo = rec.gap
	}
	if clearTo != nil && json.Unmarshal(clearPart, clearTo) != nil {
		return record{}, ErrFormat
	}
	if secretTo != nil && json.Unmarshal(secret, secretTo) != nil {
		return record{}, ErrFormat
	}
	return rec, nil
}
