package reason

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// TestEveryReasonHasAnAnswer: a reason without a row would be answered with no
// status at all. Only what is no refusal has none.
func TestEveryReasonHasAnAnswer(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := map[Reason]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if word, ok := spec.Type.(*ast.Ident); ok && word.Name == "Reason" {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil || known[Reason(text)] {
				t.Errorf("%s: %q is not a new word (%v)", spec.Names[0], text, err)
			}
			known[Reason(text)] = true
		}
		return true
	})
	delete(known, ModelHost) // why something is opened
	for why := range known {
		if row := table[why]; row.status < 400 || row.status > 599 || row.say == "" {
			t.Errorf("%s: status %d, %q", why, row.status, row.say)
		}
	}
	if len(table) != len(known) || len(known) < 30 {
		t.Errorf("%d reasons, %d rows", len(known), len(table))
	}
}
