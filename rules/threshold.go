package rules

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Sensitivity trades what is missed against false alarms, for all rules at once.
type Sensitivity string

// Balanced takes each rule at its word. With Low a match needs more evidence
// than that, with High less: see [Sensitivity.shift].
const (
	Low      Sensitivity = "low"
	Balanced Sensitivity = "balanced"
	High     Sensitivity = "high"
)

var sensitivities = []Sensitivity{Low, Balanced, High}

// shift is what is added to every rule's min_confidence. A checksum that holds
// or a word nearby is worth about twice as much: Low lets no shape pass on its
// own, High makes up for what half a clue is short of.
func (s Sensitivity) shift() float64 {
	switch s {
	case Low:
		return 0.2
	case High:
		return -0.2
	}
	return 0
}

// leastConfidence is below what any threshold can be shifted: a match without
// any evidence is found at no setting.
const leastConfidence = 0.05

// thresholds reads a file's thresholds by entity.
func (d *decoder) thresholds(n ast.Node) map[string]float64 {
	out := map[string]float64{}
	for _, e := range d.entries(n, "threshold") {
		entity, least := "", DefaultMinConfidence
		d.text("an entity", &entity)(e.Key)
		d.share("a threshold", &least)(e.Value)
		if entity != "" && !entityShape.MatchString(entity) {
			d.fail(e.Key, "entity %q must be capitals, digits and underscores", entity)
			continue
		}
		out[entity] = least
	}
	return out
}

// Untuned returns a merged set as its rules are written, without the
// sensitivity and the thresholds by entity that its packs set. A rule's examples
// are promises about that.
func (s *Set) Untuned() (*Set, error) {
	packs := slices.Clone(s.packs)
	for i := range packs {
		packs[i].sensitivity, packs[i].thresholds = "", nil
	}
	return Merge(&Set{packs: packs})
}

// tune applies what the packs of a set say of thresholds, the later one over
// the earlier, to its rules.
func (s *Set) tune() {
	sensitivity, thresholds := Balanced, map[string]float64{}
	for _, p := range s.packs {
		if p.sensitivity != "" {
			sensitivity = p.sensitivity
		}
		maps.Copy(thresholds, p.thresholds)
	}
	s.Rules = slices.Clone(s.Rules)
	for i := range s.Rules {
		r := &s.Rules[i]
		if least, ok := thresholds[r.Entity]; ok {
			r.MinConfidence = least
		}
		if shift := sensitivity.shift(); shift != 0 {
			r.MinConfidence = min(max(r.MinConfidence+shift, leastConfidence), 1)
		}
	}
}
