package rules_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

func TestFormatPutsKeysInOrder(t *testing.T) {
	const in = `# the file
rules: # of ours
# about a
- entity: US_SSN   # why
  id: a
  patterns:
      - {regex: 'x # no comment', confidence: 0.5}
  context:
    negative: [ order,
      invoice ]
    words: [ssn]


- {patterns: [{flags: i, regex: "\\d"}], id: b, entity: EMAIL}
pack: {version: '1', id: acme}
apiVersion: coatcheck/rules/v1
`
	const want = `apiVersion: coatcheck/rules/v1
pack: {id: acme, version: '1'}
# the file
rules: # of ours
  # about a
  - id: a
    entity: US_SSN # why
    patterns:
      - {confidence: 0.5, regex: 'x # no comment'}
    context:
      words: [ssn]
      negative: [order, invoice]

  - {id: b, entity: EMAIL, patterns: [{regex: "\\d", flags: i}]}
`
	got, err := rules.Format("r.yaml", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFormatLeavesOtherFilesAlone: what is no rule file loses nothing by a slip.
func TestFormatLeavesOtherFilesAlone(t *testing.T) {
	for _, in := range []string{
		"", "not: a rule\n", "- a\n", "apiVersion: apps/v1\nkind: Deployment\n", "\x8f\xfe\x00\x12",
		"apiVersion: coatcheck/rules/v1\npack: {id: \"a\xff\"}\n", "# apiVersion: coatcheck/rules/v1\nb: 1\na: 2\n",
	} {
		if out, err := rules.Format("r.yaml", []byte(in)); err == nil || out != nil {
			t.Errorf("%q becomes %q", in, out)
		}
	}
}

// TestFormatKeepsTheMeaning: over all rule files that we have, formatting
// changes no digest, and nothing the second time.
func TestFormatKeepsTheMeaning(t *testing.T) {
	sources := map[string][]byte{}
	names, err := fs.Glob(builtin.FS(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if sources[name], err = fs.ReadFile(builtin.FS(), name); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(testdata + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if sources[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	for name, src := range sources {
		once, err := rules.Format(name, src)
		if err != nil {
			if filepath.Base(name) != "syntax.bad.yaml" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		twice, err := rules.Format(name, once)
		if err != nil || string(twice) != string(once) {
			t.Errorf("%s: formatted twice it is another file (%v)", name, err)
		}
		a, errA := rules.Load(fstest.MapFS{"r.yaml": {Data: src}}, "r.yaml")
		b, errB := rules.Load(fstest.MapFS{"r.yaml": {Data: once}}, "r.yaml")
		if (errA == nil) != (errB == nil) || errA == nil && a.Digest != b.Digest {
			t.Errorf("%s: formatted it is another rule set (%v, %v)", name, errA, errB)
		}
	}
}

func FuzzFormat(f *testing.F) {
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
	f.Add([]byte(" - {\n0}")) // the library cannot spell it
	f.Fuzz(func(t *testing.T, src []byte) {
		once, err := rules.Format("r.yaml", src)
		if err != nil {
			return
		}
		if twice, err := rules.Format("r.yaml", once); err != nil || string(twice) != string(once) {
			t.Errorf("what Format wrote it does not leave alone: %v", err)
		}
	})
}
