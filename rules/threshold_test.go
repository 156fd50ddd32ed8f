package rules

import (
	"math"
	"strings"
	"testing"
)

const twoRules = `
rules:
  - {id: a, entity: EMAIL, patterns: [{regex: 'x{1,9}'}], min_confidence: 0.5}
  - {id: b, entity: PHONE, patterns: [{regex: 'y{1,9}'}], min_confidence: 0.9}`

func TestSensitivityAndThresholds(t *testing.T) {
	for _, tt := range []struct {
		files []string
		a, b  float64
	}{
		{[]string{twoRules}, 0.5, 0.9},
		{[]string{twoRules, "sensitivity: balanced"}, 0.5, 0.9},
		{[]string{twoRules, "sensitivity: low"}, 0.7, 1},
		{[]string{twoRules, "sensitivity: high"}, 0.3, 0.7},
		{[]string{twoRules, "sensitivity: high", "sensitivity: balanced"}, 0.5, 0.9},
		{[]string{twoRules, "threshold: {EMAIL: 0.8}"}, 0.8, 0.9},
		{[]string{twoRules, "threshold: {EMAIL: 0.8, PHONE: 0.1}\nsensitivity: high", "threshold: {EMAIL: 0.6}"}, 0.4, 0.05},
	} {
		s, err := shapesOf(t, tt.files...)
		if err != nil {
			t.Fatal(err)
		}
		for _, again := range []bool{false, true} { // a set that is merged again is not tuned twice
			if again {
				if s, err = Merge(s); err != nil {
					t.Fatal(err)
				}
			}
			if a, b := s.Rules[0].MinConfidence, s.Rules[1].MinConfidence; math.Abs(a-tt.a) > 1e-9 || math.Abs(b-tt.b) > 1e-9 {
				t.Errorf("%q: %g %g, want %g %g", tt.files[1:], a, b, tt.a, tt.b)
			}
		}
		written, err := s.Untuned()
		if err != nil || written.Rules[0].MinConfidence != 0.5 || written.Rules[1].MinConfidence != 0.9 {
			t.Errorf("%q untuned: %+v, %v", tt.files[1:], written, err)
		}
	}
}

// TestLessSensitiveIsWeaker: it takes the owner's approval to find less.
func TestLessSensitiveIsWeaker(t *testing.T) {
	sets := map[string]*Set{}
	for _, word := range sensitivities {
		s, err := shapesOf(t, twoRules, "sensitivity: "+string(word))
		if err != nil {
			t.Fatal(err)
		}
		sets[string(word)] = s
	}
	for _, tt := range []struct {
		from, to string
		weaker   bool
	}{{"balanced", "low", true}, {"high", "balanced", true}, {"low", "balanced", false}, {"balanced", "high", false}} {
		if got := Weakened(sets[tt.from], sets[tt.to]); len(got) > 0 != tt.weaker {
			t.Errorf("%s to %s: %q", tt.from, tt.to, got)
		}
		if sets[tt.from].Digest == sets[tt.to].Digest {
			t.Errorf("%s and %s have one digest", tt.from, tt.to)
		}
	}
}

func TestThresholdsAreStrict(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"sensitivity: max", `a.yaml:3:14: sensitivity "max" is unknown; known: balanced, high, low`},
		{"threshold: {EMAIL: 1.5}", `a.yaml:3:20: a threshold must lie between 0 and 1`},
		{"threshold: {mail: 0.5}", `a.yaml:3:13: entity "mail" must be capitals, digits and underscores`},
	} {
		_, err := shapesOf(t, tt.file)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.file, err, tt.want)
		}
	}
}
