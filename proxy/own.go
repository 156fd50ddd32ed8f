package proxy

import (
	"iter"
	"strings"

	"coatcheck/proxy/wire/bodies"
	"coatcheck/redact"
)

// ownTexts are the strings with tokens that leave and that neither the model
// nor a tool wrote: where the client put a value into a URL itself, its answer
// may show it there.
func ownTexts(r *request, edits []bodies.Edit) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(edits) > 0 {
			i, n := edits[0].Leaf, 1
			for n < len(edits) && edits[n].Leaf == i {
				n++
			}
			if r.fields[i].Origin == redact.OriginUser && !yield(edited(r.body.Leaves[i].Text, edits[:n])) {
				return
			}
			edits = edits[n:]
		}
	}
}

// edited returns a text with its edits made, which are in order.
func edited(text string, edits []bodies.Edit) string {
	var b strings.Builder
	done := 0
	for _, e := range edits {
		b.WriteString(text[done:e.Start])
		b.WriteString(e.With)
		done = e.End
	}
	b.WriteString(text[done:])
	return b.String()
}
