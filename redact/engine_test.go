package redact

import (
	"errors"
	"testing"

	"coatcheck/redact/detect"
	"coatcheck/rules"
)

// TestNoErrorOfTheMatcherIsLost: an engine without a matcher would fail at its
// first scan.
func TestNoErrorOfTheMatcherIsLost(t *testing.T) {
	rule := &rules.Rule{ID: "a"}
	e := &Engine{judges: [][]judge{{{rule: rule, pattern: &rules.Pattern{Pos: rules.Pos{File: "t.yaml", Line: 4}}}}}}
	unknown := errors.New("too many states")
	bad := &detect.PatternError{Index: 0, Msg: "has no upper bound"}
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"none":            {nil, 0},
		"a pattern":       {errors.Join(bad), 1},
		"alone":           {unknown, 1},
		"beside patterns": {errors.Join(bad, unknown), 2},
	} {
		got := e.located(c.err)
		if len(got) != c.want || c.want > 0 && errors.Join(got...) == nil {
			t.Errorf("%s: %d errors of %v", name, len(got), c.err)
		}
	}
}
