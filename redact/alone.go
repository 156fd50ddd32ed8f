package redact

import "strings"

// alone is what a match gains that is all that somebody wrote. The word that
// would speak for it stands in another message: it answers "and your insurance
// number?". It makes up for little: what its shape or its check digits have
// nearly shown. Tools and models answer with bare numbers that are counts.
const alone = 0.1

// almost is the score that a match must have by itself, whatever the
// sensitivity: a number that merely fits is no answer.
const almost = 0.4

// maxAlone is the longest text, in bytes, that is taken for one value.
const maxAlone = 64

// unnamed are the keys of fields that say no more than that there is a text.
var unnamed = map[string]bool{"": true, "content": true, "text": true, "input": true, "message": true, "prompt": true}

// mayAnswer reports whether a field may hold one value and nothing else.
func (f *Field) mayAnswer(text string) bool {
	return f.Origin == OriginUser && unnamed[f.Key] && len(strings.Trim(text, aside)) <= maxAlone
}

// nearly reports whether a score is enough if the match is alone. Silence stands
// in for a word, so it says nothing to a rule that hears none.
func (j *judge) nearly(score float64) bool {
	return score >= almost && score+alone >= j.rule.MinConfidence && !j.evidence.words.Empty()
}

// aside is what may stand beside a value that is alone.
const aside = " \t\r\n\"'`.,;"

// alone reports whether there is nothing else in the field.
func (p *place) alone() bool {
	if !p.pick.answer {
		return false
	}
	text := p.pick.whole
	return strings.Trim(text[:p.start], aside) == "" && strings.Trim(text[p.end:], aside) == ""
}
