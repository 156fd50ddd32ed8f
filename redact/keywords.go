package redact

import (
	"strings"
	"unicode/utf8"

	"coatcheck/redact/detect"
	"coatcheck/rules"
)

// keywords are what a rule asks to stand near its matches.
type keywords rules.Keywords

// near returns one of them that stands near a match. It is empty, and that is
// fine, if the rule asks for none.
func (k *keywords) near(p *place, m detect.Match) (word string, ok bool) {
	if len(k.Any) == 0 {
		return "", true
	}
	if k.Where != rules.Behind {
		if word, ok = k.in(p.field.heard()); ok || k.Where == rules.InKey {
			return word, ok
		}
	}
	if k.Within == 0 {
		return p.mentions(k)
	}
	from, to := m.End, m.Start
	if k.Where != rules.Behind {
		from = runesBefore(p.text, m.Start, k.Within)
	}
	if k.Where != rules.Ahead {
		to = runesAfter(p.text, m.End, k.Within)
	}
	return k.in(p.text[from:to])
}

// in returns a keyword that stands in a text, in any letter case.
func (k *keywords) in(text string) (word string, ok bool) {
	const caseBit = 0x20
	for _, w := range k.Any {
		for i := 0; i+len(w) <= len(text); i++ {
			if w[0] < utf8.RuneSelf && w[0]|caseBit != text[i]|caseBit {
				continue
			}
			if strings.EqualFold(text[i:i+len(w)], w) {
				return w, true
			}
		}
	}
	return "", false
}

// mentions returns a keyword that stands anywhere in what is read, or in the
// field as it stands. It looks once a rule and text, however many matches and
// readings there are.
func (p *place) mentions(k *keywords) (word string, ok bool) {
	if p.text != p.pick.whole {
		word = p.spoken.of(k, p.text)
	}
	if word == "" {
		word = p.whollySpoken.of(k, p.pick.whole)
	}
	return word, word != ""
}

// spoken remembers which keyword of a list stands in a text, "" for none.
type spoken map[*keywords]string

func (s spoken) of(k *keywords, text string) string {
	word, known := s[k]
	if !known {
		word, _ = k.in(text)
		s[k] = word
	}
	return word
}

// runesBefore returns the place n runes before another, and runesAfter behind.
func runesBefore(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

func runesAfter(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
