package streams

import (
	"bytes"
	"slices"

	"coatcheck/proxy/wire/rawjson"
)

// medium is what a channel's raw bytes stand in.
type medium uint8

const (
	inJSON  medium = iota // between the quotes of JSON strings
	inLines               // in data: lines of a server-sent event
	inPlain               // in a body that is all text
)

// channel is one text that arrives in pieces, in one event after another. It
// gives what a reader sees of it to its lanes and puts their edits into the
// events that hold the pieces.
//
// Positions in a channel count raw bytes, as spelled, of all its pieces.
type channel struct {
	newLane func() Lane
	medium  medium
	values  bool // the text is JSON for a program: each of its strings is a text of its own

	read   rawjson.Decoder
	tracks [rawjson.MaxNested + 1]track // by level; only the first unless values
	pieces []piece                      // not decided yet
	size   int                          // raw bytes so far
	seen   int                          // raw bytes that the tracks have seen
	last   []byte                       // how the newest piece begins, for streams that repeat it
	length int                          // and how long it was
	spoke  int                          // the number of the newest event with a piece
}

// piece is where in an event a stretch of a channel stands.
type piece struct {
	ev    *event
	at    int // in the channel
	raw   int // in the event
	size  int
	style rawjson.Style // how it spells characters, once that was asked
	asked bool          // it was
}

// styled returns how the piece spells characters outside ASCII.
func (p *piece) styled() rawjson.Style {
	if !p.asked {
		p.asked, p.style = true, rawjson.StyleOf(string(p.ev.raw[p.raw:p.raw+p.size]))
	}
	return p.style
}

// put appends ev.raw[start:end] to the channel and settles what it can. The
// event waits until the piece is decided.
func (c *channel) put(ev *event, start, end int) {
	if !c.tracks[0].open() {
		c.tracks[0].begin(c.newLane())
		c.read.Reset(c)
	}
	c.pieces = append(c.pieces, piece{ev: ev, at: c.size, raw: start, size: end - start})
	ev.waiting++
	raw := ev.raw[start:end]
	switch c.medium {
	case inJSON:
		c.feed(raw, `\`, unescape)
	case inLines:
		c.feed(raw, "\r\n", unfold)
	case inPlain:
		c.read.Feed(raw, c.size, len(raw))
	}
	c.size += len(raw)
	c.settle()
}

// feed reads raw bytes that stand for themselves but for those that begin with
// one of the marks: decode gives the text that these spell, and their width.
func (c *channel) feed(raw []byte, marks string, decode func(raw []byte) (text []byte, width int)) {
	for at := c.size; len(raw) > 0; {
		n := bytes.IndexAny(raw, marks)
		if n < 0 {
			n = len(raw)
		}
		text := raw[:n]
		if n == 0 {
			text, n = decode(raw)
		}
		c.read.Feed(text, at, n)
		raw, at = raw[n:], at+n
	}
}

// unescape decodes the escape that raw begins with.
func unescape(raw []byte) (text []byte, width int) {
	return rawjson.AppendUnescaped(nil, string(raw[:min(len(raw), len(`\ud83d\ude00`))]))
}

// close decides all that the channel holds. More text may follow: it begins
// anew then.
func (c *channel) close() {
	for level := range c.tracks {
		if t := &c.tracks[level]; t.open() {
			t.close(c)
		}
	}
	for _, p := range c.pieces {
		p.ev.waiting--
	}
	c.pieces = c.pieces[:0]
	c.size, c.seen = 0, 0
}

// settle takes what the lanes have decided.
func (c *channel) settle() {
	decided := c.seen
	for level := range c.tracks {
		t := &c.tracks[level]
		if !t.open() {
			continue
		}
		t.settle(c)
		if src, waiting := t.waits(); waiting {
			decided = min(decided, src)
		}
	}
	done := 0
	for done < len(c.pieces) && c.pieces[done].at+c.pieces[done].size <= decided {
		c.pieces[done].ev.waiting--
		done++
	}
	c.pieces = slices.Delete(c.pieces, 0, done)
}

// waits reports whether an event waits for this channel.
func (c *channel) waits() bool { return len(c.pieces) > 0 }

// Text implements [rawjson.Sink].
func (c *channel) Text(level int, b []byte, src, width int) {
	depth := level
	if c.medium == inJSON {
		depth++
	}
	if !c.values {
		level = 0
	}
	c.tracks[level].write(b, src, width, depth)
	c.seen = src + width
}

// Begin implements [rawjson.Sink].
func (c *channel) Begin(level int) {
	if c.values {
		c.tracks[level].begin(c.newLane())
	}
}

// End implements [rawjson.Sink].
func (c *channel) End(level int) {
	if c.values {
		c.tracks[level].close(c)
	}
}

// place implements [placer]: the first piece that the edit touches gets all of
// the new text, the others only lose theirs.
func (c *channel) place(from, to int, with string, depth int) {
	for i := range c.pieces {
		p := &c.pieces[i]
		start, end := max(from, p.at), min(to, p.at+p.size)
		if start >= end {
			continue
		}
		e := edit{start: p.raw + start - p.at, end: p.raw + end - p.at}
		if start == from {
			e.with = c.spell(p, with, depth)
		}
		if c.medium == inLines {
			e.with = afterColon(p.ev.raw, e)
		}
		p.ev.edits = append(p.ev.edits, e)
	}
}

// spell returns text as it is spelled in a piece, in depth strings.
func (c *channel) spell(p *piece, text string, depth int) []byte {
	for ; depth > 1; depth-- {
		text = string(rawjson.AppendEscaped(nil, text, rawjson.UTF8))
	}
	switch {
	case c.medium == inJSON:
		return rawjson.AppendEscaped(nil, text, p.styled())
	case depth == 1:
		return rawjson.AppendEscaped(nil, text, rawjson.UTF8)
	case c.medium == inLines:
		return fold(p.ev.raw, text)
	}
	return []byte(text)
}
