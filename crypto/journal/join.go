package journal

import (
	"cmp"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"coatcheck/crypto/keys"
)

// source is a file that is being merged, with its next record.
type source struct {
	*reader
	file *input
	rec  record
	open unclosed
}

// unclosed are exchanges without a close, by id. A file that is rotated hands
// them to the file that goes on from it.
type unclosed map[string]*Entry

type merge struct {
	dir      string
	all      []string // files
	names    []string // of these, not opened yet
	auditors []*keys.AuditorPrivate
	yield    func(Entry, error) bool
	stopped  bool // the caller has seen enough

	active []*source
	parked map[string]*source  // by the file that has to end first
	heads  map[string]string   // of files that were read to their end, by name
	handed map[string]unclosed // by files that others go on from, by name
	torn   map[string]int64    // bytes of the torn ends that gaps explain, by file
	next   map[string][]string // files that say that they go on from one, by its name
}

func (m *merge) run() {
	m.next = successors(m.dir, m.names)
	for !m.stopped {
		s := m.oldest()
		if len(m.names) > 0 && (s == nil || !began(m.names[0]).After(s.rec.time)) {
			name := m.names[0]
			m.names = m.names[1:]
			m.open(name)
			continue
		}
		if s == nil {
			break
		}
		m.take(s)
		m.advance(s)
	}
	for _, s := range m.parked { // files that name each other in a circle
		m.fault(s.fault(ErrTampered))
	}
	for _, open := range m.handed { // the files that went on from these are missing
		m.flush(open)
	}
}

// oldest returns the source whose record comes next.
func (m *merge) oldest() *source {
	if len(m.active) == 0 {
		return nil
	}
	return slices.MinFunc(m.active, func(a, b *source) int { return a.rec.time.Compare(b.rec.time) })
}

// open opens a file and lets it take part, unless the one before it has not ended.
func (m *merge) open(name string) {
	s, err := m.source(name)
	if err != nil {
		// A file that is gone since the folder was listed may be one that a
		// writer could not begin.
		if !errors.Is(err, fs.ErrNotExist) {
			m.fault(err)
		}
		m.release(name)
		return
	}
	s.gap = m.gapAfter(name)
	prev := s.header.PrevFile
	if m.parked[prev] == nil && m.unended(prev) {
		m.parked[prev] = s
		return
	}
	m.start(s)
}

// source opens a file and reads its header.
func (m *merge) source(name string) (*source, error) {
	f, err := openFile(m.dir, name)
	if err != nil {
		return nil, &FileError{File: name, Err: err}
	}
	r, err := newReader(name, f, f.size, m.auditors)
	if err != nil {
		f.Close()
		return nil, err
	}
	r.zeros, r.room, r.written = f.zeros, f.room, f.written
	return &source{reader: r, file: f, open: unclosed{}}, nil
}

// unended reports whether a file has records left to hand on. Files that began
// in the same second may come in any order.
func (m *merge) unended(name string) bool {
	for _, s := range m.parked {
		if s.name == name {
			return true
		}
	}
	return slices.Contains(m.names, name) ||
		slices.ContainsFunc(m.active, func(s *source) bool { return s.name == name })
}

// release starts the file that waited for the end of another one.
func (m *merge) release(name string) {
	if next := m.parked[name]; next != nil {
		delete(m.parked, name)
		m.start(next)
	}
}

// start takes over what the file before left open, and reads the first record.
func (m *merge) start(s *source) {
	prev := s.header.PrevFile
	if head, read := m.heads[prev]; read && head != s.header.PrevHead {
		m.fault(s.fault(ErrTampered)) // frames are missing between the two
	}
	if open := m.handed[prev]; open != nil {
		delete(m.handed, prev)
		s.open = open
	}
	m.active = append(m.active, s)
	m.advance(s)
}

// advance reads the next record of a source, and ends it after the last.
func (m *merge) advance(s *source) {
	rec, err := s.next()
	if err == nil {
		s.rec = rec
		return
	}
	s.file.Close()
	m.active = slices.DeleteFunc(m.active, func(a *source) bool { return a == s })
	m.ended(s, err)
	if s.last == eventRotate || s.gap != nil {
		m.handed[s.name] = s.open
	} else {
		m.flush(s.open)
	}
	m.release(s.name)
}

// ended judges how a file ends.
func (m *merge) ended(s *source, err error) {
	whole := errors.Is(err, io.EOF)
	switch {
	case s.vouched() && (whole || errors.Is(err, ErrTorn)):
		m.heads[s.name] = hex.EncodeToString(s.safe)
		if !whole {
			m.torn[s.name] = s.size - s.offset
		}
	case s.gap != nil && !s.vouched(): // frames are missing that were there
		m.fault(s.fault(ErrTampered))
	case whole:
		m.heads[s.name] = hex.EncodeToString(s.chain.head[:])
	default:
		m.fault(err)
	}
}

// take hands on what a record completes.
func (m *merge) take(s *source) {
	rec := s.rec
	e := Entry{Time: rec.time, Stream: s.header.Stream, File: s.name}
	switch {
	case rec.open != nil:
		id := rec.open.Clear.Exchange
		e.Exchange = &Exchange{ID: id, Opened: rec.time, Open: rec.open, Unsure: s.gap != nil && rec.seq > s.gap.Last}
		if earlier := s.open[id]; earlier != nil { // an id that was used twice
			m.hand(*earlier)
		}
		s.open[id] = &e
		return
	case rec.close != nil:
		id := rec.close.Clear.Exchange
		if opened := s.open[id]; opened != nil {
			delete(s.open, id)
			e = *opened
		} else {
			e.Exchange = &Exchange{ID: id}
		}
		e.Exchange.Closed, e.Exchange.Close = rec.time, rec.close
	case rec.note != nil:
		e.Event = rec.note
	case rec.config != nil:
		e.Config = rec.config
	case rec.gap != nil && s.gap != nil && rec.seq > s.gap.Last: // the next file tells it again
		return
	case rec.gap != nil:
		e.Gap = rec.gap
		e.Gap.TornBytes = m.torn[rec.gap.File]
		delete(m.torn, rec.gap.File) // told once
		e.Gap.Missing = !slices.Contains(m.all, rec.gap.File)
	default:
		return
	}
	m.hand(e)
}

// flush hands on the exchanges that nobody will close.
func (m *merge) flush(open unclosed) {
	left := make([]*Entry, 0, len(open))
	for _, e := range open {
		left = append(left, e)
	}
	slices.SortFunc(left, func(a, b *Entry) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.Exchange.ID, b.Exchange.ID))
	})
	for _, e := range left {
		m.hand(*e)
	}
}

func (m *merge) hand(e Entry) {
	if !m.stopped && !m.yield(e, nil) {
		m.stopped = true
	}
}

func (m *merge) fault(err error) {
	if !m.stopped && !m.yield(Entry{}, err) {
		m.stopped = true
	}
}
