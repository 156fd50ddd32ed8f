package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decoder reads YAML nodes strictly and collects every fault.
type decoder struct {
	file string
	rule string // id of the rule being read, for messages
	errs []error
}

// keys maps each key that a mapping may have to what reads its value.
type keys map[string]func(ast.Node)

func (d *decoder) pos(n ast.Node) Pos {
	p := Pos{File: d.file, Line: 1, Col: 1}
	switch m := n.(type) {
	case nil:
		return p
	case *ast.MappingValueNode: // its own token is the colon
		n = m.Key
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			n = m.Values[0].Key
		}
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		p.Line, p.Col = t.Position.Line, t.Position.Column
	}
	return p
}

func (d *decoder) fail(n ast.Node, format string, args ...any) {
	d.failAt(d.pos(n), format, args...)
}

func (d *decoder) failAt(p Pos, format string, args ...any) {
	d.errs = append(d.errs, &Error{Pos: p, Rule: d.rule, Msg: fmt.Sprintf(format, args...)})
}

// entries returns a mapping's pairs in order of appearance.
func (d *decoder) entries(n ast.Node, what string) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	d.fail(n, "%s must be a mapping", what)
	return nil
}

// mapping reads a mapping by its table of keys; any other key is a fault.
func (d *decoder) mapping(n ast.Node, what string, known keys) {
	for _, e := range d.entries(n, what) {
		name, ok := e.Key.(ast.ScalarNode)
		if !ok {
			d.fail(e.Key, "key of %s must be a plain word", what)
			continue
		}
		key := fmt.Sprint(name.GetValue())
		read, ok := known[key]
		if !ok {
			d.fail(e.Key, "%s", unknown("key", key, sortedKeys(known)))
			continue
		}
		read(e.Value)
	}
}

func sortedKeys(k keys) []string {
	names := make([]string, 0, len(k))
	for name := range k {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// list reads each item of a sequence.
func (d *decoder) list(n ast.Node, what string, read func(ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(n, "%s must be a list", what)
		return
	}
	for _, item := range s.Values {
		read(item)
	}
}

// text returns a reader of a string. Numbers and booleans are refused, so that
// an unquoted 0123 or "no" cannot turn into something else.
func (d *decoder) text(what string, dst *string) func(ast.Node) {
	return func(n ast.Node) {
		switch s := n.(type) {
		case *ast.StringNode:
			*dst = s.Value
		case *ast.LiteralNode:
			*dst = s.Value.Value
		default:
			d.fail(n, "%s must be a string; quote it", what)
		}
	}
}

func (d *decoder) texts(what string, dst *[]string) func(ast.Node) {
	return func(n ast.Node) {
		*dst = nil
		d.list(n, what, func(item ast.Node) {
			var s string
			d.text("each of "+what, &s)(item)
			if strings.TrimSpace(s) == "" {
				d.fail(item, "%s has an empty entry", what)
				return
			}
			*dst = append(*dst, s)
		})
	}
}

// share returns a reader of a number from 0 to 1.
func (d *decoder) share(what string, dst *float64) func(ast.Node) { return d.amount(what, 1, dst) }

// amount returns a reader of a number from 0 to a limit.
func (d *decoder) amount(what string, limit float64, dst *float64) func(ast.Node) {
	return func(n ast.Node) {
		var v float64
		switch s := n.(type) {
		case *ast.FloatNode:
			v = s.Value
		case *ast.IntegerNode:
			v = float64(integer(s))
		default:
			d.fail(n, "%s must be a number", what)
			return
		}
		if !(v >= 0 && v <= limit) {
			d.fail(n, "%s must lie between 0 and %g", what, limit)
			return
		}
		*dst = v
	}
}

func (d *decoder) count(what string, limit int, dst *int) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := n.(*ast.IntegerNode)
		if !ok {
			d.fail(n, "%s must be a whole number", what)
			return
		}
		if v := integer(s); v < 0 || v > int64(limit) {
			d.fail(n, "%s must lie between 0 and %d", what, limit)
		} else {
			*dst = int(v)
		}
	}
}

// distance returns a reader of a number of characters, from 1 to a limit.
func (d *decoder) distance(what string, limit int, dst *int) func(ast.Node) {
	return func(n ast.Node) {
		d.count(what, limit, dst)(n)
		if s, ok := n.(*ast.IntegerNode); ok && integer(s) == 0 {
			d.fail(n, "%s must be at least 1; leave it out for anywhere in the text", what)
		}
	}
}

func (d *decoder) flag(what string, dst *bool) func(ast.Node) {
	return func(n ast.Node) {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			d.fail(n, "%s must be true or false", what)
			return
		}
		*dst = b.Value
	}
}

// integer reads what the parser left as int64 or uint64; a greater number
// becomes -1, which no caller accepts.
func integer(n *ast.IntegerNode) int64 {
	switch v := n.Value.(type) {
	case int64:
		return v
	case uint64:
		if v <= 1<<62 {
			return int64(v)
		}
	}
	return -1
}
