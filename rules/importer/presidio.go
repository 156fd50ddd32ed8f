package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"coatcheck/rules"
)

// presidioFile is a registry of Presidio's pattern recognizers.
type presidioFile struct {
	Flags       *int  `yaml:"global_regex_flags"`
	Recognizers []any `yaml:"recognizers"` // a recognizer, or the name of a class
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

// What becomes of the keys of a registry, a recognizer and a pattern.
var (
	registryKeys = keyTable{
		carried: []string{"global_regex_flags", "recognizers"}, idle: []string{"supported_languages"},
		dropping: "it is no key of a registry that we know",
	}
	recognizerKeys = keyTable{
		carried:  []string{"name", "type", "enabled", "supported_entity", "supported_languages", "patterns", "context", "deny_list", "deny_list_score"},
		idle:     []string{"class_name", "country_code", "supported_language", "version"},
		dropping: "it is no key of a recognizer that we know",
	}
	patternKeys = keyTable{carried: []string{"name", "regex", "score"}, dropping: "it is no key of a pattern that we know"}
)

// What Presidio does with context: it adds 0.35 for a word that holds one of the
// context words, lemmas compared, among five before the match, stop words not
// counted. Ours are whole words, so both numbers of a word are asked for; five
// such words of English and the stop words between them take sixty characters.
const (
	presidioBoost     = 0.35
	presidioThreshold = 0.4  // to which a word lifts even the weakest pattern
	presidioWeakest   = 0.06 // what reaches that with our sum
	presidioWindow    = 60   // characters
)

// presidioFlags are Python's re.IGNORECASE, re.MULTILINE and re.DOTALL, which
// Presidio sets unless a file says otherwise.
const presidioFlags = 26

func presidio(r *Result, src []byte) error {
	var f presidioFile
	var all map[string]any
	if err := readYAML(src, &f); err != nil || len(f.Recognizers) == 0 || readYAML(src, &all) != nil {
		return fmt.Errorf("not a registry of Presidio: it needs a list of recognizers")
	}
	r.keys("presidio", all, registryKeys)
	flags := presidioFlags
	if f.Flags != nil {
		flags = *f.Flags
	}
	if rest := flags &^ knownFlags; rest != 0 {
		r.note("presidio", "global_regex_flags: %d of it is left out: our patterns have no such flag", rest)
	}
	for i, item := range f.Recognizers {
		m, ok := item.(map[string]any)
		if !ok {
			r.note(slug("presidio", fmt.Sprint(item)), "left out: its patterns are in Presidio's own code")
			continue
		}
		if err := r.entry(m, flags); err != nil {
			return fmt.Errorf("not a registry of Presidio: recognizer %d cannot be read", i+1)
		}
	}
	return nil
}

// entry reads one recognizer of the list.
func (r *Result) entry(m map[string]any, flags int) error {
	src, err := yaml.Marshal(m)
	if err != nil {
		return err
	}
	var p recognizer
	if err := readYAML(src, &p); err != nil {
		return err
	}
	id := slug("presidio", p.Name)
	switch {
	case p.Enabled != nil && !*p.Enabled:
		r.note(id, "left out: it is not enabled")
	case len(p.Patterns) == 0 && len(p.DenyList) == 0:
		r.note(id, "left out: its patterns are in Presidio's own code")
	default:
		r.keys(id, m, recognizerKeys)
		if list, ok := m["patterns"].([]any); ok {
			for _, x := range list {
				if pattern, ok := x.(map[string]any); ok {
					r.keys(id, pattern, patternKeys)
				}
			}
		}
		r.recognizer(id, p, flags)
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
	least := presidioThreshold
	if words := r.contextWords(id, p); len(words) > 0 {
		least = presidioWeakest
		rule.Context = rules.Context{Words: words, Window: presidioWindow, Boost: presidioBoost}
		r.note(id, "context: whole words and their plurals in %d characters before it and in its field's name, for lemmas and parts of words among five before it", presidioWindow)
	}
	for i, x := range rule.Patterns {
		switch {
		case x.Confidence < least:
			rule.Patterns[i].Confidence = least
			r.note(id, "pattern %d has confidence %.2f, not %.2f, so that it can be found at all", i+1, least, x.Confidence)
		case x.Confidence < presidioThreshold:
			r.note(id, "pattern %d, of score %.2f, counts beside a word of its context alone; Presidio leaves the threshold to its caller", i+1, x.Confidence)
		}
	}
	r.add(rule)
}

// contextWords are the words of a recognizer in all its languages, and those of
// Latin letters with a plural's s: Presidio compares lemmas, and finds a word in
// a longer one.
func (r *Result) contextWords(id string, p recognizer) (words []string) {
	list, languages := slices.Clone(p.Context), 0
	for _, l := range p.Languages {
		more := languageContext(l)
		list = append(list, more...)
		if len(more) > 0 {
			languages++
		}
	}
	if languages > 1 {
		r.note(id, "context: the words of %d languages count together", languages)
	}
	for _, w := range list {
		words = append(words, w)
		if plain.MatchString(w) && !strings.HasSuffix(strings.ToLower(w), "s") {
			words = append(words, w+"s")
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

var plain = regexp.MustCompile(`^[A-Za-z]{3,}$`)

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

// knownFlags are Python's flags that we have, and those that change nothing
// here: re.UNICODE is its default, re.DEBUG prints.
const knownFlags = 2 | 8 | 16 | 64 | 32 | 128

func pythonFlags(bits int) (flags string) {
	for _, f := range []struct {
		bit  int
		flag string
	}{{2, "i"}, {8, "m"}, {16, "s"}, {64, "x"}} {
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
