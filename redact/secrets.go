package redact

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"coatcheck/redact/detect"
	"coatcheck/redact/plain"
	"coatcheck/redact/view"
	"coatcheck/rules"
)

// Secret is a value that its owner registered: it is found wherever it stands,
// in every form in which programs write it.
type Secret struct {
	Name  string // shown in findings as the rule "registered.NAME"; no private text
	Value plain.Text
}

const (
	// minSecret is the least length of a registered value, in bytes.
	minSecret = 8
	// minSecretBits is the least that a value may hold by the frequency of its
	// characters: "changeme" has 22 bits and occurs in every manual.
	minSecretBits = 28
)

// registered finds the secrets of an engine. The zero value finds nothing.
type registered struct {
	forms  detect.Literals
	judges []*judge // by form
}

// Check refuses a value that is so short or so plain that it would be found by
// chance. The error does not quote it.
func (s Secret) Check() error {
	value := s.value()
	if len(value) < minSecret || entropy(value)*float64(utf8.RuneCountInString(value)) < minSecretBits {
		return fmt.Errorf("registered secret %s is too short or too plain: it would be found in ordinary text; register a longer value, or leave it out", s.Name)
	}
	return nil
}

// value is without the line break at a file's end.
func (s Secret) value() string { return strings.TrimSpace(s.Value.Reveal(plain.Access{})) }

// newRegistered lists all forms of the secrets.
func newRegistered(list []Secret) (r registered, err error) {
	var literals []string
	var errs []error
	for _, s := range list {
		if err := s.Check(); err != nil {
			errs = append(errs, err)
			continue
		}
		j := &judge{
			rule:    &rules.Rule{ID: "registered." + s.Name, Entity: "API_KEY", Label: "KEY", Action: rules.Tokenize, Certain: true},
			pattern: &rules.Pattern{Confidence: 1}, order: -1,
		}
		for _, form := range forms(s.value()) {
			literals, r.judges = append(literals, form), append(r.judges, j)
		}
	}
	if len(literals) > 0 {
		r.forms = detect.NewLiterals(literals)
	}
	return r, errors.Join(errs...)
}

// find adds the registered values in one reading of a field to s.hits.
func (r *registered) find(ctx context.Context, s *scratch, text string, reading *view.Reading) error {
	s.matches = r.forms.Find(s.matches[:0], text)
	for i, m := range s.matches {
		if err := look(ctx, i); err != nil {
			return err
		}
		start, end, ok := m.Start, m.End, true
		if reading != nil {
			start, end, ok = reading.Place(start, end)
		}
		if ok {
			j := r.judges[m.Pattern]
			h := hit{start: start, end: end, judge: j, action: j.rule.Action, score: j.pattern.Confidence, certain: true}
			s.hits = append(s.hits, h)
			s.trace.hit(&h, Held)
		}
	}
	return nil
}

// forms spells a value in clear, as base64 at each of the three offsets that it
// can have in a longer text, in hexadecimal, in a URL and as a JSON string.
func forms(value string) []string {
	b := []byte(value)
	list := []string{value, hex.EncodeToString(b), strings.ToUpper(hex.EncodeToString(b)), url.QueryEscape(value), url.PathEscape(value)}
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset := range 3 {
			list = append(list, inner(enc, b, offset))
		}
	}
	if quoted, err := json.Marshal(value); err == nil {
		list = append(list, strings.Trim(string(quoted), `"`))
	}
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(s string) bool { return len(s) < detect.MinLiteral })
}

// inner returns the symbols that depend on the value alone when it stands
// offset bytes behind a multiple of three.
func inner(enc *base64.Encoding, b []byte, offset int) string {
	s := enc.EncodeToString(append(make([]byte, offset), b...))
	first := (offset*8 + 5) / 6
	if (offset+len(b))%3 != 0 { // the last symbol has bits of what follows
		s = s[:len(s)-1]
	}
	return s[first:]
}
