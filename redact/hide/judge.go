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

// Scan finds private text in one text.
type Scan func(text string) ([]redact.Finding, error)

// Judge says which findings of one answer are not the caller's. It is used by
// one goroutine.
type Judge struct {
	scan   Scan
	shield *token.Shield
	sent   *Sent

	made   map[string]int
	failed bool

	seed maphash.Seed
	seen map[uint64]bool // is it the model's own? by a hash that says nothing outside this answer
}

// New returns the judge of one answer. An error of scan makes everything that
// is undecided stay hidden. The shield knows the tokens of the same rules.
func New(scan Scan, shield *token.Shield, sent *Sent) *Judge {
	return &Judge{scan: scan, shield: shield, sent: sent, made: map[string]int{}, seen: map[uint64]bool{}, seed: maphash.MakeSeed()}
}

// Made counts distinct values by entity: those that the caller never sent. It
// changes while the answer goes on.
func (j *Judge) Made() map[string]int { return j.made }

// Failed reports whether a scan failed.
func (j *Judge) Failed() bool { return j.failed }

// count notes a finding and reports whether it is private and not the caller's.
// What was judged before is not looked for again: a stream may repeat at its end
// what came in pieces.
func (j *Judge) count(text string, f redact.Finding) bool {
	if f.Action == rules.Allow {
		return false
	}
	value := text[f.Start:f.End]
	id := maphash.String(j.seed, f.Entity+"\x00"+value)
	own, judged := j.seen[id]
	if !judged {
		own = !j.stands(value) && !j.sent.Has(value)
		j.seen[id] = own
		if own {
			j.made[f.Entity]++
		}
	}
	return own
}

// stands reports whether a text is tokens and nothing more than what may stand
// around them: a rule for passwords takes what follows "password:" for one.
func (j *Judge) stands(value string) bool {
	tokens := j.shield.Find(value)
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
	found, err := j.scan(text)
	if err != nil {
		j.failed = true
		return
	}
	for _, f := range found {
		j.count(text, f)
	}
}
