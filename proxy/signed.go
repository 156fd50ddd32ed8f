package proxy

import (
	"strings"

	"coatcheck/redact"
	"coatcheck/rules"
)

// spareSigned lets text that a model signed leave as it is. Such a model has
// seen tokens alone, so a value that the caller's own text holds cannot be its
// work: that stays forbidden. What else it wrote goes back to where it came
// from, and is listed as observed; to refuse it would end a conversation for
// good, as nobody can take it out.
func (x *exchange) spareSigned(found []redact.Finding) {
	var callers map[string]bool
	for i := range found {
		f := &found[i]
		if f.Field >= len(x.request.body.Leaves) || !x.request.body.Leaves[f.Field].Signed {
			continue
		}
		if f.Action != rules.Tokenize && f.Action != rules.Mask {
			continue
		}
		if callers == nil {
			callers = x.callersValues(found)
		}
		if !callers[x.valueOf(*f)] {
			f.Action = rules.Observe
		}
	}
}

// callersValues are the values in what the model did not write.
func (x *exchange) callersValues(found []redact.Finding) map[string]bool {
	values := map[string]bool{}
	for _, f := range found {
		if f.Field < len(x.request.body.Leaves) && !x.request.body.Leaves[f.Field].Signed && x.request.fields[f.Field].Origin != redact.OriginAssistant {
			values[x.valueOf(f)] = true
		}
	}
	return values
}

// valueOf is the text of a finding in the body, in lower case.
func (x *exchange) valueOf(f redact.Finding) string {
	return strings.ToLower(x.request.body.Leaves[f.Field].Text[f.Start:f.End])
}
