package importer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"coatcheck/redact/detect"
	"coatcheck/rules"
)

// fitted is a pattern that the engine takes.
type fitted struct {
	expr    string
	longest int // characters
	changes []string
}

// caps are the bounds that an endless loop may get, the widest first.
var caps = []int{4096, 1024, 256, 64, 16}

// fit rewrites a pattern until the engine takes it.
func fit(p rules.Pattern, capture string) (fitted, error) {
	expr := p.Regex
	f := fitted{expr: tidy(expr)}
	if f.expr != expr && strings.Contains(expr, "(?x") {
		f.changes = append(f.changes, "written without free spacing")
	}
	if joined := anyChar.ReplaceAllStringFunc(f.expr, oneClass); joined != f.expr {
		f.expr, f.changes = joined, append(f.changes, `(?:.|\n) became [\s\S]: as a choice it runs away`)
	}
	var err error
	for _, limit := range caps {
		capped, n := capLoops(f.expr, limit)
		f.longest, err = detect.Longest(rules.Pattern{Regex: capped, Flags: p.Flags}.Expr())
		if err == nil && f.longest > rules.MaxMaxMatch {
			err = fmt.Errorf("can match %d characters, more than %d", f.longest, rules.MaxMaxMatch)
		}
		if err != nil && n > 0 {
			continue // narrower loops may do
		}
		if err == nil && n > 0 {
			f.changes = append(f.changes, fmt.Sprintf("%s without a bound, now of %d at most", loops(n), limit))
		}
		f.expr = capped
		break
	}
	if err != nil {
		return f, err
	}
	return f, usable(rules.Pattern{Regex: f.expr, Flags: p.Flags}, capture)
}

// usable returns why the engine refuses a pattern, or nil.
func usable(p rules.Pattern, capture string) error {
	_, err := detect.Compile([]detect.Pattern{{Expr: p.Expr(), Capture: capture, Max: rules.MaxMaxMatch}}, detect.Options{})
	if e, ok := errors.AsType[*detect.PatternError](err); ok {
		return errors.New(e.Msg)
	}
	return err
}

// fires reports whether a rule's first pattern finds its group in a text.
func fires(rule rules.Rule, text string) bool {
	f, err := fit(rule.Patterns[0], rule.Capture)
	if err != nil {
		return false
	}
	p := detect.Pattern{Expr: rules.Pattern{Regex: f.expr, Flags: rule.Patterns[0].Flags}.Expr(), Capture: rule.Capture, Max: rules.MaxMaxMatch}
	m, err := detect.Compile([]detect.Pattern{p}, detect.Options{})
	if err != nil {
		return false
	}
	found, err := m.Find(context.Background(), nil, text)
	return err == nil && len(found) > 0
}

func loops(n int) string {
	if n == 1 {
		return "1 loop"
	}
	return fmt.Sprintf("%d loops", n)
}

// anyChar is a choice between a dot and line breaks, in a group.
var anyChar = regexp.MustCompile(`\((\?:)?\.\|(?:\[(?:\\n|\\r|\\s)+\]|\\n|\\s)\)`)

// oneClass spells it as a class, in the same kind of group.
func oneClass(s string) string {
	if strings.HasPrefix(s, "(?:") {
		return `[\s\S]`
	}
	return `([\s\S])`
}

// lead is what gitleaks puts before its patterns; the finding begins behind it.
var lead = regexp.MustCompile(`^((?:\(\?[a-z]+\))?)\[\\w\.-\](?:\{0,50\}|\*)\?`)

// tokens cuts an expression into escapes, classes, group heads, quantifiers and
// single characters.
func tokens(expr string) (list []string) {
	for i := 0; i < len(expr); {
		n := 1
		switch expr[i] {
		case '\\':
			n = min(2, len(expr)-i)
		case '[':
			n = classEnd(expr[i:])
		case '(':
			if m := groupHead.FindString(expr[i:]); m != "" {
				n = len(m)
			}
		case '{':
			if m := counted.FindString(expr[i:]); m != "" {
				n = len(m)
			}
		}
		list = append(list, expr[i:i+n])
		i += n
	}
	return list
}

var (
	groupHead = regexp.MustCompile(`^\((?:\?(?:[a-zA-Z-]*[:)]|P?<[A-Za-z_]\w*>|<?[=!]|>|#[^)]*\)))?`)
	counted   = regexp.MustCompile(`^\{\d+(?:,\d*)?\}`)
)

// classEnd returns the length of the class that s begins with.
func classEnd(s string) int {
	i := 1
	if i < len(s) && s[i] == '^' {
		i++
	}
	if i < len(s) && s[i] == ']' {
		i++
	}
	for i < len(s) {
		switch {
		case s[i] == '\\':
			i += 2
		case strings.HasPrefix(s[i:], "[:") && strings.Contains(s[i:], ":]"):
			i += strings.Index(s[i:], ":]") + 2
		case s[i] == ']':
			return i + 1
		default:
			i++
		}
	}
	return len(s)
}

// tidy takes free spacing, which (?x) allows, out of an expression.
func tidy(expr string) string {
	var b strings.Builder
	free, list := false, tokens(strings.TrimSpace(expr))
	for i := 0; i < len(list); i++ {
		t := list[i]
		switch {
		case strings.HasPrefix(t, "(?") && strings.HasSuffix(t, ")") && strings.Contains(t, "x") && !strings.Contains(t, "#"):
			free = true
			if rest := strings.ReplaceAll(t, "x", ""); rest != "(?)" {
				b.WriteString(rest)
			}
		case free && strings.TrimSpace(t) == "":
		case free && t == "#":
			for i++; i < len(list) && list[i] != "\n"; i++ {
			}
		default:
			b.WriteString(t)
		}
	}
	return b.String()
}

// capLoops gives endless loops a bound and returns how many there were.
func capLoops(expr string, limit int) (string, int) {
	list, n := tokens(expr), 0
	for i, t := range list {
		least := 0
		switch {
		case i == 0:
			continue
		case t == "*":
		case t == "+" && !quantifier(list[i-1]):
			least = 1
		case strings.HasPrefix(t, "{") && strings.HasSuffix(t, ",}"):
			least, _ = strconv.Atoi(t[1 : len(t)-2])
		default:
			continue
		}
		list[i] = fmt.Sprintf("{%d,%d}", least, max(limit, 2*least))
		n++
	}
	return strings.Join(list, ""), n
}

// quantifier reports whether a token repeats what stands before it; a + behind
// one only makes it possessive.
func quantifier(t string) bool {
	return t == "*" || t == "+" || t == "?" || strings.HasPrefix(t, "{") && strings.HasSuffix(t, "}")
}

// groups lists the capturing groups of an expression in their order: names, or
// the engine's numbers, which count groups without a name alone.
func groups(expr string) (names []string) {
	unnamed := 0
	for _, t := range tokens(expr) {
		if name, ok := strings.CutPrefix(strings.TrimPrefix(t, "(?P"), "<"); ok && strings.HasPrefix(t, "(?P<") {
			names = append(names, strings.TrimSuffix(name, ">"))
		} else if strings.HasPrefix(t, "(?<") && !slices.Contains([]string{"(?<=", "(?<!"}, t) {
			names = append(names, t[3:len(t)-1])
		} else if t == "(" {
			unnamed++
			names = append(names, strconv.Itoa(unnamed))
		}
	}
	return names
}
