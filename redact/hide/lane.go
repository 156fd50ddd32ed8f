package hide

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"coatcheck/redact"
	"coatcheck/rules"
)

const (
	// before is how much text in front of what is undecided is scanned with it,
	// in bytes: the words there are context.
	before = 256
	// MaxHeld is how much text may wait until it can be decided, in bytes: a key
	// block. What is longer is decided as it stands.
	MaxHeld = 16 << 10
)

// unreadable stands for text that could not be scanned.
const unreadable = "[HIDDEN]"

// Lane finds what to hide in one text that arrives in pieces. A value becomes
// its label in brackets, as [EMAIL]: without an id, because the same value in
// the next request must get no token that tells the model it guessed right.
//
// Held back is what may still grow into a value: the last word, a group of
// numbers, a key block that has begun (see [settled]). Rules that need words
// behind a value to be sure do not have them here.
type Lane struct {
	judge   *Judge
	text    string // decided text for context, then what is undecided
	context int    // bytes of the former
	offset  int    // of what is undecided in all text pushed
	hidden  int    // where in all text pushed the last hidden part ends
	edits   []edit
	next    int
	inWord  bool // the last word is too long to be an "at" or "dot"
	failed  bool
}

type edit struct {
	start, end int
	with       string
}

// NewLane returns the lane of one text.
func NewLane(j *Judge) *Lane { return &Lane{judge: j} }

// Push takes the next piece of the text.
func (l *Lane) Push(text string) {
	l.text += text
	full := len(l.text)-l.context > MaxHeld
	if l.failed || l.inWord && !full && strings.IndexFunc(text, parts) < 0 {
		return // nothing is settled in the middle of a word
	}
	cut := settled(l.text[l.context:]) + l.context
	if full {
		cut = len(l.text)
	}
	l.inWord = len(l.text)-wordBefore(l.text, len(l.text)) > maxConnector
	if cut > l.context {
		l.advance(cut, full)
	}
}

// Close says that no more text follows.
func (l *Lane) Close() {
	if len(l.text) > l.context {
		l.advance(len(l.text), true)
	}
}

// Decided returns how many bytes of all text pushed are final.
func (l *Lane) Decided() int { return l.offset }

// Next returns the next edit; see streams.Lane.
func (l *Lane) Next() (start, end int, with string, ok bool) {
	if l.next == len(l.edits) {
		l.edits, l.next = l.edits[:0], 0
		return 0, 0, "", false
	}
	e := l.edits[l.next]
	l.next++
	return e.start, e.end, e.with, true
}

// Format writes how far the lane is, whatever the verb: it holds private text.
func (l *Lane) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "lane, %d bytes decided", l.offset) }

// advance decides the text up to cut, or, unless it must go that far, up to
// where a finding begins that reaches beyond.
func (l *Lane) advance(cut int, must bool) {
	found, err := l.scan()
	if err != nil {
		l.fail(must)
		return
	}
	for _, f := range found {
		if !must && f.Start < cut && f.End > cut {
			cut = max(f.Start, l.context)
		}
	}
	for _, f := range found {
		if f.End <= l.context || f.End > cut {
			continue
		}
		switch grown := f.Start < l.context && l.hidden == l.offset; {
		case grown: // what was hidden at the end of the context goes on
			l.hide(l.context, f.End, "")
		case l.judge.count(l.text, f) && f.Action != rules.Observe:
			l.hide(max(f.Start, l.context), f.End, "["+f.Label+"]")
		}
	}
	l.settle(cut)
}

func (l *Lane) scan() ([]redact.Finding, error) {
	if l.failed {
		return nil, errFailed
	}
	return l.judge.scan(l.text)
}

// fail keeps everything that is undecided, and hides it when no more follows.
func (l *Lane) fail(last bool) {
	l.failed, l.judge.failed = true, true
	if last {
		l.hide(l.context, len(l.text), unreadable)
		l.settle(len(l.text))
	}
}

func (l *Lane) hide(start, end int, with string) {
	l.hidden = l.offset + end - l.context
	l.edits = append(l.edits, edit{l.offset + start - l.context, l.hidden, with})
}

// settle makes the text up to cut context, of which not all is kept.
func (l *Lane) settle(cut int) {
	l.offset += cut - l.context
	from := max(0, cut-before)
	for from > 0 && from < cut && !utf8.RuneStart(l.text[from]) {
		from++
	}
	l.text = strings.Clone(l.text[from:])
	l.context = cut - from
}
