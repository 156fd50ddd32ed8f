package rules_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"coatcheck/redact/detect/validate"
	"coatcheck/rules"
)

const testdata = "../testdata/rules"

// faults lists every fault in a joined error, in order.
func faults(err error) (out []string) {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range list.Unwrap() {
			out = append(out, faults(e)...)
		}
		return out
	}
	return append(out, err.Error())
}

// TestBadFilesNameEveryFault: a *.bad.yaml begins with the faults that it has.
func TestBadFilesNameEveryFault(t *testing.T) {
	files, err := filepath.Glob(testdata + "/*.bad.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bad rule files: %v", err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			_, err := rules.Load(os.DirFS(testdata), name)
			if err == nil {
				t.Fatal("loads")
			}
			got := faults(err)
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(string(src)) {
				line = strings.Replace(line, "{N}", strconv.Itoa(len(validate.All())), 1)
				if fault, ok := strings.CutPrefix(line, "# want: "); ok {
					want = append(want, name+":"+strings.TrimSpace(fault))
				}
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestGoodFileLoadsWhole(t *testing.T) {
	set, err := rules.Load(os.DirFS(testdata), "acme.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := set.Rules[0]
	if len(set.Rules) != 2 || set.Packs[0] != "acme@2.1.0" {
		t.Errorf("packs %v, %d rules", set.Packs, len(set.Rules))
	}
	if r.ID != "acme.case" || r.Label != "CASE" || r.Action != rules.Block || r.OnTimeout != rules.TimeoutTokenize ||
		len(r.Patterns) != 2 || r.Patterns[1].Expr() != `(?i)(?<!\d)(?<number>\d{6})(?!\d)` ||
		r.Validators[0].OnFail != rules.FailKeep || r.Validators[1].OnFail != rules.FailKeep ||
		r.Keywords.Any[1] != "AC-" || r.Keywords.Within != 40 || r.Keywords.Where != rules.Anywhere ||
		r.Require[0].Rule != "acme.desk" || r.Require[0].Within != 60 ||
		r.Context.Window != 30 || r.Context.After != 10 || r.MaxMatch != 16 ||
		r.Examples.Match[0].Span != "104233" || r.Examples.Match[1].Text != "desk-042: case 104233" {
		t.Errorf("read as %+v", r)
	}
	if got := r.Pos.String(); got != "acme.good.yaml:11:5" {
		t.Errorf("the rule's place is %s", got)
	}
}

func TestTestsAreKept(t *testing.T) {
	set := load(t, "tests:\n- {text: a b, key: k, want: 'a [X]'}\n- {text: c, want: c}")
	merged, err := rules.Merge(set)
	if err != nil || len(merged.Tests) != 2 || merged.Tests[0].Want != "a [X]" || merged.Tests[1].Pos.String() != "r.yaml:5:3" {
		t.Errorf("read as %+v, %v", merged, err)
	}
	if _, err := rules.Load(one("tests: [{text: a}]"), "r.yaml"); err == nil {
		t.Error("a test that wants nothing loads")
	}
}

func TestDefaultsAreFilledIn(t *testing.T) {
	set := load(t, `rules: [{id: a, entity: US_SSN, patterns: [{regex: x}]}]`)
	r := set.Rules[0]
	if r.Label != "ID" || r.Action != rules.Tokenize || r.OnTimeout != rules.TimeoutBlock ||
		r.MinConfidence != rules.DefaultMinConfidence || r.Patterns[0].Confidence != rules.DefaultConfidence ||
		r.MaxMatch != rules.DefaultMaxMatch || r.Context.Window != rules.DefaultWindow {
		t.Errorf("defaults: %+v", r)
	}
}

func TestNumbersAndWordsMustBeQuoted(t *testing.T) {
	_, err := rules.Load(one(`rules: [{id: a, entity: US_SSN, description: 0123, patterns: [{regex: no}, {regex: false}]}]`), "r.yaml")
	if err == nil || len(faults(err)) != 3 { // description, and the regex that is false and so missing
		t.Errorf("got %v", err)
	}
}

func TestFolderIsReadInOrderOfNames(t *testing.T) {
	fsys := fstest.MapFS{
		"etc/b.yaml":   {Data: []byte(header("b"))},
		"etc/a.yml":    {Data: []byte(header("a"))},
		"etc/note.txt": {Data: []byte("not a rule file")},
	}
	set, err := rules.Load(fsys, "etc")
	if err != nil || strings.Join(set.Packs, " ") != "a b" {
		t.Errorf("packs %v, error %v", set, err)
	}
	if _, err := rules.Load(fstest.MapFS{"etc/note.txt": {}}, "etc"); err == nil {
		t.Error("a folder without rule files loads")
	}
	if _, err := rules.Load(fsys, "gone.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func header(id string) string { return "apiVersion: coatcheck/rules/v1\npack: {id: " + id + "}\n" }

func one(body string) fstest.MapFS {
	return fstest.MapFS{"r.yaml": {Data: []byte(header("acme") + body)}}
}

func load(t testing.TB, body string) *rules.Set {
	t.Helper()
	set, err := rules.Load(one(body), "r.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// FuzzLoad: whatever the file, Load returns a set or faults that have a place.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob(testdata + "/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		set, err := rules.Load(fstest.MapFS{"r.yaml": {Data: src}}, "r.yaml")
		if err == nil {
			if _, err := rules.Merge(set); err != nil && len(faults(err)) == 0 {
				t.Error("a merge that fails says why")
			}
			return
		}
		for _, fault := range faults(err) {
			if !strings.HasPrefix(fault, "r.yaml:") || strings.HasPrefix(fault, "r.yaml:0") {
				t.Errorf("a fault without a place: %s", fault)
			}
		}
	})
}
