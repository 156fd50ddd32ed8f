package check_test

import (
	"fmt"
	"strings"
	"testing"

	"coatcheck/redact/plain"
	"coatcheck/rules/check"
)

func TestDiffTellsWhatIsGainedLostAndChanged(t *testing.T) {
	before := compile(t, load(t, `
- {id: case, entity: CASE, label: CASE, patterns: [{regex: '\bAC-\d{6}\b'}]}
- {id: file, entity: FILE, label: FILE, patterns: [{regex: '\bF\d{4}\b'}]}
- {id: same, entity: SAME, label: SAME, patterns: [{regex: '\bS\d\b', confidence: 0.6}]}
`))
	after := compile(t, load(t, `
- {id: case, entity: CASE, label: CASE, action: mask, patterns: [{regex: '\bAC-\d{6}\b'}]}
- {id: person, entity: STAFF, label: STAFF, patterns: [{regex: '\bP\d{4}\b'}]}
- {id: long, entity: FILE, label: FILE, patterns: [{regex: '\bF\d{4}/\d\b'}]}
- {id: other, entity: SAME, label: SAME, patterns: [{regex: '\bS\d\b'}]}
`))
	for _, c := range []struct{ text, want string }{
		{"S1 nothing", ""},
		{"AC-104233", "0-9 CASE tokenize > 0-9 CASE mask"},
		{"F1042 then P1042", "0-5 FILE tokenize > -; - > 11-16 STAFF tokenize"},
		{"F1042/1", "0-5 FILE tokenize > 0-7 FILE tokenize"},
		{"P1 P1042 S1 F1042", "- > 3-8 STAFF tokenize; 12-17 FILE tokenize > -"},
	} {
		changes, was, is, err := check.Diff(t.Context(), before, after, plain.New(c.text))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		gained := 0
		for _, x := range changes {
			line := []string{"-", "-"}
			if f := x.Old; f != nil {
				line[0] = fmt.Sprintf("%d-%d %s %s", f.Start, f.End, f.Entity, f.Action)
				gained--
			}
			if f := x.New; f != nil {
				line[1] = fmt.Sprintf("%d-%d %s %s", f.Start, f.End, f.Entity, f.Action)
				gained++
			}
			got = append(got, strings.Join(line, " > "))
		}
		if s := strings.Join(got, "; "); s != c.want || is-was != gained {
			t.Errorf("%s: got %q (%d, %d findings), want %q", c.text, s, was, is, c.want)
		}
	}
}
