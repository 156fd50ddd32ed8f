package score

import (
	"math"
	"strings"
	"testing"
)

func labelled(text, kind string, scope []string, spans ...Span) Record {
	return Record{ID: "r", Source: "s", Text: text, Scope: scope, Spans: spans, Kind: kind}
}

func TestMatch(t *testing.T) {
	email := []string{"EMAIL"}
	gov := []string{"TAX_ID"}
	text := strings.Repeat("x", 40)
	ignored := Span{0, 10, "PERSON", true}
	for _, tc := range []struct {
		name                   string
		record                 Record
		found                  []Span
		exact, overlap, groups [3]int // hit, wrong, missed
	}{
		{"same", labelled(text, "", email, Span{0, 10, "EMAIL", false}), []Span{{0, 10, "EMAIL", false}}, [3]int{1, 0, 0}, [3]int{1, 0, 0}, [3]int{1, 0, 0}},
		{"half in common", labelled(text, "", email, Span{0, 10, "EMAIL", false}), []Span{{0, 5, "EMAIL", false}}, [3]int{0, 1, 1}, [3]int{1, 0, 0}, [3]int{1, 0, 0}},
		{"less than half", labelled(text, "", email, Span{0, 10, "EMAIL", false}), []Span{{0, 4, "EMAIL", false}}, [3]int{0, 1, 1}, [3]int{0, 1, 1}, [3]int{0, 1, 1}},
		{"twice is once", labelled(text, "", email, Span{0, 10, "EMAIL", false}), []Span{{0, 10, "EMAIL", false}, {0, 10, "EMAIL", false}}, [3]int{1, 0, 0}, [3]int{1, 0, 0}, [3]int{1, 0, 0}},
		{"one to one", labelled(text, "", email, Span{0, 10, "EMAIL", false}), []Span{{0, 9, "EMAIL", false}, {0, 10, "EMAIL", false}}, [3]int{1, 1, 0}, [3]int{1, 1, 0}, [3]int{1, 1, 0}},
		{"neighbouring type", labelled(text, "", gov, Span{0, 10, "TAX_ID", false}), []Span{{0, 10, "PASSPORT", false}}, [3]int{0, 0, 1}, [3]int{0, 0, 1}, [3]int{1, 0, 0}},
		{"out of scope", labelled(text, "", email), []Span{{0, 10, "PHONE", false}}, [3]int{}, [3]int{}, [3]int{}},
		{"in scope", labelled(text, "", email), []Span{{0, 10, "EMAIL", false}}, [3]int{0, 1, 0}, [3]int{0, 1, 0}, [3]int{0, 1, 0}},
		{"mostly on what is not scored", labelled(text, "", email, ignored), []Span{{5, 15, "EMAIL", false}}, [3]int{}, [3]int{}, [3]int{}},
		{"hardly on what is not scored", labelled(text, "", email, ignored), []Span{{6, 15, "EMAIL", false}}, [3]int{0, 1, 0}, [3]int{0, 1, 0}, [3]int{0, 1, 0}},
		{"beyond the text", labelled(text, "", email), []Span{{30, 41, "EMAIL", false}, {-1, 4, "EMAIL", false}, {4, 4, "EMAIL", false}}, [3]int{}, [3]int{}, [3]int{}},
	} {
		e := New(Options{})
		e.Add(tc.record, tc.found)
		f := e.Report().Total
		for _, c := range []struct {
			by   string
			got  Match
			want [3]int
		}{{"exact", f.Exact, tc.exact}, {"overlap", f.Overlap, tc.overlap}, {"group", f.Grouped, tc.groups}} {
			if got := [3]int{c.got.Hit, c.got.Wrong, c.got.NotFound}; got != c.want {
				t.Errorf("%s: %s: hit, wrong, missed = %v, want %v", tc.name, c.by, got, c.want)
			}
		}
	}
}

// Any finding covers: the leak asks what would leave, not what it was called.
func TestLeak(t *testing.T) {
	e := New(Options{})
	e.Add(labelled("Zoë Roe, Zoë", "", []string{"PERSON"}, Span{0, 8, "PERSON", false}, Span{10, 14, "PERSON", false}), []Span{{0, 4, "ORG", false}})
	f := e.Report().Total
	if want := 6.0 / 9.0; f.Leak == nil || math.Abs(*f.Leak-want) > 1e-9 { // white space and continuation bytes do not count
		t.Errorf("leak %v, want %v", f.Leak, want)
	}
	if p := f.Types["PERSON"]; *p.Missed != 0.5 || *p.Partly != 0.5 {
		t.Errorf("missed %v, partly covered %v, want 0.5 of each", *p.Missed, *p.Partly)
	}
}

func TestNegatives(t *testing.T) {
	e := New(Options{})
	e.Add(labelled("one two_three 4 zażółć", Negative, []string{"PHONE"}, Span{0, 3, "EMAIL", false}), []Span{
		{0, 3, "EMAIL", false}, {4, 9, "PHONE", false}, {10, 13, "DATE", false}, {14, 15, "OUR_OWN", false},
	})
	e.Add(labelled("4111", HardNegative, []string{"PHONE"}), []Span{{0, 4, "PHONE", false}, {0, 3, "PHONE", false}})
	e.Add(labelled("4111", HardNegative, []string{"PHONE"}), []Span{{0, 4, "EMAIL", false}})
	f := e.Report().Total
	if n := f.Negatives; n.Words != 4 || n.All != 750 || n.Structured != 250 {
		t.Errorf("negatives %+v, want 4 words, 3 false hits, 1 of them structured", *n)
	}
	if h := f.HardNegatives; h.Records != 2 || h.Flagged != 1 || h.ByType["PHONE"] != 1 {
		t.Errorf("hard negatives %+v, want one of two flagged", *h)
	}
	if m := f.Overlap; m.Wrong != 0 {
		t.Errorf("%d false hits among the precision's", m.Wrong)
	}
}

// Types that are left out are as if their labels were not scored.
func TestTypes(t *testing.T) {
	e := New(Options{Types: []string{"EMAIL"}})
	e.Add(labelled("0123456789", "", []string{"EMAIL", "PHONE"}, Span{0, 5, "PHONE", false}), []Span{{0, 4, "EMAIL", false}, {5, 9, "EMAIL", false}})
	e.Add(labelled("0123456789", "", []string{"PHONE"}), []Span{{0, 4, "EMAIL", false}})
	f := e.Report().Total
	if f.Records != 1 || f.Overlap.Wrong != 1 {
		t.Errorf("%d records, %d wrong; want 1 and 1", f.Records, f.Overlap.Wrong)
	}
}

func TestCheck(t *testing.T) {
	e := New(Options{})
	e.Add(labelled("0123456789", "", []string{"EMAIL"}, Span{0, 5, "EMAIL", false}, Span{6, 9, "EMAIL", false}), []Span{{0, 5, "EMAIL", false}})
	r := e.Report()
	at := func(x float64) *float64 { return &x }
	for _, tc := range []struct {
		name  string
		floor Floor
		want  bool
	}{
		{"reached", Floor{Entity: "EMAIL", Recall: at(0.5)}, true},
		{"not reached", Floor{Entity: "EMAIL", Recall: at(0.51)}, false},
		{"under the ceiling", Floor{Entity: "EMAIL", Leak: at(0.375)}, true},
		{"above the ceiling", Floor{Entity: "EMAIL", Leak: at(0.37)}, false},
		{"of a source", Floor{Source: "s", Precision: at(1)}, true},
		{"together", Floor{Entity: AllStructured, F1: at(0.66)}, true},
		{"no such type", Floor{Entity: "PHONE", Leak: at(1)}, false},
		{"no such source", Floor{Source: "t", Leak: at(1)}, false},
		{"no negatives", Floor{FalseHits: at(1)}, false},
	} {
		list := r.Check([]Floor{tc.floor})
		if len(list) != 1 || list[0].OK() != tc.want {
			t.Errorf("%s: %v, want ok to be %v", tc.name, list, tc.want)
		}
	}
}

// What is refused is named by its line, and never quoted.
func TestReadRefuses(t *testing.T) {
	const good = `{"id":"a","source":"s","text":"secret","scope":["EMAIL"],"spans":[]}` + "\n"
	for _, line := range []string{
		`secret`, `{"id":"a","text":7}`, `{"text":"secret","spans":[{"start":0,"end":7,"type":"EMAIL"}]}`,
		`{"text":"secret","spans":[{"start":3,"end":3,"type":"EMAIL"}]}`, `{"text":"secret","kind":"secret"}`,
	} {
		n := 0
		err := Read(strings.NewReader(good+"\n"+line), func(Record) error { n++; return nil })
		if err == nil || !strings.HasPrefix(err.Error(), "line 3: ") || strings.Contains(err.Error(), "secret") || n != 1 {
			t.Errorf("%s: %d records, error %v", line, n, err)
		}
	}
}
