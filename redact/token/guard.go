package token

import "slices"

// Guard decides whether a value may be put into a place of the text. It is not
// asked about a [Literal], which is nobody's value. It must be safe for
// concurrent use.
type Guard interface {
	// LookAhead is how many bytes behind a token the guard may need to see, at
	// most 64. A token waits for them, or for the end of the text.
	LookAhead() int
	// Allow reports whether a value may stand between before and after: the
	// text as its reader will see it up to the place, and what the model wrote
	// behind it. Of before, no more than the last 4,096 bytes are there, unless
	// the guard keeps its own state, as URLGuard does.
	Allow(before, after string) bool
}

const (
	maxLookAhead = 64   // bytes
	maxBefore    = 4096 // bytes
)

// A track is the state of a guard in one lane.
type track interface {
	// write takes the next text that the reader sees. It includes the values
	// that were restored: what a hostile value brings along counts, too.
	write(text string)
	// restored takes a value that was put into the text.
	restored(value string)
	// joined reports whether text put here could change what a value before it
	// means, so that even a literal needs a decision.
	joined() bool
	// allow decides about value in front of after. Unless final, more text may
	// follow after; the answer is settled if no such text can change it.
	allow(value, after string, final bool) (ok, settled bool)
	// clean reports whether white space here ends what stands before it for
	// every reader: nothing that is open goes on behind it.
	clean() bool
	// fork returns a copy that goes on by itself.
	fork() track
}

// tracker is a guard with its own state for a lane of any length.
type tracker interface{ track() track }

func newTrack(g Guard) track {
	switch g := g.(type) {
	case nil:
		return open{}
	case tracker:
		return g.track()
	default:
		return &window{guard: g, ahead: min(g.LookAhead(), maxLookAhead)}
	}
}

// open is the track without a guard.
type open struct{}

func (open) write(string)                            {}
func (open) restored(string)                         {}
func (open) joined() bool                            { return false }
func (open) allow(string, string, bool) (bool, bool) { return true, true }
func (open) clean() bool                             { return true }
func (open) fork() track                             { return open{} }

// window keeps the last bytes of the text for a guard without state.
type window struct {
	guard  Guard
	ahead  int
	before []byte
}

func (w *window) write(text string) {
	if len(text) >= maxBefore {
		w.before = append(w.before[:0], text[len(text)-maxBefore:]...)
		return
	}
	if over := len(w.before) + len(text) - maxBefore; over > 0 {
		w.before = append(w.before[:0], w.before[over:]...)
	}
	w.before = append(w.before, text...)
}

func (w *window) restored(value string) { w.write(value) }

func (w *window) joined() bool { return false }

// clean is never true: what a guard without state makes of a text nobody knows.
func (w *window) clean() bool { return false }

func (w *window) fork() track {
	c := *w
	c.before = slices.Clone(w.before)
	return &c
}

func (w *window) allow(_, after string, final bool) (ok, settled bool) {
	if len(after) < w.ahead && !final {
		return false, false
	}
	return w.guard.Allow(string(w.before), after[:min(len(after), w.ahead)]), true
}
