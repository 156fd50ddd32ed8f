package score

import "fmt"

// Floor is what some figures must reach, by overlap. Figures that are nil are
// not asked for.
type Floor struct {
	Source string // empty: all sources
	Entity string // a type, STRUCTURED for the types of Structured together, or empty for all

	Precision, Recall, F1, F2 *float64 // at least
	Leak, Miss                *float64 // at most
	FalseHits                 *float64 // structured ones per 1,000 words of negatives, at most
	Flagged                   *float64 // share of hard negatives, at most
}

// Bound is one figure of a floor, checked.
type Bound struct {
	Name  string   // such as "EMAIL f1" or "neg_source false hits"
	Got   *float64 // nil: the data has no such figure
	Want  float64
	AtMax bool // Want is a ceiling
}

// OK reports whether the figure is there and within its bound.
func (b Bound) OK() bool {
	if b.Got == nil {
		return false
	}
	if b.AtMax {
		return *b.Got <= b.Want
	}
	return *b.Got >= b.Want
}

// String says the bound and what came of it.
func (b Bound) String() string {
	word := "at least"
	if b.AtMax {
		word = "at most"
	}
	if b.Got == nil {
		return fmt.Sprintf("%s: not in the data, want %s %.3f", b.Name, word, b.Want)
	}
	return fmt.Sprintf("%s: %.4f, want %s %.3f", b.Name, *b.Got, word, b.Want)
}

// Check holds a report against floors. A figure that the data does not have is
// not OK: a floor that cannot be measured protects nothing.
func (r *Report) Check(floors []Floor) []Bound {
	var list []Bound
	for _, f := range floors {
		g := r.figuresOf(f)
		name := f.name()
		add := func(what string, got, want *float64, atMax bool) {
			if want != nil {
				list = append(list, Bound{name + what, got, *want, atMax})
			}
		}
		add("precision", g.match.Precision, f.Precision, false)
		add("recall", g.match.Recall, f.Recall, false)
		add("f1", g.match.F1, f.F1, false)
		add("f2", g.match.F2, f.F2, false)
		add("leak", g.leak, f.Leak, true)
		add("miss", g.miss, f.Miss, true)
		add("false hits", g.falseHits, f.FalseHits, true)
		add("flagged", g.flagged, f.Flagged, true)
	}
	return list
}

// AllStructured stands for the types of Structured together.
const AllStructured = "STRUCTURED"

func (f Floor) name() string {
	name := ""
	for _, part := range []string{f.Source, f.Entity} {
		if part != "" {
			name += part + " "
		}
	}
	return name
}

type bounded struct {
	match                          Match
	leak, miss, falseHits, flagged *float64
}

func (r *Report) figuresOf(f Floor) bounded {
	of := r.Total
	if f.Source != "" {
		of = r.BySource[f.Source]
	}
	if f.Entity == AllStructured {
		of = r.Structured
		if f.Source != "" {
			return bounded{} // not kept
		}
	}
	if of == nil {
		return bounded{}
	}
	if f.Entity != "" && f.Entity != AllStructured {
		t := of.Types[f.Entity]
		if t == nil {
			return bounded{}
		}
		return bounded{match: t.Overlap, leak: t.Leak, miss: t.Missed}
	}
	b := bounded{match: of.Overlap, leak: of.Leak, miss: of.Missed}
	if of.Negatives != nil {
		b.falseHits = &of.Negatives.Structured
	}
	if of.HardNegatives != nil {
		b.flagged = &of.HardNegatives.Rate
	}
	return b
}
