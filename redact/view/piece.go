package view

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// margin is how much unchanged text a piece has on both sides, so that the
	// words around a value can be read there too.
	margin = 320
	// wordReach is how far a piece goes on to end between two words.
	wordReach = 1024
	// maxPiece bounds what one piece holds: its bytes and, at four each, its
	// changes. Where there is no end of changes, pieces overlap by what the
	// longest match of a rule (rules.MaxMaxMatch) and its surroundings take.
	maxPiece     = 512 << 10
	maxOverlap   = 128 << 10
	costOfChange = 4
)

// piece collects neighbouring changes.
type piece struct {
	list []patch
	from int // where it begins in the text
	cost int
}

// begin starts a piece with its first change.
func (p *piece) begin(text string, c patch) {
	*p = piece{list: append(p.list[:0], c), from: pieceStart(text, c.start), cost: c.cost()}
}

// end is where the last change ends.
func (p *piece) end() int { return p.list[len(p.list)-1].end }

// reaches reports whether a change stands in the neighbourhood of the last one.
func (p *piece) reaches(text string, c patch) bool {
	return c.start <= p.end()+margin || c.start <= pieceEnd(text, p.end())
}

func (p *piece) add(c patch) {
	p.cost += c.start - p.end() + c.cost()
	if len(p.list) == cap(p.list) { // twice as much: append would take many small steps
		p.list = slices.Grow(p.list, len(p.list))
	}
	p.list = append(p.list, c)
}

func (c patch) cost() int { return len(c.with) + costOfChange }

// shift drops all but the last changes, for a piece that overlaps with this one.
func (p *piece) shift(text string) {
	n, cost := len(p.list)-1, 0
	for ; n > 0; n-- {
		more := p.list[n].start - p.list[n-1].end + p.list[n-1].cost()
		if cost+more > maxOverlap {
			break
		}
		cost += more
	}
	if n > 0 {
		p.from = max(pieceStart(text, p.list[n].start), p.list[n-1].end)
	}
	p.list, p.cost = append(p.list[:0], p.list[n:]...), cost
}

// assemble makes the reading of text[from:to] with some changes.
func (l *level) assemble(text string, from, to int, list []patch, loose bool) *Reading {
	r := &l.reading
	*r = Reading{Loose: loose, from: from, marks: slices.Grow(r.marks[:0], len(list))}
	var b strings.Builder
	b.Grow(to - from)
	at := from
	for _, p := range list {
		b.WriteString(text[at:p.start])
		m := mark{at: b.Len(), start: p.start, end: p.end}
		b.WriteString(p.with)
		m.to = b.Len()
		r.marks = append(r.marks, m)
		at = p.end
	}
	b.WriteString(text[at:to])
	r.Text = b.String()
	return r
}

// pieceStart steps back from i by the margin, and on to the gap between words.
func pieceStart(text string, i int) int {
	i = max(0, i-margin)
	for stop := max(0, i-wordReach); i > stop && !gap(text[i-1]); {
		i--
	}
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

func pieceEnd(text string, i int) int {
	i = min(len(text), i+margin)
	for stop := min(len(text), i+wordReach); i < stop && !gap(text[i]); {
		i++
	}
	for i < len(text) && !utf8.RuneStart(text[i]) {
		i++
	}
	return i
}
