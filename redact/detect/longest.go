package detect

import (
	"errors"

	"github.com/dlclark/regexp2/v2/syntax"
)

// Longest returns how many characters a match of an expression can have, or why
// that has no bound.
func Longest(expr string) (int, error) {
	tree, err := syntax.Parse(expr, syntax.ParseOptions{RegexOptions: syntax.RE2})
	if err != nil {
		return 0, err
	}
	s, _, err := analyze(tree.Root)
	switch {
	case err != nil:
		return 0, err
	case s.max == endless:
		return 0, errEndless
	}
	return s.max, nil
}

var errEndless = errors.New("has no upper bound; write {1,64} instead of +")
