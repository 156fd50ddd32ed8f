package schema

import (
	"context"
	"time"

	"github.com/dlclark/regexp2/v2"

	"coatcheck/redact/token"
)

const (
	maxPattern = 2000 // bytes; what is longer lets nothing pass
	patience   = 20 * time.Millisecond
)

// passes says what a pattern lets through. Nothing passes one that cannot be
// read or takes too long.
type passes struct {
	brackets bool
	shapes   token.Shapes
}

var everything = passes{true, allShapes}

// example is the token that stands for all others: no pattern in use tells
// labels or ids apart.
var example = token.Token{Label: "EMAIL", ID: "7K3QXM"}

var bracketed = example.String()

func sample(s token.Shape) string { return s.Render(example) }

// What one request may make us try. Patterns are a client's, or those of whoever
// wrote its tools; what is not tried lets nothing pass.
const (
	maxTried = 128 // patterns that are not remembered
	// allowance is for all of them together. A usual pattern takes microseconds.
	allowance = 200 * time.Millisecond
)

// trial is the patterns that one request has tried. It is over after the first
// pattern that runs out of time: the library looks at its clock so seldom that
// each of them costs a multiple of its patience.
type trial struct {
	ctx   context.Context
	left  int
	until time.Time
	over  bool
}

func (c *Chooser) trial(ctx context.Context) *trial {
	return &trial{ctx: ctx, left: maxTried, until: time.Now().Add(c.allowed)}
}

// more reports whether one more pattern may be tried.
func (t *trial) more() bool {
	t.over = t.over || t.left == 0 || t.ctx.Err() != nil || !time.Now().Before(t.until)
	t.left--
	return !t.over
}

// pass tries a pattern on one token of each shape, unless its outcome is known.
func (c *Chooser) pass(t *trial, pattern string) passes {
	if len(pattern) > maxPattern {
		return passes{}
	}
	if p, ok := c.patterns.Get(pattern); ok {
		return p
	}
	if !t.more() {
		return passes{}
	}
	p, err := try(pattern)
	t.over = err != nil
	c.patterns.Add(pattern, p)
	return p
}

// try returns what a pattern lets through. A pattern that takes too long, which
// is the error, lets nothing through.
func try(pattern string) (p passes, err error) {
	re := compile(pattern)
	if re == nil {
		return passes{}, nil
	}
	if p.brackets, err = re.MatchString(bracketed); err != nil {
		return passes{}, err
	}
	for _, s := range token.NativeShapes() {
		ok, err := re.MatchString(sample(s))
		if err != nil {
			return passes{}, err
		}
		if ok {
			p.shapes = p.shapes.With(s)
		}
	}
	return p, nil
}

// compile reads a pattern as ECMA-262 or, as generators of schemas write what
// their own language knows, in the library's own syntax. An error is nobody's
// business: it would quote the pattern.
func compile(pattern string) *regexp2.Regexp {
	for _, syntax := range []regexp2.RegexOptions{regexp2.ECMAScript | regexp2.Unicode, regexp2.ECMAScript, regexp2.None} {
		if re, err := regexp2.Compile(pattern, syntax); err == nil {
			re.MatchTimeout = patience
			return re
		}
	}
	return nil
}
