package token

import (
	"fmt"
	"strings"

	"coatcheck/redact/plain"
)

// Counts says what a [Restorer] met.
type Counts struct {
	Restored int // tokens replaced by their value
	Unknown  int // well-formed tokens that are not live
	Guarded  int // live tokens that the guard left as they are
}

// Restorer turns one lane of text, in whatever pieces it comes, into edits: the
// places where a value takes a token's place. It is not safe for concurrent use.
//
// For every way to cut a text the edits are the same. A piece is held back only
// while it can still become a live token, or while the guard needs to see what
// follows one: at most 103 bytes, and the look-ahead of the guard. Where the guard
// refuses, it waits as long as the text is one of the client's own passages; see
// [Live.Own].
//
// Restored values are never read for tokens, and the text is not kept beyond
// what is undecided.
type Restorer struct {
	live    *Live
	track   track
	passage passage

	held    string // text pushed and not decided
	offset  int    // of held in all text pushed
	before  byte   // the byte before held
	pending *match // a token at the start of held that waits for the guard
	closed  bool

	edits  []edit
	next   int
	counts Counts
	census census
}

type edit struct {
	start, end int
	with       plain.Text
}

// NewRestorer returns the restorer of one lane. Without a live token everything
// is decided as it is pushed. A nil guard allows every place.
func NewRestorer(l *Live, g Guard) *Restorer {
	return &Restorer{live: l, track: newTrack(g), passage: passage{followed: l.Len() > 0 && len(l.own.passages) > 0}}
}

// Push takes the next piece of the lane's text. It must not follow Close.
func (r *Restorer) Push(text string) {
	if r.live.Len() == 0 {
		r.census.read(text)
		r.offset += len(text)
		return
	}
	if r.held != "" {
		text = r.held + text
	}
	r.held = r.advance(text)
}

// Close says that no text follows: everything is decided.
func (r *Restorer) Close() {
	if r.closed {
		return
	}
	r.closed = true
	if r.held != "" {
		r.held = r.advance(r.held)
	}
	r.passage.end(r.track.clean())
}

// Decided returns how many bytes of all text pushed are final, counted from the
// start: no edit that [Restorer.Next] has yet to learn of begins before them.
func (r *Restorer) Decided() int { return r.offset }

// Next returns the next final edit: with takes the place of the bytes from start
// to end of all text pushed. Edits come in order and never overlap.
func (r *Restorer) Next() (start, end int, with string, ok bool) {
	if r.next == len(r.edits) {
		r.edits, r.next = r.edits[:0], 0
		return 0, 0, "", false
	}
	e := r.edits[r.next]
	r.edits[r.next] = edit{}
	r.next++
	return e.start, e.end, e.with.Reveal(plain.Access{}), true
}

// Counts returns the counts so far.
func (r *Restorer) Counts() Counts {
	c := r.counts
	c.Unknown = r.census.tokens
	return c
}

// Format writes the counts, whatever the verb: a restorer holds private text.
func (r *Restorer) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "restorer %+v", r.Counts()) }

// advance decides as much of s as can be decided and returns the rest.
func (r *Restorer) advance(s string) (rest string) {
	from := 0 // s[:from] is decided
	pass := func(to int) {
		r.census.read(s[from:to])
		r.write(s[from:to])
		from = to
	}
	at := 0
	for {
		m, v := r.find(s, &at)
		switch {
		case v == miss:
			pass(len(s))
			return r.keep(s, from)
		case v == wait:
			pass(at)
			return r.keep(s, from)
		}
		pass(m.Start)
		value := r.live.values[m.name].Reveal(plain.Access{}) + m.suffix
		after := s[m.End:min(len(s), m.End+maxLookAhead)]
		ok, settled := true, true
		if !r.live.lexicon.literal(m.name) || r.track.joined() {
			ok, settled = r.track.allow(value, after, r.closed)
		}
		if settled && !ok {
			ok, settled = r.owned(m, value, s[m.End:])
		}
		if !settled {
			r.pending = &match{Range{0, m.End - m.Start}, m.name, m.suffix}
			return r.keep(s, from)
		}
		r.census.skip()
		r.settle(s, m, value, ok)
		from, at = m.End, m.End
	}
}

// settle puts value in the place of the token m of s, or leaves the token.
func (r *Restorer) settle(s string, m match, value string, ok bool) {
	r.passage.add(r.live.lexicon.exact(m))
	switch {
	case !ok && r.passage.into != nil: // the client's own text, which had the value
		r.passage.refused = append(r.passage.refused, m.name)
		r.track.restored(value)
		return
	case !ok:
		r.counts.Guarded++
		r.track.write(s[m.Start:m.End])
		return
	}
	r.counts.Restored++
	r.edits = append(r.edits, edit{r.offset + m.Start, r.offset + m.End, plain.New(value)})
	if r.live.lexicon.literal(m.name) {
		r.track.write(value)
		return
	}
	r.track.restored(value)
}

// find returns the first token at or behind *at, and moves *at to where it
// begins or may begin.
func (r *Restorer) find(s string, at *int) (match, verdict) {
	if r.pending != nil {
		m := *r.pending
		r.pending = nil
		return m, hit
	}
	l := &r.live.lexicon
	for *at = l.next(s, *at, r.before); *at < len(s); *at = l.next(s, *at+1, r.before) {
		if m, v := l.match(s, *at, r.before, r.closed); v != miss {
			return m, v
		}
	}
	return match{}, miss
}

// keep makes s[from:] the held text. The copy lets go of the piece it was part of.
func (r *Restorer) keep(s string, from int) string {
	if from > 0 {
		r.before = s[from-1]
	}
	r.offset += from
	if from == 0 {
		return s
	}
	return strings.Clone(s[from:])
}

// A census counts the tokens in their exact form that pass through unrestored.
type census struct {
	tokens int
	label  int // letters read behind a bracket
	id     int // symbols read behind the underscore
	state  censusState
}

type censusState uint8

const (
	censusText censusState = iota
	censusLabel
	censusID
)

// skip forgets what was begun: a token that is counted elsewhere comes.
func (c *census) skip() { c.state = censusText }

func (c *census) read(s string) {
	for i := 0; i < len(s); i++ {
		if c.state == censusText {
			open := strings.IndexByte(s[i:], '[')
			if open < 0 {
				return
			}
			i += open
			c.state, c.label, c.id = censusLabel, 0, 0
			continue
		}
		switch b := s[i]; {
		case b == '[':
			c.state, c.label, c.id = censusLabel, 0, 0
		case c.state == censusLabel && 'A' <= b && b <= 'Z' && c.label < maxLabel:
			c.label++
		case c.state == censusLabel && b == '_' && c.label >= minLabel:
			c.state = censusID
		case c.state == censusID && c.id < idLen && isSymbol(b):
			c.id++
		case c.state == censusID && b == ']' && c.id == idLen:
			c.tokens++
			c.state = censusText
		default:
			c.state = censusText
		}
	}
}
