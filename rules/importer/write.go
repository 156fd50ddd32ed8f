package importer

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"coatcheck/rules"
)

// File writes the rules as a rule file of ours.
func (r *Result) File(pack string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "apiVersion: %s\npack: {id: %s, version: 1.0.0}\nrules:\n", rules.APIVersion, pack)
	for i := range r.Rules {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeRule(&b, &r.Rules[i])
	}
	return b.Bytes()
}

func writeRule(b *bytes.Buffer, r *rules.Rule) {
	fmt.Fprintf(b, "  - id: %s\n    entity: %s\n", r.ID, r.Entity)
	if own, ok := rules.Label(r.Entity); !ok || own != r.Label {
		fmt.Fprintf(b, "    label: %s\n", r.Label)
	}
	if r.Description != "" {
		fmt.Fprintf(b, "    description: %s\n", quote(r.Description))
	}
	b.WriteString("    patterns:\n")
	for _, p := range r.Patterns {
		flags := ""
		if p.Flags != "" {
			flags = ", flags: " + p.Flags
		}
		fmt.Fprintf(b, "      - {confidence: %s, regex: %s%s}\n", number(p.Confidence), quote(p.Regex), flags)
	}
	if r.Capture != "" {
		fmt.Fprintf(b, "    capture: %s\n", quote(r.Capture))
	}
	if c := r.Context; len(c.Words) > 0 {
		fmt.Fprintf(b, "    context:\n      words: %s\n      window: %d\n      boost: %s\n", list(c.Words), c.Window, number(c.Boost))
	}
	if len(r.Keywords.Any) > 0 {
		fmt.Fprintf(b, "    keywords: {any: %s}\n", list(r.Keywords.Any))
	}
	writeRequire(b, r.Require)
	if r.Entropy > 0 {
		fmt.Fprintf(b, "    entropy: %s\n", number(r.Entropy))
	}
	writeAllow(b, r.Allow)
	if r.MinConfidence != rules.DefaultMinConfidence {
		fmt.Fprintf(b, "    min_confidence: %s\n", number(r.MinConfidence))
	}
	fmt.Fprintf(b, "    max_match: %d\n", r.MaxMatch)
	if r.Action != "" {
		fmt.Fprintf(b, "    action: %s\n", r.Action)
	}
	writeExamples(b, r.Examples)
}

func writeRequire(b *bytes.Buffer, list []rules.Requirement) {
	if len(list) == 0 {
		return
	}
	b.WriteString("    require:\n")
	for _, q := range list {
		within := ""
		if q.Within > 0 {
			within = fmt.Sprintf(", within: %d", q.Within)
		}
		fmt.Fprintf(b, "      - {rule: %s%s}\n", q.Rule, within)
	}
}

func writeAllow(b *bytes.Buffer, a rules.Exempt) {
	if len(a.Values)+len(a.Regexes)+len(a.Words)+len(a.Reserved) == 0 {
		return
	}
	b.WriteString("    allow:\n")
	for _, l := range []struct {
		name  string
		items []string
	}{{"values", a.Values}, {"regexes", a.Regexes}, {"words", a.Words}, {"reserved", a.Reserved}} {
		if len(l.items) > 0 {
			fmt.Fprintf(b, "      %s: %s\n", l.name, list(l.items))
		}
	}
}

func writeExamples(b *bytes.Buffer, e rules.Examples) {
	if len(e.Match)+len(e.Skip) == 0 {
		return
	}
	b.WriteString("    examples:\n")
	for _, l := range []struct {
		name  string
		items []rules.Example
	}{{"match", e.Match}, {"skip", e.Skip}} {
		if len(l.items) == 0 {
			continue
		}
		fmt.Fprintf(b, "      %s:\n", l.name)
		for _, x := range l.items {
			fmt.Fprintf(b, "        - %s\n", quote(x.Text))
		}
	}
}

func list(items []string) string {
	quoted := make([]string, len(items))
	for i, s := range items {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote writes a YAML string on one line: in single quotes, where nothing but
// the quote is special, or in double ones if it has control characters.
func quote(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == 0x85 || r == 0xfeff || r == 0x2028 || r == 0x2029
	}) {
		return strconv.QuoteToASCII(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
