package redact_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"coatcheck/redact"
)

// floors are the overlap F1 scores reached on the development data. They only
// go up; whoever raises quality raises them.
var floors = map[string]float64{
	"EMAIL":          0.99,
	"PHONE":          0.92,
	"CREDIT_CARD":    0.98,
	"IBAN":           0.99,
	"BANK_ACCOUNT":   0.98,
	"US_SSN":         0.99,
	"NATIONAL_ID":    0.84,
	"TAX_ID":         0.94,
	"PASSPORT":       0.90,
	"DRIVER_LICENSE": 0.91,
	"MEDICAL_ID":     0.93,
	"VEHICLE_ID":     0.97,
	"BUSINESS_ID":    0.93,
	"IP":             0.98,
	"MAC":            0.99,
	"CRYPTO":         0.99,
	"DEVICE_ID":      0.99,
	"API_KEY":        0.96,
	"PASSWORD":       0.83,
}

// minTogether is the floor of all these types counted as one.
const minTogether = 0.95

// maxFalseHits bounds structured findings per 1,000 words of recorded requests
// to model providers, in which there is nothing to find.
const maxFalseHits = 0.05

type span struct {
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Type   string `json:"type"`
	Ignore bool   `json:"ignore,omitempty"`
}

type record struct {
	ID     string   `json:"id"`
	Source string   `json:"source"`
	Text   string   `json:"text"`
	Scope  []string `json:"scope"`
	Spans  []span   `json:"spans"`
	Kind   string   `json:"kind"`
}

type tally struct{ hit, wrong, missed int }

func (c tally) f1() float64 {
	return 2 * float64(c.hit) / max(1, float64(2*c.hit+c.wrong+c.missed))
}

// TestEvaluation scores the built-in rules on the labelled data whose folder
// COATCHECK_SHARED names (…/eval/dev/*.jsonl, rules in its README). With
// COATCHECK_PREDICTIONS the findings are written there for the Python scorer.
func TestEvaluation(t *testing.T) {
	shared := os.Getenv("COATCHECK_SHARED")
	if shared == "" {
		t.Skip("COATCHECK_SHARED does not name the labelled data")
	}
	files, err := filepath.Glob(filepath.Join(shared, "eval", "dev", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no labelled data: %v", err)
	}
	e, _ := builtinEngine(t)
	score := evaluation{tallies: map[string]tally{}, falseHits: map[string]int{}}
	if name := os.Getenv("COATCHECK_PREDICTIONS"); name != "" {
		out, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		score.predictions = json.NewEncoder(out)
	}
	for _, name := range files {
		score.file(t, e, name)
	}
	score.report(t)
}

type evaluation struct {
	tallies     map[string]tally
	words       int            // of the recorded requests
	falseHits   map[string]int // in them, by entity
	predictions *json.Encoder
}

func (v *evaluation) file(t *testing.T, e *redact.Engine, name string) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found := []span{}
		for _, x := range scan(t, e, r.Text) {
			found = append(found, span{Start: x.Start, End: x.End, Type: x.Entity})
		}
		if v.predictions != nil {
			if err := v.predictions.Encode(map[string]any{"id": r.ID, "spans": found}); err != nil {
				t.Fatal(err)
			}
		}
		v.add(r, found)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

var word = regexp.MustCompile(`[\pL\pN_]+`)

func (v *evaluation) add(r record, found []span) {
	switch {
	case r.Kind == "negative" && r.Source == "neg_llm_requests":
		v.words += len(word.FindAllString(r.Text, -1))
		for _, p := range found {
			if !slices.ContainsFunc(r.Spans, func(g span) bool { return overlap(g, p) > 0 }) {
				v.falseHits[p.Type]++
			}
		}
	case r.Kind == "":
		v.match(r, found)
	}
}

// match pairs labelled and found spans of one type by falling overlap of at
// least one half, one to one.
func (v *evaluation) match(r record, found []span) {
	type pair struct {
		share float64
		g, p  int
	}
	var pairs []pair
	for i, g := range r.Spans {
		for j, p := range found {
			if s := overlap(g, p); !g.Ignore && g.Type == p.Type && s >= 0.5 {
				pairs = append(pairs, pair{s, i, j})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.share, a.share) })
	gold, pred := map[int]bool{}, map[int]bool{}
	for _, x := range pairs {
		if !gold[x.g] && !pred[x.p] {
			gold[x.g], pred[x.p] = true, true
		}
	}
	for i, g := range r.Spans {
		if g.Ignore {
			continue
		}
		c := v.tallies[g.Type]
		if gold[i] {
			c.hit++
		} else {
			c.missed++
		}
		v.tallies[g.Type] = c
	}
	for j, p := range found {
		if !pred[j] && slices.Contains(r.Scope, p.Type) && !excused(r.Spans, p) {
			c := v.tallies[p.Type]
			c.wrong++
			v.tallies[p.Type] = c
		}
	}
}

// overlap is the share of two spans' union that both cover.
func overlap(a, b span) float64 {
	both := min(a.End, b.End) - max(a.Start, b.Start)
	return float64(max(0, both)) / float64(max(a.End, b.End)-min(a.Start, b.Start))
}

// excused reports a finding that lies mostly on a span that is not scored.
func excused(spans []span, p span) bool {
	return slices.ContainsFunc(spans, func(s span) bool {
		return s.Ignore && 2*(min(s.End, p.End)-max(s.Start, p.Start)) >= p.End-p.Start
	})
}

func (v *evaluation) report(t *testing.T) {
	var all tally
	for _, entity := range slices.Sorted(maps.Keys(floors)) {
		c := v.tallies[entity]
		all = tally{all.hit + c.hit, all.wrong + c.wrong, all.missed + c.missed}
		t.Logf("%-14s F1 %.3f  (hit %d, wrong %d, missed %d)", entity, c.f1(), c.hit, c.wrong, c.missed)
		if c.f1() < floors[entity] {
			t.Errorf("%s fell below its floor of %.3f", entity, floors[entity])
		}
	}
	t.Logf("%-14s F1 %.3f", "together", all.f1())
	if all.f1() < minTogether {
		t.Errorf("all together fell below %.3f", minTogether)
	}
	sum := 0
	for _, n := range v.falseHits {
		sum += n
	}
	rate := 1000 * float64(sum) / float64(v.words)
	t.Logf("false hits per 1,000 words: %.4f of %d words %s", rate, v.words, fmt.Sprint(v.falseHits))
	if rate > maxFalseHits {
		t.Errorf("more than %.2f false hits per 1,000 words", maxFalseHits)
	}
}
