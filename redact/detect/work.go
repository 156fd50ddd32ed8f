package detect

import "context"

// Work counts what a search did beyond its one pass over the text. It depends on
// the patterns and the text alone, so it is the same on every machine.
type Work struct {
	Stops   int // places where something that a pattern needs was met, pattern by pattern
	Runs    int // places where an expression was run
	Reads   int // characters that were decoded for it
	Matches int
}

// Count searches text as [Matcher.Find] does, and returns what it took.
func (m *Matcher) Count(ctx context.Context, text string) (Work, error) {
	s := m.scratch.Get().(*search)
	defer m.scratch.Put(s)
	found, err := m.run(ctx, s, nil, text, m.all)
	s.work.Matches = len(found)
	return s.work, err
}
