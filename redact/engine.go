package redact

import (
	"errors"
	"sync"
	"time"

	"coatcheck/redact/detect"
	"coatcheck/redact/layout"
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
