package detect

import "errors"

// Longest returns how many characters a match of an expression can have, or why
// that has no bound.
func Longest(expr string) (int, error) {
	s, _, err := analyze(expr)
	switch {
	case err != nil:
		return 0, err
	case s.max == endless:
		return 0, errEndless
	}
	return s.max, nil
}

var errEndless = errors.New("has no upper bound; write {1,64} instead of +")
