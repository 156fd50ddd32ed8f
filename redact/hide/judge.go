// Package hide looks at what a model wrote: at private text in an answer that
// the caller never sent, because the model made it up or has it from the
// provider's own files and search.
//
// The law it keeps: nothing of such a value leaves a [Lane] before it is decided
// whether it is one; and what stands for the caller's own values, or is one of
// them, is never hidden.
package hide

import (
	"hash/maphash"
	"strings"
	"unicode"

	"coatcheck/redact"
	"coatcheck/redact/token"
	"coatcheck/rules"
)

// Judge says which findings of one answer are not the caller's. It is used by
// one goroutine.
type Judge struct {
	// Scan finds in one text. Its error makes everything undecided stay hidden.
	Scan func(text string) ([]redact.Finding, error)
	// Shield knows the tokens of the same rules.
	Shield *token.Shield
	// Sent reports whether the caller sent this text.
	Sent func(text string) bool

	// Made counts distinct values by entity: those that the caller never sent.
	Made map[string]int
	// Failed says that a scan failed.
	Failed bool

	seed maphash.Seed
	seen map[uint64]bool // what is in Made, by a hash that says nothing outside this answer
}

// count notes a finding and reports whether it is private and not the caller's.
func (j *Judge) count(text string, f redact.Finding) bool {
	value := text[f.Start:f.End]
	if f.Action == rules.Allow || j.stands(value) || j.Sent(value) {
		return false
	}
	if j.Made == nil {
		j.Made, j.seen, j.seed = map[string]int{}, map[uint64]bool{}, maphash.MakeSeed()
	}
	// A stream may repeat at its end what came in pieces.
	if id := maphash.String(j.seed, f.Entity+"\x00"+value); !j.seen[id] {
		j.seen[id] = true
		j.Made[f.Entity]++
	}
	return true
}

// stands reports whether a text is tokens and nothing more than what may stand
// around them: a rule for passwords takes what follows "password:" for one.
func (j *Judge) stands(value string) bool {
	tokens := j.Shield.Find(value)
	if len(tokens) == 0 {
		return false
	}
	at := 0
	for _, r := range tokens {
		if hasText(value[at:r.Start]) {
			return false
		}
		at = r.End
	}
	return !hasText(value[at:])
}

func hasText(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// Count judges a text that is whole, hiding nothing.
func (j *Judge) Count(text string) {
	found, err := j.Scan(text)
	if err != nil {
		j.Failed = true
		return
	}
	for _, f := range found {
		j.count(text, f)
	}
}
