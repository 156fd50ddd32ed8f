package score

import (
	"regexp"
	"slices"
)

// count is what one criterion saw of one type.
type count struct{ hit, wrong, missed int }

// board adds up records.
type board struct {
	records, bytes int
	counts         [criteria]map[string]*count
	labels         map[string]*coverage
	negative       struct {
		records, words int
		hits           map[string]int
	}
	hard struct {
		records, flagged int
		hits             map[string]int
	}
}

// coverage is how much of the labelled text of a type the findings cover.
type coverage struct {
	spans, missed, partly int
	chars, bare           int // runes that are not white space; those of them not covered
}

func newBoard() *board {
	b := &board{labels: map[string]*coverage{}}
	for i := range b.counts {
		b.counts[i] = map[string]*count{}
	}
	b.negative.hits, b.hard.hits = map[string]int{}, map[string]int{}
	return b
}

func (b *board) add(r Record, all []Span) {
	var labels, ignored, found []Span
	for _, s := range r.Spans {
		if s.Ignore {
			ignored = append(ignored, s)
		} else {
			labels = append(labels, s)
		}
	}
	for _, f := range all {
		if f.in(r.Text) && !slices.Contains(found, f) {
			found = append(found, f)
		}
	}
	b.records++
	b.bytes += len(r.Text)
	if r.Kind != HardNegative {
		for i := range table {
			b.compare(i, r, labels, ignored, found)
		}
	}
	b.cover(r.Text, labels, found)
	switch r.Kind {
	case Negative:
		b.addNegative(r, labels, found)
	case HardNegative:
		b.addHard(r, found)
	}
}

// compare counts by one criterion. Only findings of types that the record's
// labels cover can be wrong, and none in negatives, which have a rate of their own.
func (b *board) compare(by int, r Record, labels, ignored, found []Span) {
	c, scope := &table[by], scopeOf(r)
	if r.Kind == Negative && c.loose {
		return
	}
	asked := slices.DeleteFunc(slices.Clone(found), func(f Span) bool { return !c.asked(scope, f.Type) })
	hit, used := match(labels, asked, c.right)
	for i, l := range labels {
		if n := b.count(by, c.key(l.Type)); hit[i] {
			n.hit++
		} else {
			n.missed++
		}
	}
	if r.Kind == Negative {
		return
	}
	for j, f := range asked {
		if !used[j] && !excused(ignored, f) && (scope.holds(f.Type) || scope.holdsGroup(f.Type)) {
			b.count(by, c.key(f.Type)).wrong++
		}
	}
}

func (b *board) count(by int, key string) *count {
	if b.counts[by][key] == nil {
		b.counts[by][key] = &count{}
	}
	return b.counts[by][key]
}

// excused reports a finding that lies mostly on a label that is not scored.
func excused(ignored []Span, f Span) bool {
	return slices.ContainsFunc(ignored, func(s Span) bool { return 2*s.common(f) >= f.size() })
}

// cover measures what would leave: labelled characters under no finding of
// any type.
func (b *board) cover(text string, labels, found []Span) {
	if len(labels) == 0 {
		return
	}
	covered := make([]bool, len(text))
	for _, f := range found {
		for i := f.Start; i < f.End; i++ {
			covered[i] = true
		}
	}
	for _, l := range labels {
		chars, bare := 0, 0
		for i := l.Start; i < l.End; i++ {
			switch c := text[i]; {
			case c&0xC0 == 0x80, c == ' ', c == '\t', c == '\r', c == '\n':
				continue
			case !covered[i]:
				bare++
			}
			chars++
		}
		c := b.labels[l.Type]
		if c == nil {
			c = &coverage{}
			b.labels[l.Type] = c
		}
		c.spans, c.chars, c.bare = c.spans+1, c.chars+chars, c.bare+bare
		switch {
		case bare == chars:
			c.missed++
		case bare > 0:
			c.partly++
		}
	}
}

var word = regexp.MustCompile(`[\pL\pN_]+`)

func (b *board) addNegative(r Record, labels, found []Span) {
	b.negative.records++
	b.negative.words += len(word.FindAllStringIndex(r.Text, -1))
	for _, f := range found {
		if !slices.ContainsFunc(labels, func(l Span) bool { return l.common(f) > 0 }) {
			b.negative.hits[f.Type]++
		}
	}
}

func (b *board) addHard(r Record, found []Span) {
	b.hard.records++
	seen := map[string]bool{}
	for _, f := range found {
		if slices.Contains(r.Scope, f.Type) && !seen[f.Type] {
			seen[f.Type] = true
			b.hard.hits[f.Type]++
		}
	}
	if len(seen) > 0 {
		b.hard.flagged++
	}
}
