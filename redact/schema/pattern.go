package schema

import (
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

// pass tries a pattern, which a client wrote, on one token of each shape.
func (c *Chooser) pass(pattern string) passes {
	if len(pattern) > maxPattern {
		return passes{}
	}
	if p, ok := c.patterns.Get(pattern); ok {
		return p
	}
	var p passes
	if re := compile(pattern); re != nil {
		p.brackets = matches(re, bracketed)
		for _, s := range token.NativeShapes() {
			if matches(re, sample(s)) {
				p.shapes = p.shapes.With(s)
			}
		}
	}
	c.patterns.Add(pattern, p)
	return p
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

func matches(re *regexp2.Regexp, s string) bool {
	ok, err := re.MatchString(s)
	return ok && err == nil
}
