package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"coatcheck/rules"
)

// presidioFile is a registry of Presidio's pattern recognizers.
type presidioFile struct {
	Flags       *int         `yaml:"global_regex_flags"`
	Recognizers []recognizer `yaml:"recognizers"`
}

type recognizer struct {
	Name      string `yaml:"name"`
	Type      string `yaml:"type"`
	Enabled   *bool  `yaml:"enabled"`
	Entity    string `yaml:"supported_entity"`
	Languages []any  `yaml:"supported_languages"`
	Patterns  []struct {
		Name  string  `yaml:"name"`
		Regex string  `yaml:"regex"`
		Score float64 `yaml:"score"`
	} `yaml:"patterns"`
	Context       []string `yaml:"context"`
	DenyList      []string `yaml:"deny_list"`
	DenyListScore *float64 `yaml:"deny_list_score"`
}

// presidioEntities are Presidio's names for canonical types.
var presidioEntities = map[string]string{
	"EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "CREDIT_CARD", "IBAN_CODE": "IBAN",
	"IP_ADDRESS": "IP", "US_SSN": "US_SSN", "US_ITIN": "TAX_ID", "US_PASSPORT": "PASSPORT", "US_DRIVER_LICENSE": "DRIVER_LICENSE",
	"US_BANK_NUMBER": "BANK_ACCOUNT", "UK_NHS": "MEDICAL_ID", "UK_NINO": "NATIONAL_ID", "CRYPTO": "CRYPTO", "URL": "URL",
	"PERSON": "PERSON", "LOCATION": "LOCATION", "DATE_TIME": "DATE", "MEDICAL_LICENSE": "MEDICAL_ID",
}

// What Presidio does with context: it adds 0.35, from five words before.
const (
	presidioBoost     = 0.35
	presidioThreshold = 0.4  // to which a word lifts even the weakest pattern
	presidioWeakest   = 0.06 // what reaches that with our sum
	presidioWindow    = 40   // characters; about five words
)

// presidioFlags are Python's re.IGNORECASE, re.MULTILINE and re.DOTALL, which
// Presidio sets unless a file says otherwise.
const presidioFlags = 26

func presidio(r *Result, src []byte) error {
	var f presidioFile
	if err := readYAML(src, &f); err != nil || len(f.Recognizers) == 0 {
		return fmt.Errorf("not a registry of Presidio: it needs a list of recognizers")
	}
	flags := presidioFlags
	if f.Flags != nil {
		flags = *f.Flags
	}
	for _, p := range f.Recognizers {
		id := slug("presidio", p.Name)
		switch {
		case p.Enabled != nil && !*p.Enabled:
			r.note(id, "left out: it is not enabled")
		case len(p.Patterns) == 0 && len(p.DenyList) == 0:
			r.note(id, "left out: its patterns are in Presidio's own code")
		default:
			r.recognizer(id, p, flags)
		}
	}
	return nil
}

func (r *Result) recognizer(id string, p recognizer, flags int) {
	rule := newRule(id, p.Name)
	rule.Entity, rule.Label = presidioEntity(p.Entity)
	rule.MinConfidence = presidioThreshold
	for _, x := range p.Patterns {
		rule.Patterns = append(rule.Patterns, rules.Pattern{Regex: x.Regex, Flags: pythonFlags(flags), Confidence: x.Score})
	}
	if len(p.DenyList) > 0 {
		score := 1.0
		if p.DenyListScore != nil {
			score = *p.DenyListScore
		}
		rule.Patterns = append(rule.Patterns, denyList(p.DenyList, flags, score))
	}
	words := slices.Clone(p.Context)
	for _, l := range p.Languages {
		words = append(words, languageContext(l)...)
	}
	least := presidioThreshold
	if len(words) > 0 {
		least = presidioWeakest
		rule.Context = rules.Context{Words: words, Window: presidioWindow, Boost: presidioBoost}
		r.note(id, "context: whole words in %d characters before, for Presidio's five words", presidioWindow)
	}
	for i, x := range rule.Patterns {
		if x.Confidence < least {
			rule.Patterns[i].Confidence = least
			r.note(id, "pattern %d has confidence %.2f, not %.2f, so that it can be found at all", i+1, least, x.Confidence)
		}
	}
	r.add(rule)
}

// presidioEntity returns our type and label for one of Presidio's.
func presidioEntity(name string) (entity, label string) {
	if e, ok := presidioEntities[name]; ok {
		l, _ := rules.Label(e)
		return e, l
	}
	entity = strings.Trim(notEntity.ReplaceAllString(strings.ToUpper(name), "_"), "_")
	if len(entity) < 2 || entity[0] < 'A' {
		entity = "X_" + entity
	}
	return entity[:min(40, len(entity))], "ID"
}

// languageContext returns the words of an entry with a language and a context.
func languageContext(entry any) (words []string) {
	m, _ := entry.(map[string]any)
	list, _ := m["context"].([]any)
	for _, w := range list {
		words = append(words, fmt.Sprint(w))
	}
	return words
}

func pythonFlags(bits int) (flags string) {
	for _, f := range []struct {
		bit  int
		flag string
	}{{2, "i"}, {8, "m"}, {16, "s"}} {
		if bits&f.bit != 0 {
			flags += f.flag
		}
	}
	return flags
}

// denyList spells a list of words as a pattern.
func denyList(words []string, flags int, score float64) rules.Pattern {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w)
	}
	return rules.Pattern{Regex: `(?<!\w)(?:` + strings.Join(quoted, "|") + `)(?!\w)`, Flags: pythonFlags(flags), Confidence: score}
}
