package score

import (
	"maps"
	"slices"
)

// Report is what an evaluation found out.
type Report struct {
	Total      *Figures            `json:"total"`
	Structured *Figures            `json:"structured"` // the types of Structured alone, as if there were no others
	BySource   map[string]*Figures `json:"by_source"`
}

// Figures are the figures of some records. A pointer is nil where there is
// nothing to divide by.
type Figures struct {
	Records int              `json:"records"`
	Bytes   int              `json:"bytes"`
	Types   map[string]*Type `json:"types"`
	Group   map[string]Match `json:"group"`

	Exact   Match    `json:"micro_exact"`
	Overlap Match    `json:"micro_overlap"`
	Grouped Match    `json:"micro_group"`
	Any     Match    `json:"micro_any"`
	MacroF1 *float64 `json:"macro_f1_overlap"` // over types with ten labels or more
	Leak    *float64 `json:"leak_rate"`        // labelled characters under no finding
	Missed  *float64 `json:"missed_entities"`  // labels without one covered character

	Negatives     *Negatives     `json:"negatives,omitempty"`
	HardNegatives *HardNegatives `json:"hard_negatives,omitempty"`
}

// Type is what is known of one type.
type Type struct {
	Labels  int      `json:"gold"`
	Exact   Match    `json:"exact"`   // same type, same ends
	Overlap Match    `json:"overlap"` // same type, half of the union in common
	Leak    *float64 `json:"leak_rate,omitempty"`
	Missed  *float64 `json:"missed_entities,omitempty"`
	Partly  *float64 `json:"partly_covered,omitempty"`
}

// Match holds counts and what follows from them.
type Match struct {
	Hit       int      `json:"tp"`
	Wrong     int      `json:"fp"`
	NotFound  int      `json:"fn"`
	Precision *float64 `json:"p"`
	Recall    *float64 `json:"r"`
	F1        *float64 `json:"f1"`
	F2        *float64 `json:"f2"`
}

// Negatives are false hits per 1,000 words of text that has nothing to find.
type Negatives struct {
	Records    int                `json:"records"`
	Words      int                `json:"words"`
	ByType     map[string]float64 `json:"per_1000_words"`
	Structured float64            `json:"structured_per_1000_words"`
	All        float64            `json:"all_per_1000_words"`
}

// HardNegatives are the look-alikes that were taken for the real thing.
type HardNegatives struct {
	Records int            `json:"records"`
	Flagged int            `json:"flagged"`
	Rate    float64        `json:"rate"`
	ByType  map[string]int `json:"by_type"`
}

func (b *board) figures() *Figures {
	f := &Figures{Records: b.records, Bytes: b.bytes, Types: map[string]*Type{}, Group: map[string]Match{}}
	var all coverage
	for t, c := range b.labels {
		f.Types[t] = &Type{
			Labels: c.spans, Leak: ratio(c.bare, c.chars), Missed: ratio(c.missed, c.spans), Partly: ratio(c.partly, c.spans),
		}
		all.spans, all.missed = all.spans+c.spans, all.missed+c.missed
		all.chars, all.bare = all.chars+c.chars, all.bare+c.bare
	}
	for t := range b.counts[overlap] {
		if f.Types[t] == nil {
			f.Types[t] = &Type{}
		}
	}
	for t, typ := range f.Types {
		typ.Exact, typ.Overlap = rates(b.count(exact, t)), rates(b.count(overlap, t))
	}
	for g, c := range b.counts[grouped] {
		f.Group[g] = rates(c)
	}
	f.Exact, f.Overlap, f.Grouped, f.Any = b.sum(exact), b.sum(overlap), b.sum(grouped), b.sum(anyType)
	f.MacroF1, f.Leak, f.Missed = macro(f.Types), ratio(all.bare, all.chars), ratio(all.missed, all.spans)
	f.Negatives, f.HardNegatives = b.negatives(), b.hardNegatives()
	return f
}

func (b *board) sum(by int) Match {
	var s count
	for _, c := range b.counts[by] {
		s.hit, s.wrong, s.missed = s.hit+c.hit, s.wrong+c.wrong, s.missed+c.missed
	}
	return rates(&s)
}

func (b *board) negatives() *Negatives {
	if b.negative.words == 0 {
		return nil
	}
	n := &Negatives{Records: b.negative.records, Words: b.negative.words, ByType: map[string]float64{}}
	all, structured := 0, 0
	for t, hits := range b.negative.hits {
		n.ByType[t] = perThousand(hits, n.Words)
		all += hits
		if !slices.Contains(semantic, t) {
			structured += hits
		}
	}
	n.All, n.Structured = perThousand(all, n.Words), perThousand(structured, n.Words)
	return n
}

func (b *board) hardNegatives() *HardNegatives {
	if b.hard.records == 0 {
		return nil
	}
	return &HardNegatives{
		Records: b.hard.records, Flagged: b.hard.flagged, Rate: float64(b.hard.flagged) / float64(b.hard.records),
		ByType: maps.Clone(b.hard.hits),
	}
}

func perThousand(n, words int) float64 { return 1000 * float64(n) / float64(words) }

func ratio(n, of int) *float64 {
	if of == 0 {
		return nil
	}
	r := float64(n) / float64(of)
	return &r
}

func rates(c *count) Match {
	m := Match{
		Hit: c.hit, Wrong: c.wrong, NotFound: c.missed,
		Precision: ratio(c.hit, c.hit+c.wrong), Recall: ratio(c.hit, c.hit+c.missed),
	}
	m.F1, m.F2 = m.f(1), m.f(2)
	return m
}

// f is the F-score that weighs recall beta times as much as precision.
func (m Match) f(beta float64) *float64 {
	if m.Precision == nil || m.Recall == nil {
		return nil
	}
	p, r, score := *m.Precision, *m.Recall, 0.0
	if p > 0 && r > 0 {
		score = (1 + beta*beta) * p * r / (beta*beta*p + r)
	}
	return &score
}

// macro is the mean F1 of the types with ten labels or more.
func macro(types map[string]*Type) *float64 {
	sum, n := 0.0, 0
	for _, name := range slices.Sorted(maps.Keys(types)) { // in one order, for one sum
		t := types[name]
		if t.Labels < 10 {
			continue
		}
		n++
		if t.Overlap.F1 != nil {
			sum += *t.Overlap.F1
		}
	}
	if n == 0 {
		return nil
	}
	sum /= float64(n)
	return &sum
}
