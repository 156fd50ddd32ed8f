package rules

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Format returns a rule file the way it is best read: the keys of every mapping
// in the order of the schema, two spaces a level, one empty line between rules.
// Comments stay where they are, and so does every value in its own spelling.
//
// The file may have faults of other kinds, but it must be YAML, in UTF-8, and
// say that it is a rule file. A file that would mean something else afterwards is
// an error.
func Format(name string, src []byte) ([]byte, error) {
	if !utf8.Valid(src) {
		return nil, &Error{Pos: Pos{File: name, Line: 1, Col: 1}, Msg: "file is not UTF-8 text: it is left as it is"}
	}
	out := src
	for range maxPasses { // a comment that had to move settles in the next pass
		next, err := format(name, out)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(next, out) {
			return out, nil
		}
		out = next
	}
	return nil, unformattable(name)
}

const maxPasses = 5

func format(name string, src []byte) ([]byte, error) {
	doc, err := parse(name, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if len(doc.Docs) != 1 || doc.Docs[0].Body == nil {
		return nil, &Error{Pos: Pos{File: name, Line: 1, Col: 1}, Msg: "file must hold exactly one YAML document"}
	}
	before, err := meaning(src)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	keys, _ := before.(map[string]any)
	if kind, _ := keys["apiVersion"].(string); !strings.HasPrefix(kind, "coatcheck/rules/") { // of which version, lint says
		return nil, &Error{Pos: Pos{File: name, Line: 1, Col: 1}, Msg: "file is no rule file, and left as it is: a rule file has the line apiVersion: " + APIVersion}
	}
	arrange(doc.Docs[0].Body, fileSchema)
	indent(doc.Docs[0].Body, 1)
	text, ok := written(doc)
	if !ok {
		return nil, unformattable(name)
	}
	out := spaced(text)
	if after, err := meaning(out); err != nil || !reflect.DeepEqual(before, after) {
		return nil, unformattable(name)
	}
	return out, nil
}

// written spells a document. The library panics over some that are indented in
// ways it does not expect.
func written(doc *ast.File) (text string, ok bool) {
	defer func() { ok = recover() == nil }()
	return doc.String(), true
}

// meaning decodes a document. The library panics on some broken aliases, which
// must be an error like any other fault of a file.
func meaning(src []byte) (v any, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("an alias in it leads nowhere")
		}
	}()
	err = yaml.Unmarshal(src, &v)
	return v, err
}

func unformattable(name string) error {
	return &Error{Pos: Pos{File: name, Line: 1, Col: 1}, Msg: "cannot be put in order without changing its meaning"}
}

// arrange sorts the keys of mappings into the schema's order; unknown keys stay
// behind the known ones, in theirs.
func arrange(n ast.Node, s *schema) {
	if s == nil {
		return
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		slices.SortStableFunc(n.Values, func(a, b *ast.MappingValueNode) int {
			return cmp.Compare(s.rank(keyName(a)), s.rank(keyName(b)))
		})
		for _, e := range n.Values {
			arrange(e.Value, s.child(keyName(e)))
		}
	case *ast.MappingValueNode:
		arrange(n.Value, s.child(keyName(n)))
	case *ast.SequenceNode:
		for _, item := range n.Values {
			arrange(item, s.items)
		}
	}
}

// indent moves block mappings and lists to a column, and what is inside them
// two further.
func indent(n ast.Node, col int) {
	switch n := n.(type) {
	case *ast.MappingNode:
		if n.IsFlowStyle || len(n.Values) == 0 {
			return
		}
		for _, e := range n.Values {
			indent(e, col)
		}
	case *ast.MappingValueNode:
		n.AddColumn(col - n.Key.GetToken().Position.Column)
		indent(n.Value, col+2)
	case *ast.SequenceNode:
		if n.IsFlowStyle {
			return
		}
		n.AddColumn(col - n.Start.Position.Column)
		for _, item := range n.Values {
			indent(item, col+2)
		}
	}
}

func keyName(e *ast.MappingValueNode) string {
	if k, ok := e.Key.(ast.ScalarNode); ok {
		return fmt.Sprint(k.GetValue())
	}
	return ""
}

// spaced puts one empty line before each rule of a block list, above its
// comments, and none anywhere else.
func spaced(src string) []byte {
	var out bytes.Buffer
	var comments []string // that may belong to the rule below
	inRules, first := false, true
	flush := func() {
		for _, c := range comments {
			out.WriteString(c)
		}
		comments = nil
	}
	for line := range strings.Lines(src) {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			continue
		case strings.HasPrefix(trimmed, "#"):
			comments = append(comments, strings.TrimRight(line, " \t\r\n")+"\n")
			continue
		case strings.HasPrefix(line, "  - ") && inRules:
			if !first {
				out.WriteByte('\n')
			}
			first = false
		case line[0] != ' ':
			inRules, first = strings.HasPrefix(line, "rules:"), true
		}
		flush()
		out.WriteString(strings.TrimRight(line, " \t\r\n") + "\n")
	}
	flush()
	return out.Bytes()
}
