package redact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"coatcheck/redact/detect"
	"coatcheck/redact/plain"
	"coatcheck/redact/view"
)

// Scan finds everything in the fields of one request, sorted by field and
// start, no two findings on one byte. Errors are the context's, [ErrTooMany], or
// an internal one; none holds a piece of the text. Beside ErrTooMany it returns
// as many findings as are allowed.
func (e *Engine) Scan(ctx context.Context, fields []Field) ([]Finding, error) {
	s := e.scratch.Get().(*scratch)
	defer e.release(s)
	var out []Finding
	for i := range fields {
		var err error
		out, err = e.recall(ctx, s, out, &fields[i], i)
		switch {
		case errors.Is(err, ErrTooMany), len(out) > e.most:
			return out[:min(len(out), e.most)], ErrTooMany
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// recall appends the findings of field i, remembered ones if there are.
func (e *Engine) recall(ctx context.Context, s *scratch, out []Finding, f *Field, i int) ([]Finding, error) {
	if e.cache == nil || f.Once || f.Text.Len() < minCached {
		return e.field(ctx, s, out, f, i)
	}
	id := s.prints.of(f)
	if known, ok := e.cache.get(id, out, i); ok {
		return known, nil
	}
	before := len(out)
	out, err := e.field(ctx, s, out, f, i)
	if err == nil && !s.undecided {
		e.cache.put(id, out[before:])
	}
	return out, err
}

// field appends the findings of field i: those of its text as it stands and
// those of every other way to read it.
func (e *Engine) field(ctx context.Context, s *scratch, out []Finding, f *Field, i int) ([]Finding, error) {
	text := f.Text.Reveal(plain.Access{})
	s.hits, s.claims, s.undecided = s.hits[:0], s.claims[:0], false
	for i := range s.witnesses {
		s.witnesses[i] = s.witnesses[i][:0]
	}
	clear(s.whollySpoken)
	s.whole.Reset(text)
	s.pick.begin(f, text)
	err := e.readings(ctx, s, f, text)
	if err == nil && len(s.claims) > 0 {
		err = s.settle(ctx, e.ranks, text)
	}
	if err != nil && !errors.Is(err, ErrTooMany) {
		return nil, err
	}
	if len(s.hits) == 0 {
		return out, err
	}
	out, more := s.resolve(ctx, out, e.most, i, text)
	return out, cmp.Or(more, err)
}

// readings searches a field in every way to read it.
func (e *Engine) readings(ctx context.Context, s *scratch, f *Field, text string) error {
	if err := e.read(ctx, s, f, text, nil); err != nil {
		return err
	}
	for r := range s.reader.Of(text) {
		if err := e.read(ctx, s, f, r.Text, r); err != nil {
			return err
		}
	}
	return nil
}

// read searches one reading of a field.
func (e *Engine) read(ctx context.Context, s *scratch, f *Field, text string, r *view.Reading) (err error) {
	s.pick.text = text
	if s.matches, err = e.find(ctx, s, text); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	s.piece.Reset(text)
	s.around.known = false
	clear(s.spoken)
	slices.SortFunc(s.matches, func(a, b detect.Match) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	if err := e.judge(ctx, s, f, text, r); err != nil {
		return err
	}
	if err := e.secrets.find(ctx, s, text, r); err != nil {
		return err
	}
	return e.enough(s)
}

// find searches for the patterns that have a chance; for an explanation, for
// all of them.
func (e *Engine) find(ctx context.Context, s *scratch, text string) ([]detect.Match, error) {
	if s.trace != nil {
		return e.matcher.Find(ctx, s.matches[:0], text)
	}
	return e.matcher.FindPicked(ctx, s.matches[:0], text, &s.pick)
}

func (e *Engine) release(s *scratch) {
	s.pick.forget()
	clear(s.around.folded[:cap(s.around.folded)])
	s.prints.wipe()
	s.reader.Forget()
	s.whole.Reset("")
	s.piece.Reset("")
	e.scratch.Put(s)
}
