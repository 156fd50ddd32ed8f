package redact

import (
	"errors"
	"math"
)

// ErrTooMany ends a scan that comes to more than [Options.MaxFindings].
var ErrTooMany = errors.New("scan: the text holds more findings than the limit")

// rivals is how many matches may compete for a finding, on average. A number may
// be one of a dozen kinds, but a word beside it lifts few of them.
const rivals = 8

// most is the bound of an option where 0 is none.
func most(findings int) int {
	if findings == 0 {
		return math.MaxInt / rivals
	}
	return findings
}

// enough ends the scan of a field when more matches are kept than findings can
// come of.
func (e *Engine) enough(s *scratch) error {
	if len(s.hits)+len(s.claims) > rivals*e.most {
		return ErrTooMany
	}
	return nil
}
