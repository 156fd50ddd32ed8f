package rules

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Load reads rule files, and every .yaml and .yml below a path that is a
// folder, hidden names left out, in the order given. Edits of other packs (disable, override) wait
// until [Merge] brings those packs together.
//
// The error joins one *[Error] for each fault; a file that cannot be read is
// an error of fs.
func Load(fsys fs.FS, paths ...string) (*Set, error) {
	var errs []error
	s := &Set{}
	for _, p := range paths {
		names, err := expand(fsys, p)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, name := range names {
			pk, faults := readFile(fsys, name)
			s.packs = append(s.packs, pk)
			errs = append(errs, faults...)
		}
	}
	for _, p := range s.packs {
		s.Rules = append(s.Rules, p.rules...)
		s.Tests = append(s.Tests, p.tests...)
		s.Packs = append(s.Packs, p.name())
		s.reshape(p.shapes)
	}
	errs = append(errs, unique(s.Rules)...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	s.tune()
	s.Digest = digest(s)
	return s, nil
}

// expand lists the rule files at a path, sorted by name.
func expand(fsys fs.FS, name string) (files []string, err error) {
	info, err := fs.Stat(fsys, name)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	err = fs.WalkDir(fsys, name, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p != name && strings.HasPrefix(e.Name(), ".") { // what Kubernetes mounts holds each file twice, once hidden
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if ext := path.Ext(p); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, p)
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no .yaml or .yml file in this folder", name)
	}
	slices.Sort(files)
	return files, err
}

func readFile(fsys fs.FS, name string) (pack, []error) {
	src, err := readAll(fsys, name)
	if err != nil {
		return pack{}, []error{err}
	}
	doc, err := parse(name, src, 0)
	if err != nil {
		return pack{}, []error{err}
	}
	d := &decoder{file: name}
	p := d.document(doc)
	slices.SortStableFunc(d.errs, byPlace)
	return p, d.errs
}

// byPlace orders the faults of one file from top to bottom.
func byPlace(a, b error) int {
	x, _ := errors.AsType[*Error](a)
	y, _ := errors.AsType[*Error](b)
	return cmp.Or(x.Pos.Line-y.Pos.Line, x.Pos.Col-y.Pos.Col)
}

// syntaxError gives the parser's error the shape of ours, on one line.
func syntaxError(file string, err error) error {
	out := &Error{Pos: Pos{File: file, Line: 1, Col: 1}, Msg: "not YAML"}
	if y, ok := errors.AsType[yaml.Error](err); ok {
		out.Msg = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			out.Pos.Line, out.Pos.Col = t.Position.Line, t.Position.Column
		}
	}
	return out
}

func (d *decoder) document(f *ast.File) pack {
	var p pack
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		d.fail(nil, "file must hold exactly one YAML document")
		return p
	}
	body := f.Docs[0].Body
	version := ""
	d.mapping(body, "a rule file", keys{
		"apiVersion":  d.text("apiVersion", &version),
		"pack":        func(n ast.Node) { d.pack(n, &p) },
		"sensitivity": word(d, "sensitivity", sensitivities, &p.sensitivity),
		"threshold":   func(n ast.Node) { p.thresholds = d.thresholds(n) },
		"shape":       func(n ast.Node) { p.shapes = d.shapes(n) },
		"rules":       func(n ast.Node) { p.rules = d.rules(n) },
		"tests":       func(n ast.Node) { p.tests = d.tests(n) },
	})
	switch version {
	case APIVersion:
	case "":
		d.fail(body, "apiVersion is missing; write apiVersion: %s", APIVersion)
	default:
		d.fail(body, "apiVersion must be %s", APIVersion)
	}
	if p.id == "" {
		d.fail(body, "pack.id is missing")
	}
	return p
}

func (d *decoder) rules(n ast.Node) (out []Rule) {
	d.list(n, "rules", func(item ast.Node) {
		r := defaults()
		r.Pos = d.pos(item)
		d.rule = d.nodeID(item)
		d.mapping(item, "a rule", d.fields(&r))
		d.check(&r)
		d.rule = ""
		out = append(out, r)
	})
	return out
}
