package rules

import (
	"fmt"
	"strings"

	"github.com/dlclark/regexp2/v2"
	"github.com/goccy/go-yaml/ast"

	"coatcheck/redact/detect/validate"
)

// check reports what is wrong with a rule as a whole. It fills in the label
// that its entity implies.
func (d *decoder) check(r *Rule) {
	fail := func(format string, args ...any) { d.failAt(r.Pos, format, args...) }
	switch {
	case r.ID == "":
		fail("id is missing")
	case !idShape.MatchString(r.ID):
		fail("id must be lower-case words joined by . _ or -")
	}
	d.checkEntity(r)
	if len(r.Patterns) == 0 {
		fail("patterns is missing")
	}
	if r.MaxMatch == 0 {
		fail("max_match must be at least 1")
	}
	for i := range r.Patterns {
		d.checkPattern(r, &r.Patterns[i])
	}
	for _, v := range r.Validators {
		if _, ok := validate.Lookup(v.Name); !ok {
			d.failAt(v.Pos, "%s", unknown("validator", v.Name, validatorSchema.short.words))
		}
	}
}

func (d *decoder) checkEntity(r *Rule) {
	switch {
	case r.Entity == "":
		d.failAt(r.Pos, "entity is missing")
		return
	case !entityShape.MatchString(r.Entity):
		d.failAt(r.Pos, "entity must be upper-case letters, digits and _")
		return
	}
	if r.Label == "" {
		r.Label = labels[r.Entity]
	}
	switch {
	case r.Label == "":
		d.failAt(r.Pos, "entity %q is not a canonical one, so label is needed", r.Entity)
	case !labelShape.MatchString(r.Label):
		d.failAt(r.Pos, "label must be 2 to 12 upper-case letters")
	case r.Label == reservedLabel:
		d.failAt(r.Pos, "label %s is reserved", reservedLabel)
	}
}

func (d *decoder) checkPattern(r *Rule, p *Pattern) {
	if p.Regex == "" {
		d.failAt(p.Pos, "regex is missing")
		return
	}
	if bad := strings.Trim(p.Flags, "imsx"); bad != "" {
		d.failAt(p.Pos, "flag %q is unknown; known: i, m, s, x", bad)
		return
	}
	re, err := regexp2.Compile(p.Expr(), regexp2.RE2)
	if err != nil { // the error of a compilation quotes the pattern, not a text
		d.failAt(p.Pos, "regex does not compile: %v", err)
		return
	}
	if r.Capture != "" && re.GroupNumberFromName(r.Capture) < 0 {
		d.failAt(p.Pos, "regex has no group %q, which capture names", r.Capture)
	}
}

// Expr returns the regular expression with its flags in front.
func (p Pattern) Expr() string {
	if p.Flags == "" {
		return p.Regex
	}
	return "(?" + p.Flags + ")" + p.Regex
}

// unique reports ids that occur twice.
func unique(rs []Rule) (errs []error) {
	first := map[string]Pos{}
	for _, r := range rs {
		if at, dup := first[r.ID]; dup {
			errs = append(errs, &Error{Pos: r.Pos, Rule: r.ID, Msg: fmt.Sprintf("id is taken by the rule at %s; to change that one, use override", at)})
			continue
		}
		first[r.ID] = r.Pos
	}
	return errs
}

// nodeID returns the id of a rule that is about to be read, for messages.
func (d *decoder) nodeID(n ast.Node) string {
	quiet := decoder{file: d.file}
	for _, e := range quiet.entries(n, "a rule") {
		if k, ok := e.Key.(ast.ScalarNode); ok && k.GetValue() == "id" {
			if v, ok := e.Value.(*ast.StringNode); ok {
				return v.Value
			}
		}
	}
	return ""
}
