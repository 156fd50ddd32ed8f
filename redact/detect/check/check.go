// Package check tells values from their look-alikes: check digits, registries,
// decoded structures. Each check names the specification that it follows.
//
// Checks are pure functions of the value, safe for concurrent use; they take
// values with the separators that people write.
package check

import "slices"

// Check is a named test of a value that a pattern found.
type Check struct {
	Pass func(value string) bool
	// Proof says that a pass is evidence by itself: a checksum, a signature, a
	// decoded structure. A look-alike passes by chance at most.
	Proof bool
}

var checks = map[string]Check{
	"card":         {Pass: card, Proof: true},
	"email":        {Pass: email},
	"github_token": {Pass: githubToken, Proof: true},
	"iban":         {Pass: iban, Proof: true},
	"ip":           {Pass: ip},
	"jwt":          {Pass: jwt, Proof: true},
	"mac":          {Pass: mac},
	"phone":        {Pass: phone},
	"random":       {Pass: random},
	"secret":       {Pass: secret},
	"ssn":          {Pass: ssn},
}

// Lookup returns the check of that name.
func Lookup(name string) (Check, bool) {
	c, ok := checks[name]
	return c, ok
}

// Names lists all checks, sorted.
func Names() []string {
	names := make([]string, 0, len(checks))
	for n := range checks {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
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
