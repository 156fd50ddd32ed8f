package rules

import (
	"maps"
	"slices"

	"coatcheck/redact/detect/validate"
)

// fileSchema describes a rule file.
var fileSchema = object("", []string{"apiVersion", "pack"},
	keyword{"apiVersion", oneOf("The version of the format.", "", []string{APIVersion})},
	keyword{"pack", packSchema},
	keyword{"sensitivity", oneOf("How much evidence a match needs: low asks more than the rules say and finds less, high asks less and finds more.", Balanced, sensitivities)},
	keyword{"threshold", &schema{
		kind: "object", doc: "By entity, what its rules ask for in place of their min_confidence.",
		others: share("", nil),
	}},
	keyword{"shape", &schema{
		kind: "object", doc: "By entity, how its tokens are written in text. native needs a reserved range: EMAIL, IBAN, IP, MAC, PHONE and URL have one.",
		others: oneOf("", ShapeAuto, shapes),
	}},
	keyword{"rules", listOf("The rules of the pack. Order decides only where everything else is equal.", ruleSchema)},
	keyword{"tests", listOf("Texts and what becomes of them under all rules together: coatcheck rules test runs them.", testSchema)},
)

var testSchema = object("", []string{"text", "want"},
	keyword{"text", text("The text.")},
	keyword{"key", text("The name of the field that holds it.")},
	keyword{"want", text("The text with each finding replaced by its label in brackets, as in: see [CASE].")},
)

var packSchema = object("Names the file, and says what it does to the packs before it.", []string{"id"},
	keyword{"id", shaped("The pack's name, such as acme or acme/billing.", packShape.String())},
	keyword{"version", text("The pack's version; it stands in every log entry.")},
	keyword{"extends", listOf("Packs that must have been loaded before.", text(""))},
	keyword{"disable", listOf("Ids of rules to take out.", text(""))},
	keyword{"override", &schema{
		kind: "object", doc: "Changes to rules by their id: each key given replaces the rule's own.",
		others: object("The keys to replace; the id is for life.", nil, withoutID(ruleSchema.keys)...),
	}},
)

func withoutID(keys []keyword) []keyword {
	return slices.DeleteFunc(slices.Clone(keys), func(k keyword) bool { return k.name == "id" })
}

// ruleSchema describes a rule.
var ruleSchema = object("Finds one kind of value.", []string{"id", "entity", "patterns"},
	keyword{"id", shaped("Stable and unique, such as us.ssn; logs and approvals refer to it.", idShape.String())},
	keyword{"entity", shaped("A canonical type ("+canonical()+"), or your own, which then needs a label.", entityShape.String())},
	keyword{"label", shaped("The word that a token shows, as in [CASE_7K3QXM].", labelShape.String())},
	keyword{"description", text("What it is, for people.")},
	keyword{"certain", &schema{kind: "boolean", preset: false, doc: "The shape alone is evidence: no look-alikes exist."}},
	keyword{"patterns", listOf("Tiers of evidence: each pattern has a confidence of its own.", patternSchema)},
	keyword{"capture", text("The group that is the finding, by name or number; without it the whole match is.")},
	keyword{"validators", listOf("Checks that a match must stand.", validatorSchema)},
	keyword{"context", contextSchema},
	keyword{"keywords", object("Pieces of text of which one must stand near a match, in any letter case: without it there is no finding, whatever else speaks for it.", []string{"any"},
		keyword{"any", &schema{kind: "array", doc: "The pieces; one is enough.", items: shaped("", `\S`), filled: true}},
		keyword{"within", whole("How many characters off the match it may begin or end; without it, anywhere in the text.", nil, 1, 1000)},
		keyword{"where", oneOf("On which side; the field's name counts as before.", Anywhere, []Where{Anywhere, Ahead, Behind, InKey})},
	)},
	keyword{"require", listOf("Other rules, all of which must find something near a match in the same text.", object("", []string{"rule"},
		keyword{"rule", shaped("The id of the other rule; with action allow or observe it is evidence alone.", ".")},
		keyword{"within", whole("How many characters may lie between the two; without it, anywhere in the text.", nil, 1, MaxWithin)},
	))},
	keyword{"entropy", &schema{
		kind: "number", bounded: true, most: MaxEntropy,
		doc: "Bits per character, by Shannon; a value with less is no finding.",
	}},
	keyword{"allow", object("Values that look like findings and are none, for this rule alone.", nil,
		keyword{"values", listOf("The whole value.", shaped("", `\S`))},
		keyword{"regexes", listOf("Go regular expressions (RE2) that match anywhere in the value.", shaped("", "."))},
		keyword{"words", listOf("Words anywhere in the value, in any letter case.", shaped("", `\S`))},
		keyword{"reserved", listOf("Classes of values that nobody has; without it they are found like all others.", oneOf("", "", validate.ReservedClasses()))},
	)},
	keyword{"min_confidence", share("A match that scores below it is no finding.", DefaultMinConfidence)},
	keyword{"max_match", whole("Characters; a pattern that can match more is refused.", DefaultMaxMatch, 1, MaxMaxMatch)},
	keyword{"action", oneOf("What happens to a finding: the strictest wins each byte.", Tokenize, actions)},
	keyword{"on_timeout", oneOf("What becomes of text that a pattern could not decide in time.", TimeoutBlock, []OnTimeout{TimeoutBlock, TimeoutTokenize})},
	keyword{"examples", object("The rule's own tests: coatcheck rules test runs them.", nil,
		keyword{"match", listOf("Texts in which the rule finds something.", example(true))},
		keyword{"skip", listOf("Look-alikes in which it finds nothing.", example(false))},
	)},
)

var patternSchema = object("A regular expression and what a match of it is worth.", []string{"regex"},
	keyword{"confidence", share("The score of a match before any other evidence.", DefaultConfidence)},
	keyword{"regex", text("RE2 spelling, plus look-around, back-references and atomic groups; every loop needs a bound.")},
	keyword{"flags", shaped("Any of i (letter case), m (lines), s (dot matches line breaks), x (free spacing).", "^[imsx]*$")},
)

var validatorSchema = &schema{
	kind: "object", need: []string{"name"},
	keys: []keyword{
		{"name", oneValidator("The check.")},
		{"on_fail", oneOf("A value that fails is dropped, or kept to find its evidence elsewhere.", FailDrop, []OnFail{FailDrop, FailKeep})},
		{"on_pass", share("The least score after a pass.", 0)},
	},
	short: oneValidator(""),
}

// oneValidator names a validator, and tells editors what each of them is.
func oneValidator(doc string) *schema {
	s := &schema{kind: "string", doc: doc}
	for _, v := range validate.All() {
		s.words = append(s.words, v.Name)
		s.means = append(s.means, v.About())
	}
	return s
}

var contextSchema = object("Words around a match that speak for it or against it: whole words, in any letter case; a field's name counts as words before.", nil,
	keyword{"words", listOf("Words and phrases that speak for it.", shaped("", `\S`))},
	keyword{"negative", listOf("Words that speak against it; they count only in front of it.", shaped("", `\S`))},
	keyword{"window", whole("How many characters before the match are looked at.", DefaultWindow, 0, 1000)},
	keyword{"after", whole("How many characters after it.", 0, 0, 1000)},
	keyword{"boost", share("What a word adds to the score, once.", DefaultBoost)},
	keyword{"penalty", share("What a negative word takes away, once.", DefaultPenalty)},
)

// example describes an example; one that matches may name its span.
func example(match bool) *schema {
	s := object("", []string{"text"},
		keyword{"text", text("The text.")},
		keyword{"key", text("The name of the field that holds it.")},
	)
	if match {
		s.keys = append(s.keys, keyword{"span", text("The exact finding in it.")})
	}
	s.short = text("")
	return s
}

func canonical() (list string) {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if list != "" {
			list += ", "
		}
		list += name
	}
	return list
}
