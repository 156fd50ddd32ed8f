// Package hostname reads host names, in one way for whoever compares them: the
// table of providers, the door, and the authority that signs certificates.
package hostname

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Name is a host name in the form in which names are compared: IDNA look-up form,
// which folds case and full-width letters, without a last dot.
type Name string

var (
	// ErrName is a text that is no host name.
	ErrName = errors.New("not a host name")
	// ErrUncertifiable is a name for which there is no certificate.
	ErrUncertifiable = errors.New("no certificate can be made out to this name")
)

// maxName is the longest host name of the DNS in bytes, maxLabel its longest part.
const (
	maxName  = 253
	maxLabel = 63
)

// lookup reads names as browsers do. It is wider than the names of
// certificates: services in containers are called vector_db, caches in a
// network r3---sn, and what is not opened needs no certificate.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false))

// Parse reads a host name, with one last dot or none. An IPv4 address passes as
// a name; who cares asks [net/netip.ParseAddr] first.
func Parse(s string) (Name, error) {
	if len(s) > 4*maxName || !utf8.ValidString(s) { // before any work on it
		return "", ErrName
	}
	name, err := lookup.ToASCII(s)
	name = strings.TrimSuffix(name, ".")
	if err != nil || len(name) > maxName || strings.ContainsFunc(name, notInName) {
		return "", ErrName
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" {
			return "", ErrName
		}
	}
	return Name(name), nil
}

func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
}

// Certifiable reports whether a certificate can be made out to the name: its
// labels are letters, digits and inner hyphens, and the last is not all digits,
// which resolvers read as an address.
func (n Name) Certifiable() bool {
	if _, err := idna.Lookup.ToASCII(string(n)); err != nil {
		return false
	}
	last := ""
	for label := range strings.SplitSeq(string(n), ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		last = label
	}
	return strings.Trim(last, "0123456789") != ""
}

// Matches reports whether a pattern covers the name. In a pattern * stands for
// one label or a part of it, and a leading *. for any number of labels, at least
// one. It has one * at most.
func (n Name) Matches(pattern string) bool {
	head, tail, wild := strings.Cut(pattern, "*")
	if !wild {
		return string(n) == pattern
	}
	rest, begins := strings.CutPrefix(string(n), head)
	star, ends := strings.CutSuffix(rest, tail)
	if !begins || !ends || star == "" {
		return false
	}
	return head == "" && strings.HasPrefix(tail, ".") || !strings.Contains(star, ".")
}

// ParsePattern reads a name, or *.NAME for every name below it, that
// certificates can be made out to.
func ParsePattern(s string) (string, error) {
	suffix, wild := strings.CutPrefix(s, "*.")
	name, err := Parse(suffix)
	switch {
	case err != nil:
		return "", err
	case !name.Certifiable():
		return "", ErrUncertifiable
	case wild && !strings.Contains(string(name), "."):
		return "", errors.New("a suffix needs two labels or more")
	case wild:
		return "*." + string(name), nil
	}
	return string(name), nil
}
