package redact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"coatcheck/redact/detect"
	"coatcheck/redact/layout"
	"coatcheck/redact/plain"
	"coatcheck/redact/view"
	"coatcheck/rules"
)

// Options tune an engine. The zero value is ready for use.
type Options struct {
	// Timeout bounds one search of one pattern; 0 means 250 ms. A search that
	// takes longer becomes a finding by its rule's on_timeout. The clock is the
	// wall's, so a busy machine needs a margin: ordinary searches take 1 µs.
	Timeout time.Duration
	// Cache is how many fields' findings are remembered, so that the turns of
	// a conversation that were scanned before cost a hash; 0 means 16,384
	// (about 4 MB), a negative number none.
	Cache int
	// Secrets are values to find as they are. They come from the owner's own
	// configuration alone: no rule file can name one.
	Secrets []Secret
	// MaxFindings bounds what one scan may find; 0 means any number. A scan that
	// comes to more, or in one field to 8 matches that compete for each of them,
	// ends there with [ErrTooMany], so that its memory is bounded as well.
	MaxFindings int
}

// Engine finds what a rule set describes. It is immutable and safe for
// concurrent use.
type Engine struct {
	judges  [][]judge // by pattern: rules that spell a pattern alike share it
	matcher *detect.Matcher
	near    near
	digest  string
	shapes  map[string]rules.Shape
	secrets registered
	ranks   map[string]int // of the rules that require others, in the order in which they are decided
	asked   int            // how many rules others require
	most    int            // findings of a scan
	cache   *cache         // nil: nothing is remembered
	scratch sync.Pool      // *scratch
}

// scratch is the memory of one scan. Text folded into it is wiped before it
// goes back to the pool.
type scratch struct {
	matches      []detect.Match
	pick         pick
	hits         []hit
	claims       []claim
	spoken       spoken // in the reading
	whollySpoken spoken // in the field's own text
	witnesses    [][]spot
	around       surroundings
	reader       view.Reader
	whole        layout.Layout // of the field's own text
	piece        layout.Layout // of the reading that is being judged
	points       []int
	active       active
	prints       *fingerprinter // nil without a cache
	trace        *trace         // of Explain; nil in a scan

	undecided bool // a search of the field ran out of time
}

// New compiles a rule set, with the edits of its packs applied. The error
// joins one *[rules.Error] for each rule that cannot be used.
func New(set *rules.Set, o Options) (*Engine, error) {
	set, err := rules.Merge(set)
	if err != nil {
		return nil, err
	}
	e := &Engine{digest: set.Digest, shapes: set.Shapes, most: most(o.MaxFindings)}
	var patterns []detect.Pattern
	var errs []error
	known := map[detect.Pattern]int{}
	byID := map[string]*evidence{}
	for i := range set.Rules {
		r := &set.Rules[i]
		evidence, err := newEvidence(r)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		byID[r.ID] = evidence
		for j, p := range r.Patterns {
			d := detect.Pattern{Expr: p.Expr(), Capture: r.Capture, Max: r.MaxMatch}
			at, shared := known[d]
			if !shared {
				at = len(patterns)
				known[d] = at
				patterns, e.judges = append(patterns, d), append(e.judges, nil)
			}
			e.judges[at] = append(e.judges[at], judge{rule: r, order: i, pattern: &r.Patterns[j], evidence: evidence})
		}
	}
	if len(errs) == 0 {
		e.bind(set, byID)
	}
	e.matcher, err = detect.Compile(patterns, detect.Options{Timeout: o.Timeout})
	errs = append(errs, e.located(err)...)
	e.near = newNear(e.judges)
	e.secrets, err = newRegistered(o.Secrets)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	if e.cache, err = newCache(o.Cache); err != nil {
		return nil, err
	}
	e.scratch.New = e.newScratch
	return e, nil
}

func (e *Engine) newScratch() any {
	s := &scratch{pick: pick{near: e.near}, witnesses: make([][]spot, e.asked), spoken: spoken{}, whollySpoken: spoken{}}
	if e.cache != nil {
		s.prints = e.cache.fingerprinter()
	}
	return s
}

// located gives the matcher's complaints their place in the rule files. What it
// does not know it returns as it is: no error makes an engine without a matcher.
func (e *Engine) located(err error) (errs []error) {
	if err == nil {
		return nil
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, err := range list {
		p, ok := errors.AsType[*detect.PatternError](err)
		if !ok {
			errs = append(errs, err)
			continue
		}
		for _, j := range e.judges[p.Index] {
			errs = append(errs, &rules.Error{Pos: j.pattern.Pos, Rule: j.rule.ID, Msg: "regex: " + p.Msg})
		}
	}
	return errs
}

// Shapes says by entity how tokens are written, where the rules say it.
func (e *Engine) Shapes() map[string]rules.Shape { return e.shapes }

// Digest names the rule set: hex SHA-256 over the rules as they apply.
func (e *Engine) Digest() string { return e.digest }

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
	s.pick.begin(f.Key, text)
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
	s.pick.begin("", "")
	s.pick.text = ""
	clear(s.around.folded[:cap(s.around.folded)])
	s.prints.wipe()
	s.reader.Forget()
	s.whole.Reset("")
	s.piece.Reset("")
	e.scratch.Put(s)
}
