package streams

import (
	"strings"
	"testing"
)

// swapLane is a small lane: it puts values in the place of tokens and holds
// back what may still become one. A token is settled when ahead bytes follow it.
type swapLane struct {
	values  map[string]string
	ahead   int
	text    string // not decided yet
	decided int
	edits   []swap
	closed  bool
}

type swap struct {
	start, end int
	with       string
}

func (l *swapLane) Push(text string) { l.text += text; l.scan() }
func (l *swapLane) Close()           { l.closed = true; l.scan() }
func (l *swapLane) Decided() int     { return l.decided }

func (l *swapLane) Next() (start, end int, with string, ok bool) {
	if len(l.edits) == 0 {
		return 0, 0, "", false
	}
	s := l.edits[0]
	l.edits = l.edits[1:]
	return s.start, s.end, s.with, true
}

func (l *swapLane) scan() {
	for l.text != "" {
		n, value, known := l.match()
		switch {
		case known && (l.closed || len(l.text) >= n+l.ahead):
			l.edits = append(l.edits, swap{l.decided, l.decided + n, value})
		case n == 0:
			n = 1
		case !l.closed:
			return
		default:
			n = 1
		}
		l.text, l.decided = l.text[n:], l.decided+n
	}
}

// match returns the length of a token, or of the beginning of one, at the
// start of the text.
func (l *swapLane) match() (n int, value string, known bool) {
	for token, value := range l.values {
		switch {
		case strings.HasPrefix(l.text, token):
			return len(token), value, true
		case strings.HasPrefix(token, l.text):
			n = len(l.text)
		}
	}
	return n, "", false
}

// lanes returns a maker of lanes for pairs of tokens and values.
func lanes(pairs ...string) func() Lane {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func() Lane { return &swapLane{values: values} }
}

// swapAll is what a lane does to a text that comes in one piece.
func swapAll(newLane func() Lane, text string) string {
	l := newLane()
	l.Push(text)
	l.Close()
	var b strings.Builder
	at := 0
	for {
		start, end, with, ok := l.Next()
		if !ok {
			return b.String() + text[at:]
		}
		b.WriteString(text[at:start] + with)
		at = end
	}
}

func TestTheTestLaneHoldsBackTokens(t *testing.T) {
	l := lanes("<A1>", "value")()
	l.Push("to <A")
	if got := l.Decided(); got != 3 {
		t.Errorf("decided %d bytes, want 3", got)
	}
	l.Push("1> <A2>")
	if start, end, with, ok := l.Next(); start != 3 || end != 7 || with != "value" || !ok {
		t.Errorf("got edit %d %d %q %v", start, end, with, ok)
	}
	if got := l.Decided(); got != 12 {
		t.Errorf("decided %d bytes, want 12", got)
	}
}
