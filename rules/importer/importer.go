// Package importer turns the rule files of other scanners into ours.
//
// The law it keeps: what it cannot carry over it names, in a note; and a
// pattern that it rewrites finds the same values, except that a loop without a
// bound gets one.
//
//	r, err := importer.Import("gitleaks", src)
//	fmt.Printf("%s", r.File("imported/gitleaks"))
package importer

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"coatcheck/rules"
)

// Result is what an import yields.
type Result struct {
	Rules []rules.Rule
	Notes []string // what was left out or changed, a line each, by rule
}

// formats maps each format to what reads it.
var formats = map[string]func(*Result, []byte) error{
	"gitleaks":    gitleaks,
	"kingfisher":  kingfisher,
	"noseyparker": noseyparker,
	"presidio":    presidio,
}

// Formats lists the formats that Import reads.
func Formats() []string { return []string{"gitleaks", "presidio", "kingfisher", "noseyparker"} }

// Import reads a file of another scanner. The error says that it is not of that
// format; rules that cannot be carried over are left out, with a note.
func Import(format string, src []byte) (*Result, error) {
	read, ok := formats[format]
	if !ok {
		return nil, fmt.Errorf("format %q is unknown; known: %s", format, strings.Join(Formats(), ", "))
	}
	r := &Result{}
	if err := read(r, src); err != nil {
		return nil, err
	}
	return r, nil
}

// readYAML decodes a YAML document. The library panics on some broken aliases,
// which must be an error like any other fault of a file.
func readYAML(src []byte, to any) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("an alias in it leads nowhere")
		}
	}()
	return yaml.Unmarshal(src, to)
}

func (r *Result) note(id, format string, args ...any) {
	r.Notes = append(r.Notes, id+": "+fmt.Sprintf(format, args...))
}

// add fits a rule's patterns into bounds and keeps it, or says why not.
func (r *Result) add(rule rules.Rule) {
	if slices.ContainsFunc(r.Rules, func(o rules.Rule) bool { return o.ID == rule.ID }) {
		r.note(rule.ID, "left out: the id occurs twice")
		return
	}
	r.sane(&rule)
	for i := range rule.Patterns {
		p := &rule.Patterns[i]
		f, err := fit(*p, rule.Capture)
		if err != nil {
			r.note(rule.ID, "left out: its pattern cannot be used: %v", err)
			return
		}
		for _, change := range f.changes {
			r.note(rule.ID, "pattern %d: %s", i+1, change)
		}
		p.Regex, rule.MaxMatch = f.expr, max(rule.MaxMatch, f.longest)
	}
	r.Rules = append(r.Rules, rule)
}

// addGroups adds a rule whose patterns have these groups. One of them is the
// finding; of several each is, as a rule of its own, since any of them may be
// the secret: the first that is not empty, or all.
func (r *Result) addGroups(rule rules.Rule, names []string) {
	if len(names) < 2 {
		rule.Capture = strings.Join(names, "")
		r.add(rule)
		return
	}
	examples, id := rule.Examples.Match, rule.ID
	unused := slices.Clone(examples)
	r.note(id, "it has %d groups: each is a finding, by a rule of its own (%s, %s.2, …), and where one is empty the whole match", len(names), id, id)
	for i, name := range names {
		part := rule
		part.Capture = name
		if i > 0 {
			part.ID = fmt.Sprintf("%s.%d", id, i+1)
		}
		part.Allow.Regexes, part.Allow.Words = slices.Clone(rule.Allow.Regexes), slices.Clone(rule.Allow.Words)
		part.Keywords.Any = slices.Clone(rule.Keywords.Any)
		part.Patterns = slices.Clone(rule.Patterns)
		part.Examples.Match = slices.DeleteFunc(slices.Clone(examples), func(e rules.Example) bool { return !fires(part, e.Text) })
		unused = slices.DeleteFunc(unused, func(e rules.Example) bool { return slices.Contains(part.Examples.Match, e) })
		r.add(part)
	}
	if len(unused) > 0 {
		r.note(id, "%d examples are left out: no group of theirs is found", len(unused))
	}
}

// partOf reports whether a rule is one of those that addGroups made of another.
func partOf(id, whole string) bool {
	rest, ok := strings.CutPrefix(id, whole+".")
	n, err := strconv.Atoi(rest)
	return ok && err == nil && n > 1
}

// newRule returns a rule with our defaults for a secret.
func newRule(id, description string) rules.Rule {
	label, _ := rules.Label("API_KEY")
	return rules.Rule{
		ID: id, Entity: "API_KEY", Label: label, Description: strings.Join(strings.Fields(description), " "),
		MinConfidence: rules.DefaultMinConfidence,
	}
}

var (
	notID     = regexp.MustCompile(`[^a-z0-9]+`)
	ownID     = regexp.MustCompile(`^[a-z0-9]+(?:[._-][a-z0-9]+)*$`)
	notEntity = regexp.MustCompile(`[^A-Z0-9]+`)
)

// slug makes an id of a name. One that already begins with the prefix stays.
func slug(prefix, name string) string {
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, prefix+".") && ownID.MatchString(lower) {
		return lower
	}
	return prefix + "." + cmp.Or(strings.Trim(notID.ReplaceAllString(lower, "-"), "-"), "unnamed")
}

// sane brings what other formats leave open into our limits.
func (r *Result) sane(rule *rules.Rule) {
	limit := func(what string, v *float64, most float64) {
		if !(*v >= 0 && *v <= most) {
			r.note(rule.ID, "%s %g is none: %g stands for it", what, *v, most)
			*v = most
		}
	}
	limit("entropy", &rule.Entropy, rules.MaxEntropy)
	for i := range rule.Patterns {
		limit("score", &rule.Patterns[i].Confidence, 1)
	}
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	rule.Keywords.Any = slices.DeleteFunc(rule.Keywords.Any, blank)
	rule.Context.Words = slices.DeleteFunc(rule.Context.Words, blank)
	rule.Allow.Words = slices.DeleteFunc(rule.Allow.Words, blank)
	rule.Allow.Regexes = slices.DeleteFunc(rule.Allow.Regexes, func(s string) bool { return s == "" })
}
