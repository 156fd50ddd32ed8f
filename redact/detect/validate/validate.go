// Package validate tells values from their look-alikes: check digits,
// registries, decoded structures. Each validator names the specification that
// it follows.
//
// Validators are pure functions of the value, safe for concurrent use; they take
// values with the separators that people write.
package validate

import (
	"slices"
	"strings"
)

// Validator is a named test of a value that a pattern found.
type Validator struct {
	Name string
	// Countries that use it, in ISO 3166-1 codes with spaces between them;
	// empty: of no country.
	Countries   string
	Description string // what it tells, for people
	Source      string // whose specification it follows; empty: a judgement of our own
	// Proof says that a pass is evidence by itself: a checksum, a signature, a
	// decoded structure. A look-alike passes by chance at most.
	Proof bool
	Pass  func(value string) bool
}

// About says in one line what the validator tells, of which countries, and by
// whose specification.
func (v *Validator) About() string {
	about := v.Description
	if v.Countries != "" {
		about += " (" + v.Countries + ")"
	}
	if v.Source != "" {
		about += "; " + v.Source
	}
	return about
}

// All lists the validators, sorted by name.
func All() []Validator {
	all := slices.Clone(table)
	slices.SortFunc(all, func(a, b Validator) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Lookup returns the validator of that name.
func Lookup(name string) (Validator, bool) {
	i := slices.IndexFunc(table, func(v Validator) bool { return v.Name == name })
	if i < 0 {
		return Validator{}, false
	}
	return table[i], true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func isAlnum(c byte) bool { return isDigit(c) || isUpper(c) || isLower(c) }

// digits copies the digits of s into buf and returns them; ok is false if
// there are more than fit.
func digits(buf []byte, s string) (out []byte, ok bool) {
	out = buf[:0]
	for i := range len(s) {
		if !isDigit(s[i]) {
			continue
		}
		if len(out) == cap(buf) {
			return nil, false
		}
		out = append(out, s[i])
	}
	return out, true
}

// uniform reports whether all bytes are the same.
func uniform(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}
