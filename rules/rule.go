package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"coatcheck/redact/detect/validate"
)

// defaults returns a rule with every optional field at its default.
func defaults() Rule {
	return Rule{
		MinConfidence: DefaultMinConfidence,
		MaxMatch:      DefaultMaxMatch,
		Action:        Tokenize,
		OnTimeout:     TimeoutBlock,
		Context: Context{
			Window: DefaultWindow, Boost: DefaultBoost, Penalty: DefaultPenalty,
		},
	}
}

// fields is the table of a rule's keys. An override reads the same table
// onto a rule that exists, so each key replaces what was there.
func (d *decoder) fields(r *Rule) keys {
	return keys{
		"id":             d.text("id", &r.ID),
		"entity":         d.text("entity", &r.Entity),
		"label":          d.text("label", &r.Label),
		"description":    d.text("description", &r.Description),
		"patterns":       func(n ast.Node) { r.Patterns = d.patterns(n) },
		"capture":        d.text("capture", &r.Capture),
		"validators":     func(n ast.Node) { r.Validators = d.validators(n) },
		"context":        func(n ast.Node) { d.context(n, &r.Context) },
		"keywords":       func(n ast.Node) { d.keywords(n, &r.Keywords) },
		"require":        func(n ast.Node) { r.Require = d.requirements(n) },
		"entropy":        d.amount("entropy", MaxEntropy, &r.Entropy),
		"allow":          func(n ast.Node) { d.allow(n, &r.Allow) },
		"min_confidence": d.share("min_confidence", &r.MinConfidence),
		"max_match":      d.count("max_match", MaxMaxMatch, &r.MaxMatch),
		"certain":        d.flag("certain", &r.Certain),
		"action":         word(d, "action", actions, &r.Action),
		"on_timeout":     word(d, "on_timeout", []OnTimeout{TimeoutBlock, TimeoutTokenize}, &r.OnTimeout),
		"examples":       func(n ast.Node) { d.examples(n, &r.Examples) },
	}
}

// word reads one of a closed list of words.
func word[T ~string](d *decoder, what string, known []T, dst *T) func(ast.Node) {
	return func(n ast.Node) {
		var s string
		d.text(what, &s)(n)
		if s == "" {
			return
		}
		if !slices.Contains(known, T(s)) {
			names := make([]string, len(known))
			for i, k := range known {
				names[i] = string(k)
			}
			d.fail(n, "%s", unknown(what, s, names))
			return
		}
		*dst = T(s)
	}
}

func (d *decoder) patterns(n ast.Node) (out []Pattern) {
	d.list(n, "patterns", func(item ast.Node) {
		p := Pattern{Confidence: DefaultConfidence, Pos: d.pos(item)}
		d.mapping(item, "a pattern", keys{
			"regex":      func(n ast.Node) { p.Pos = d.pos(n); d.text("regex", &p.Regex)(n) },
			"flags":      d.text("flags", &p.Flags),
			"confidence": d.share("confidence", &p.Confidence),
		})
		out = append(out, p)
	})
	return out
}

func (d *decoder) validators(n ast.Node) (out []Validator) {
	d.list(n, "validators", func(item ast.Node) {
		v := Validator{OnFail: FailDrop, Pos: d.pos(item)}
		if s, ok := item.(*ast.StringNode); ok { // short form: just the name
			v.Name = s.Value
		} else {
			d.mapping(item, "a validator", keys{
				"name":    d.text("name", &v.Name),
				"on_fail": word(d, "on_fail", []OnFail{FailDrop, FailKeep}, &v.OnFail),
				"on_pass": d.share("on_pass", &v.OnPass),
			})
		}
		out = append(out, v)
	})
	return out
}

func (d *decoder) context(n ast.Node, c *Context) {
	d.mapping(n, "context", keys{
		"words":    d.texts("words", &c.Words),
		"negative": d.texts("negative", &c.Negative),
		"window":   d.count("window", 1000, &c.Window),
		"after":    d.count("after", 1000, &c.After),
		"boost":    d.share("boost", &c.Boost),
		"penalty":  d.share("penalty", &c.Penalty),
	})
}

func (d *decoder) keywords(n ast.Node, k *Keywords) {
	d.mapping(n, "keywords", keys{
		"any":    d.texts("any", &k.Any),
		"within": d.distance("within", 1000, &k.Within),
		"where":  word(d, "where", []Where{Anywhere, Ahead, Behind, InKey}, &k.Where),
	})
	if len(k.Any) == 0 {
		d.fail(n, "keywords needs any: a list of them")
	}
	if k.Within == 0 && (k.Where == Ahead || k.Where == Behind) {
		d.fail(n, "keywords.where: %s needs within, a number of characters", k.Where)
	}
}

func (d *decoder) requirements(n ast.Node) (out []Requirement) {
	d.list(n, "require", func(item ast.Node) {
		q := Requirement{Pos: d.pos(item)}
		d.mapping(item, "a requirement", keys{
			"rule":   d.text("rule", &q.Rule),
			"within": d.distance("within", MaxWithin, &q.Within),
		})
		if q.Rule == "" {
			d.fail(item, "a requirement needs rule: the id of another one")
		}
		out = append(out, q)
	})
	return out
}

func (d *decoder) allow(n ast.Node, a *Exempt) {
	d.mapping(n, "allow", keys{
		"values":   d.texts("values", &a.Values),
		"regexes":  func(n ast.Node) { a.Regexes = d.expressions(n) },
		"words":    d.texts("words", &a.Words),
		"reserved": func(n ast.Node) { a.Reserved = d.classes(n) },
	})
}

func (d *decoder) classes(n ast.Node) (out []string) {
	d.list(n, "reserved", func(item ast.Node) {
		var class string
		word(d, "class", validate.ReservedClasses(), &class)(item)
		out = append(out, class)
	})
	return out
}

// expressions reads a list of regular expressions of the standard library.
func (d *decoder) expressions(n ast.Node) (out []string) {
	d.list(n, "regexes", func(item ast.Node) {
		var expr string
		d.text("each of regexes", &expr)(item)
		if _, err := regexp.Compile(expr); err != nil { // the error quotes the expression, not a text
			d.fail(item, "regex does not compile: %v", err)
		} else if expr == "" {
			d.fail(item, "regexes has an empty entry")
		}
		out = append(out, expr)
	})
	return out
}

func (d *decoder) examples(n ast.Node, e *Examples) {
	d.mapping(n, "examples", keys{
		"match": func(n ast.Node) { e.Match = d.exampleList(n, "match") },
		"skip":  func(n ast.Node) { e.Skip = d.exampleList(n, "skip") },
	})
}

func (d *decoder) tests(n ast.Node) (out []Test) {
	d.list(n, "tests", func(item ast.Node) {
		t := Test{Pos: d.pos(item)}
		d.mapping(item, "a test", keys{"text": d.text("text", &t.Text), "key": d.text("key", &t.Key), "want": d.text("want", &t.Want)})
		if t.Text == "" || t.Want == "" {
			d.fail(item, "a test needs text and want")
		}
		out = append(out, t)
	})
	return out
}

func (d *decoder) exampleList(n ast.Node, what string) (out []Example) {
	d.list(n, what, func(item ast.Node) {
		e := Example{Pos: d.pos(item)}
		switch item.(type) {
		case *ast.StringNode, *ast.LiteralNode:
			d.text("example", &e.Text)(item)
		default:
			known := keys{"text": d.text("text", &e.Text), "key": d.text("key", &e.Key)}
			if what == "match" {
				known["span"] = d.text("span", &e.Span)
			}
			d.mapping(item, "an example", known)
			if e.Text == "" {
				d.fail(item, "the text of this example is missing")
			}
			if !strings.Contains(e.Text, e.Span) {
				d.fail(item, "the span of this example does not occur in its text")
			}
		}
		out = append(out, e)
	})
	return out
}
