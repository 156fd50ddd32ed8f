package redact

import (
	"maps"
	"slices"
)

// Labels lists the labels that this engine's findings can have: the words of
// the tokens that a request may come to hold.
func (e *Engine) Labels() []string {
	set := map[string]bool{}
	for _, js := range e.judges {
		for _, j := range js {
			set[j.rule.Label] = true
		}
	}
	for _, j := range e.secrets.judges {
		set[j.rule.Label] = true
	}
	return slices.Sorted(maps.Keys(set))
}
