// Package score measures findings against labelled text: precision, recall and
// F-scores under four ways to match, the share of labelled text that no finding
// covers, and false hits in text that has nothing to find.
//
// The law it keeps: no figure stands alone. A detector that masks everything
// leaks nothing, so a report always holds the leak beside the precision and the
// false hits.
//
//	e := score.New(score.Options{})
//	e.Add(record, found)
//	report := e.Report()
//
// It does no I/O but for reading records, and holds no text once Add returns.
package score

import "slices"

// Structured lists the types that have a form of their own, which rules can
// find without knowing a language.
func Structured() []string {
	return []string{
		"EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "BANK_ACCOUNT", "US_SSN", "NATIONAL_ID", "TAX_ID", "PASSPORT",
		"DRIVER_LICENSE", "MEDICAL_ID", "VEHICLE_ID", "BUSINESS_ID", "IP", "MAC", "CRYPTO", "DEVICE_ID", "API_KEY", "PASSWORD",
	}
}

// semantic are the types that ordinary text is full of: they are no false hit
// among the structured ones. Types of the owner's own count as OTHER.
var semantic = []string{"PERSON", "LOCATION", "ORG", "DATE", "AGE", "URL", other}

const other = "OTHER"

// canonical are the types that labels are written in.
var canonical = append(Structured(), "PERSON", "ID_NUMBER", "URL", "ADDRESS", "LOCATION", "ORG", "DATE", "DATE_OF_BIRTH", "AGE", "USERNAME")

// Types lists the types that records are labelled with.
func Types() []string { return append(slices.Clone(canonical), other) }

// groups puts neighbouring types together: a finding that names the wrong one
// of them is still right as a group.
var groups = map[string]string{
	"US_SSN": "GOV_ID", "NATIONAL_ID": "GOV_ID", "TAX_ID": "GOV_ID", "PASSPORT": "GOV_ID", "DRIVER_LICENSE": "GOV_ID",
	"MEDICAL_ID": "GOV_ID", "BUSINESS_ID": "GOV_ID", "ID_NUMBER": "GOV_ID",
	"CREDIT_CARD": "FINANCE", "IBAN": "FINANCE", "BANK_ACCOUNT": "FINANCE",
	"ADDRESS": "PLACE", "LOCATION": "PLACE",
	"DATE": "TIME", "DATE_OF_BIRTH": "TIME", "AGE": "TIME",
	"API_KEY": "SECRET", "PASSWORD": "SECRET",
	"IP": "NETWORK", "MAC": "NETWORK", "URL": "NETWORK",
}

func group(typ string) string {
	if g, ok := groups[typ]; ok {
		return g
	}
	return typ
}

// Options tune an evaluation. The zero value scores every type.
type Options struct {
	Types []string // score these alone; labels of others are as if they said "ignore"
}

// Evaluation adds up records. It is not safe for concurrent use.
type Evaluation struct {
	types      []string
	total      *board
	structured *board
	sources    map[string]*board
}

// New returns an evaluation without a record.
func New(o Options) *Evaluation {
	return &Evaluation{types: o.Types, total: newBoard(), structured: newBoard(), sources: map[string]*board{}}
}

// Add scores what was found in one record. A finding beyond the record's text
// counts for nothing, and so does one that is there twice.
func (e *Evaluation) Add(r Record, found []Span) {
	known := make([]Span, len(found))
	for i, f := range found {
		known[i] = f
		if !slices.Contains(canonical, f.Type) {
			known[i].Type = other
		}
	}
	if r, found, ok := restrict(r, known, e.types); ok {
		e.total.add(r, found)
		if e.sources[r.Source] == nil {
			e.sources[r.Source] = newBoard()
		}
		e.sources[r.Source].add(r, found)
	}
	if r, found, ok := restrict(r, known, Structured()); ok {
		e.structured.add(r, found)
	}
}

// restrict narrows a record and its findings to some types; ok is false if the
// record's labels say nothing about any of them.
func restrict(r Record, found []Span, types []string) (Record, []Span, bool) {
	if len(types) == 0 {
		return r, found, true
	}
	other := func(t string) bool { return !slices.Contains(types, t) }
	r.Scope = slices.DeleteFunc(slices.Clone(r.Scope), other)
	r.Spans = slices.Clone(r.Spans)
	for i, s := range r.Spans {
		r.Spans[i].Ignore = s.Ignore || other(s.Type)
	}
	if r.Kind == Negative {
		found = slices.DeleteFunc(slices.Clone(found), func(s Span) bool { return other(s.Type) })
	}
	return r, found, len(r.Scope) > 0
}

// Report works out the figures of everything added so far.
func (e *Evaluation) Report() *Report {
	r := &Report{Total: e.total.figures(), Structured: e.structured.figures(), BySource: map[string]*Figures{}}
	for name, b := range e.sources {
		r.BySource[name] = b.figures()
	}
	return r
}
