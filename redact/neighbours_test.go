package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// neighbours are what stands beside a value in lists, tables and tuples.
var neighbours = []string{
	"x,%s,7", "7,%s,x", "%s,7", "%s,123,4", "[%s,7]", "[7, %s, 7]", "(7,%s,7)", "7;%s;7", "7|%s|7", "7\t%s\t7", "'%s','7'", "\"%s\",7", "%s\n7",
}

// aloneIn are the rules whose values are not found in some of these places, and
// why that is right.
var aloneIn = map[string]string{
	"key.assigned":      "the value is what stands right behind the equals sign",
	"key.beside":        "the same, behind the word",
	"key.field":         "the whole field is the value",
	"key.curl":          "the value is the option's whole argument",
	"key.aws.secret":    "the value is what stands right behind its name",
	"key.header":        "the value is what stands right behind the header's name",
	"key.cookie":        "the same, behind the cookie's name",
	"key.compared":      "the same, behind the comparison",
	"key.npmrc":         "the same, behind the setting's name",
	"key.quoted":        "the quotes are what says where it ends",
	"key.cell":          "the example's cell ends where the next begins",
	"password.cell":     "the same",
	"password.argument": "the value is the option's whole argument",
	"password.env":      "the value is the line's whole rest",
	"password.property": "the same",
	"password.mixed":    "the value is what stands right behind the word",
	"card.code":         "three digits beside a comma are thousands; the code's name must stand right in front",
	"fr.phone":          "a title counts on its own line and the next, not beyond",
	"key.private":       "the last pattern takes the line break at a block's end, which is no value",
	"password.assigned": "the value is what stands right behind the word",
	"password.quoted":   "the quotes are what says where it ends",
	"bank.bic":          "eight capitals are a word anywhere but right behind BIC or SWIFT",
	"crypto.named":      "the chain's name says what it is, and stands right in front",
	"birth.cell":        "the sex stands in the cell right before it",
	"medical.cell":      "sex and date stand in the cells right before it",
	"fr.nir.dated":      "the date stands right beside it",
	"se.org":            "a word behind the value is not looked for across a line break",
}

// TestValuesInListsAreFound: whatever is found in a rule's own example is found
// with other values beside it, by the same rule or a neighbour, unless it is
// found for being alone.
func TestValuesInListsAreFound(t *testing.T) {
	e, set := builtinEngine(t)
	for _, r := range set.Rules {
		for _, ex := range r.Examples.Match {
			var span redact.Finding
			for _, f := range scanExample(t, e, ex) {
				if f.Rule == r.ID && (ex.Span == "" || ex.Text[f.Start:f.End] == ex.Span) {
					span = f
				}
			}
			byTool, err := e.Scan(t.Context(), []redact.Field{{Key: ex.Key, Text: plain.New(ex.Text), Origin: redact.OriginTool}})
			if err != nil {
				t.Fatal(err)
			}
			if !covers(byTool, ex.Text, span.Start, span.End) {
				continue // nothing but its being alone speaks for it
			}
			for _, form := range neighbours {
				value := ex.Text[span.Start:span.End]
				text := ex.Text[:span.Start] + fmt.Sprintf(form, value) + ex.Text[span.End:]
				at := span.Start + strings.Index(form, "%s")
				found, err := e.Scan(t.Context(), []redact.Field{{Key: ex.Key, Text: plain.New(text)}})
				if err != nil {
					t.Fatal(err)
				}
				if why := aloneIn[r.ID]; !covers(found, text, at, at+len(value)) && why == "" {
					t.Errorf("%s: %q is found in %q and not in %q", r.ID, value, ex.Text, text)
				}
			}
		}
	}
}

// covers reports whether every letter and digit of a stretch is in a finding.
func covers(found []redact.Finding, text string, start, end int) bool {
	for i := start; i < end; i++ {
		c := text[i]
		if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			continue
		}
		in := false
		for _, f := range found {
			in = in || f.Start <= i && i < f.End
		}
		if !in {
			return false
		}
	}
	return true
}
