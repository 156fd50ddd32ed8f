package score

import (
	"cmp"
	"slices"
)

// enough is the least share of two spans' union that both must cover.
const enough = 0.5

// A criterion is one way to say that a finding is right.
type criterion struct {
	right func(label, found Span) bool
	key   func(typ string) string // what its counts are kept by
	asked func(s scope, typ string) bool
	loose bool // says too little to count where nothing is to be found
}

// scope is what a record's labels cover.
type scope struct{ types, groups []string }

func scopeOf(r Record) scope {
	s := scope{types: r.Scope}
	for _, t := range r.Scope {
		s.groups = append(s.groups, group(t))
	}
	return s
}

func (s scope) holds(typ string) bool      { return slices.Contains(s.types, typ) }
func (s scope) holdsGroup(typ string) bool { return slices.Contains(s.groups, group(typ)) }

const (
	exact = iota
	overlap
	grouped
	anyType
	criteria
)

var table = [criteria]criterion{
	exact: {
		right: func(l, f Span) bool { return l.Type == f.Type && l.Start == f.Start && l.End == f.End },
		key:   func(t string) string { return t },
		asked: scope.holds,
	},
	overlap: {
		right: func(l, f Span) bool { return l.Type == f.Type },
		key:   func(t string) string { return t },
		asked: scope.holds,
	},
	grouped: {
		right: func(l, f Span) bool { return group(l.Type) == group(f.Type) },
		key:   group,
		asked: scope.holdsGroup,
		loose: true,
	},
	anyType: {
		right: func(Span, Span) bool { return true },
		key:   func(string) string { return "ANY" },
		asked: func(scope, string) bool { return true },
		loose: true,
	},
}

// match pairs labels and findings one to one, the greatest overlap first, and
// says of each whether it has a partner.
func match(labels, found []Span, right func(label, found Span) bool) (hit, used []bool) {
	type pair struct {
		share        float64
		label, found int
	}
	var pairs []pair
	for i, l := range labels {
		for j, f := range found {
			both := l.common(f)
			if both <= 0 || !right(l, f) {
				continue
			}
			union := max(l.End, f.End) - min(l.Start, f.Start)
			if share := float64(both) / float64(union); share >= enough {
				pairs = append(pairs, pair{share, i, j})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.label, b.label), cmp.Compare(a.found, b.found))
	})
	hit, used = make([]bool, len(labels)), make([]bool, len(found))
	for _, p := range pairs {
		if !hit[p.label] && !used[p.found] {
			hit[p.label], used[p.found] = true, true
		}
	}
	return hit, used
}
