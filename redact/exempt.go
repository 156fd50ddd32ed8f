package redact

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"coatcheck/redact/detect/validate"
	"coatcheck/rules"
)

// exemption is what a rule takes for no finding although its pattern matches.
// Its expressions are the standard library's: linear in the value, no clock.
type exemption struct {
	entropy  float64
	values   map[string]bool
	words    []string // lower case
	patterns []*regexp.Regexp
	entity   string
	reserved []string
}

func newExemption(r *rules.Rule) (exemption, error) {
	x := exemption{entropy: r.Entropy, entity: r.Entity, reserved: r.Allow.Reserved}
	for _, v := range r.Allow.Values {
		if x.values == nil {
			x.values = map[string]bool{}
		}
		x.values[v] = true
	}
	for _, w := range r.Allow.Words {
		x.words = append(x.words, strings.ToLower(w))
	}
	for _, expr := range r.Allow.Regexes {
		re, err := regexp.Compile(expr)
		if err != nil {
			return x, &rules.Error{Pos: r.Pos, Rule: r.ID, Msg: "allow.regexes does not compile: " + err.Error()}
		}
		x.patterns = append(x.patterns, re)
	}
	return x, nil
}

// reason returns why a value is no finding, or Held.
func (x *exemption) reason(value string) Reason {
	if x.values[value] {
		return Allowed
	}
	for _, re := range x.patterns {
		if re.MatchString(value) {
			return Allowed
		}
	}
	if len(x.words) > 0 {
		lower := strings.ToLower(value)
		for _, w := range x.words {
			if strings.Contains(lower, w) {
				return Allowed
			}
		}
	}
	if len(x.reserved) > 0 {
		if class, ok := validate.Reserved(x.entity, value); ok && slices.Contains(x.reserved, class) {
			return Allowed
		}
	}
	if x.entropy > 0 && entropy(value) < x.entropy {
		return LowEntropy
	}
	return Held
}

// entropy is Shannon's, in bits per character (C. E. Shannon, "A Mathematical
// Theory of Communication", 1948).
func entropy(s string) float64 {
	var ascii [utf8.RuneSelf]int
	var others map[rune]int
	n := 0
	for _, r := range s {
		n++
		if r < utf8.RuneSelf {
			ascii[r]++
			continue
		}
		if others == nil {
			others = map[rune]int{}
		}
		others[r]++
	}
	bits := 0.0
	add := func(count int) {
		if count > 0 {
			p := float64(count) / float64(n)
			bits -= p * math.Log2(p)
		}
	}
	for _, count := range ascii {
		add(count)
	}
	for _, count := range others {
		add(count)
	}
	return bits
}
