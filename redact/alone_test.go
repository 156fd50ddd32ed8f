package redact_test

import (
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestAlone: what is nearly evidence enough is enough in a text that is nothing
// else, if a person wrote it and its field's name says nothing.
func TestAlone(t *testing.T) {
	for _, c := range []struct {
		name, key, text string
		origin          redact.Origin
		want            string
	}{
		{"all of the text", "content", "AC-1", redact.OriginUser, "AC-1"},
		{"with what surrounds an answer", "", " \"AC-1\".\n", redact.OriginUser, "AC-1"},
		{"full-width", "text", "ＡＣ－１", redact.OriginUser, "ＡＣ－１"},
		{"beside a word", "content", "so AC-1", redact.OriginUser, ""},
		{"twice", "content", "AC-1 AC-1", redact.OriginUser, ""},
		{"in a field with a name", "build", "AC-1", redact.OriginUser, ""},
		{"written by a tool", "content", "AC-1", redact.OriginTool, ""},
		{"written by a model", "content", "AC-1", redact.OriginAssistant, ""},
		{"too little evidence", "content", "BC-1", redact.OriginUser, ""},
		{"too little even for a rule that asks for less", "content", "EC-1", redact.OriginUser, ""},
		{"a rule that hears no words", "content", "DC-1", redact.OriginUser, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := engine(t, `
- {id: a, entity: ID_NUMBER, patterns: [{confidence: 0.4, regex: '\bAC-\d'}, {confidence: 0.3, regex: '\bBC-\d'}], context: {words: [case]}}
- {id: e, entity: ID_NUMBER, patterns: [{confidence: 0.3, regex: '\bEC-\d'}], context: {words: [case]}, min_confidence: 0.4}
- {id: d, entity: ID_NUMBER, patterns: [{confidence: 0.4, regex: '\bDC-\d'}]}`, redact.Options{})
			f := redact.Field{Key: c.key, Text: plain.New(c.text), Origin: c.origin}
			found, err := e.Scan(t.Context(), []redact.Field{f})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, x := range found {
				got += c.text[x.Start:x.End]
			}
			if got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}
