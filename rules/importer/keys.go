package importer

import (
	"maps"
	"slices"
	"strings"
)

// keyTable says what becomes of the keys of a mapping.
type keyTable struct {
	in       string            // what stands before each in a note
	carried  []string          // read by the importer
	idle     []string          // no finding depends on them
	dropped  map[string]string // why they are left out
	dropping string            // why any other is
}

// keys notes what is left out of a mapping, so that no key goes without a word.
func (r *Result) keys(id string, m map[string]any, t keyTable) {
	var idle []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		key := strings.ToLower(name) // TOML is read in any letter case
		why, known := t.dropped[key]
		switch {
		case slices.Contains(t.carried, key):
		case slices.Contains(t.idle, key):
			idle = append(idle, key)
		case known:
			r.note(id, "%s is left out: %s", t.in+key, why)
		default:
			r.note(id, "%s is left out: %s", t.in+key, t.dropping)
		}
	}
	if len(idle) > 0 {
		r.note(id, "left out, as no finding depends on it: %s", strings.Join(idle, ", "))
	}
}
