package streams

import (
	"errors"
	"io"
	"math"

	"coatcheck/proxy/wire"
)

// Options say how an answer is restored. The zero values of the limits
// stand for the defaults named beside them.
type Options struct {
	Route     *wire.Route // nil where nothing is known of the route
	MediaType string      // the answer's Content-Type, as it came
	Status    int         // the answer's status: nothing is read of a part of a document (206)
	NewLane   func() Lane // makes the lane of one text; required
	Out       io.Writer   // each Write gets whole events, and is worth a flush; required

	// Strict streams pass nothing that no lane could look at: they end with
	// [ErrUnread] before it. Others pass it as it is and count it.
	Strict bool

	MaxEvent  int   // bytes of one event or line; larger ones are not read (8 MiB)
	MaxBody   int64 // bytes of a JSON document; a larger one is not read (64 MiB)
	MaxHeld   int   // bytes of events that wait for the end of a token (8 MiB)
	MaxQueued int   // events that wait (1,024)
}

var (
	// ErrClosed says that a stream has ended.
	ErrClosed = errors.New("stream is closed")
	// ErrUnread says that a strict stream ended before something that cannot
	// be read.
	ErrUnread = errors.New("a part of the answer cannot be read")
)

// Stream restores one answer while it arrives. It takes the provider's bytes
// in any cut and writes the client's: the same bytes but for the edits of the
// lanes. Whole events leave in their order, as soon as no text in them is
// undecided. A Stream is used by one goroutine.
type Stream struct {
	o       Options
	framing framing
	head    []byte // what came before the framing was known

	survey   survey
	channels map[string]*channel
	whole    channel // for texts that stand alone
	spare    *event  // for the next event, if the last one did not have to wait

	queue []*event // events that wait, and those behind them
	held  int      // bytes of them
	out   []byte   // what leaves at the end of this call
	err   error

	events int // so far: events, lines or documents
	unread int // see [Stream.Unread]
}

// framing cuts an answer into events.
type framing interface {
	write(p []byte)
	// close takes what is left when the provider has ended in order.
	close()
	// rest returns what is left when it has not.
	rest() []byte
	// held returns the bytes that are kept for what is not whole yet.
	held() int
}

// maxChannels bounds the texts that are open at once.
const maxChannels = 1024

// New returns a stream. See [Stream].
func New(o Options) *Stream {
	o.MaxEvent = min(or(o.MaxEvent, 8<<20), math.MaxInt32)
	o.MaxBody = min(or(o.MaxBody, 64<<20), math.MaxInt32)
	o.MaxHeld = or(o.MaxHeld, 8<<20)
	o.MaxQueued = or(o.MaxQueued, 1024)
	s := &Stream{o: o, channels: map[string]*channel{}}
	s.whole.newLane = o.NewLane
	s.survey.route = o.Route
	s.survey.see = s.survey.visit
	return s
}

func or[N int | int64](n, standard N) N {
	if n <= 0 {
		return standard
	}
	return n
}

// Write takes the provider's next bytes and writes what is decided to Out, at
// most once. It returns Out's error, [ErrUnread] or [ErrClosed].
func (s *Stream) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	s.feed(p)
	if err := s.flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close says that the provider has ended in order. All that is left is decided
// and written.
func (s *Stream) Close() error {
	if s.err != nil {
		return s.err
	}
	if s.framing == nil {
		s.choose(true)
	}
	s.framing.close()
	s.closeAll()
	err := s.flush()
	s.err = ErrClosed
	return err
}

// Abort says that the provider broke off. All that came is written: whole
// events decided as far as they go, the bytes of one that is not whole as they
// are, unless the stream is strict. Nothing is made up for what did not come.
func (s *Stream) Abort() error {
	if s.err != nil {
		return s.err
	}
	s.closeAll()
	if !s.o.Strict {
		s.out = append(s.out, s.head...)
		if s.framing != nil {
			s.out = append(s.out, s.framing.rest()...)
		}
	}
	err := s.flush()
	s.err = ErrClosed
	return err
}

// Held returns how many bytes of the answer are kept at present: what is not
// whole yet, and what waits. Copies and the texts of lanes are not counted.
func (s *Stream) Held() int64 {
	n := cap(s.head) + s.held
	if s.framing != nil {
		n += s.framing.held()
	}
	return int64(n)
}

// Unread returns how many bodies, events and texts have passed that nothing
// could look at: of an unknown type or charset, too large or too deep.
func (s *Stream) Unread() int { return s.unread }

func (s *Stream) feed(p []byte) {
	if s.framing != nil {
		s.framing.write(p)
		return
	}
	s.head = append(s.head, p...)
	s.choose(false)
}

func (s *Stream) flush() error {
	if len(s.out) == 0 {
		return s.err
	}
	if _, err := s.o.Out.Write(s.out); err != nil {
		s.err = err
	}
	s.out = s.out[:0]
	if cap(s.out) > 1<<20 {
		s.out = nil
	}
	return s.err
}

// unseen notes that what comes next leaves without a look. It is the last
// thing that a strict stream does.
func (s *Stream) unseen() {
	s.unread++
	if s.o.Strict && s.err == nil {
		s.err = ErrUnread
	}
}

// text returns the text with a key, anew if there is none. The key is not kept.
func (s *Stream) text(key []byte, m medium) *channel {
	c := s.channels[string(key)]
	if c == nil {
		if len(s.channels) >= maxChannels {
			s.closeAll()
		}
		c = &channel{newLane: s.o.NewLane, medium: m}
		s.channels[string(key)] = c
	}
	return c
}

// alone gives an event a text that no other event continues.
func (s *Stream) alone(m medium, values bool, ev *event, start, end int) {
	if m != inJSON {
		s.checkWidth(ev.raw[start:end])
	}
	s.whole.medium, s.whole.values = m, values
	s.whole.put(ev, start, end)
	s.whole.close()
}

// closeAll ends all texts.
func (s *Stream) closeAll() {
	s.closeGroup(nil)
	s.drain()
}

// closeGroup ends the texts whose keys begin so, and forgets them.
func (s *Stream) closeGroup(prefix []byte) {
	for key, c := range s.channels {
		if len(key) >= len(prefix) && key[:len(prefix)] == string(prefix) {
			c.close()
			delete(s.channels, key)
		}
	}
}
