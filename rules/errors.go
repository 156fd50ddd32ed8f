package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Error is one fault of a rule file. It quotes names from the file, never
// example texts.
type Error struct {
	Pos  Pos
	Rule string // the rule's id, if the fault lies in a rule that has one
	Msg  string
}

// Error returns file:line:col: rule "id": message.
func (e *Error) Error() string {
	if e.Rule == "" {
		return fmt.Sprintf("%s: %s", e.Pos, e.Msg)
	}
	return fmt.Sprintf("%s: rule %q: %s", e.Pos, e.Rule, e.Msg)
}

// unknown says that name is none of the known ones and which of them was meant.
func unknown(what, name string, known []string) string {
	if near, ok := Nearest(name, known); ok {
		return fmt.Sprintf("%s %q is unknown; did you mean %q?", what, name, near)
	}
	switch {
	case len(known) == 0:
		return fmt.Sprintf("%s %q is unknown; there are none before it", what, name)
	case len(known) > maxListed && what == "rule":
		return fmt.Sprintf("%s %q is unknown; coatcheck rules list shows the %d known ones", what, name, len(known))
	case len(known) > maxListed && what == "validator":
		return fmt.Sprintf("%s %q is unknown; coatcheck rules validators shows the %d known ones", what, name, len(known))
	case len(known) > maxListed:
		return fmt.Sprintf("%s %q is unknown; coatcheck rules schema lists the %d known ones", what, name, len(known))
	}
	list := slices.Sorted(slices.Values(known))
	return fmt.Sprintf("%s %q is unknown; known: %s", what, name, strings.Join(list, ", "))
}

// maxListed is how many names a message still holds.
const maxListed = 24

// Nearest returns the known name that was meant, if one is within a third of the name's length in edits.
func Nearest(name string, known []string) (string, bool) {
	best, bestDist := "", max(1, len(name)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < bestDist {
			best, bestDist = k, d
		}
	}
	return best, best != ""
}

// distance is the optimal string alignment distance in bytes: a swap of two
// neighbours is one edit, as it is one slip of the fingers.
func distance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
