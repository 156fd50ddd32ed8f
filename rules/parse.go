package rules

import (
	"fmt"
	"io"
	"io/fs"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxFile = 1 << 20 // bytes
	// maxNested bounds the lists and mappings around a value. The parser's cost
	// grows with its square: 100 KB of brackets would take gigabytes.
	maxNested = 64
)

// readAll reads a file that may be larger than it says, or without an end.
func readAll(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(src) > maxFile {
		err = &Error{Pos: Pos{File: name, Line: 1, Col: 1}, Msg: "file is larger than 1 MiB; split it into several"}
	}
	return src, err
}

// parse reads the YAML of a file. The error is an *[Error], also where the
// library panics: a file that somebody may write must not end a running proxy.
func parse(name string, src []byte, mode parser.Mode) (doc *ast.File, err error) {
	defer func() {
		if recover() != nil {
			doc, err = nil, &Error{Pos: Pos{File: name, Line: 1, Col: 1}, Msg: "not YAML that can be read"}
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if deep := nestedDeeper(tokens); deep != nil {
		return nil, &Error{
			Pos: Pos{File: name, Line: deep.Position.Line, Col: deep.Position.Column},
			Msg: fmt.Sprintf("nested deeper than %d lists and mappings", maxNested),
		}
	}
	if doc, err = parser.Parse(tokens, mode); err != nil {
		return nil, syntaxError(name, err)
	}
	return doc, nil
}

// nestedDeeper returns the token that goes too deep. Block mappings are not
// counted: each takes a line that is longer than the last.
func nestedDeeper(tokens token.Tokens) *token.Token {
	flow, entries, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			entries, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType:
			entries++
		}
		if max(flow, entries) > maxNested {
			return t
		}
	}
	return nil
}
