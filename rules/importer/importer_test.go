package importer_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dlclark/regexp2/v2"
	"github.com/goccy/go-yaml"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
	"coatcheck/rules/importer"
)

const fixtures = "../../testdata/import"

// imported reads a fixture and compiles what comes out of it.
func imported(t *testing.T, format, file string) (*importer.Result, *rules.Set, *redact.Engine) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(fixtures, file))
	if err != nil {
		t.Fatal(err)
	}
	r, err := importer.Import(format, src)
	if err != nil {
		t.Fatal(err)
	}
	out := r.File("imported/" + format)
	set, err := rules.Load(fstest.MapFS{"r.yaml": {Data: out}}, "r.yaml")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	e, err := redact.New(set, redact.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return r, set, e
}

// found writes the findings in a text as rule=value.
func found(t *testing.T, e *redact.Engine, text string) string {
	t.Helper()
	list, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New(text)}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range list {
		out = append(out, f.Rule+"="+text[f.Start:f.End])
	}
	return strings.Join(out, " ")
}

func TestImportedRulesFindWhatTheirOriginalsFind(t *testing.T) {
	const key = "k3j5h2g6f8d9s1a4q7w0e2r5"
	for _, c := range []struct{ format, file, text, want string }{
		{"gitleaks", "gitleaks.toml", `my.acme_key = "` + key + `"`, "gitleaks.acme-api-key=" + key},
		{"gitleaks", "gitleaks.toml", `acme: ` + key, "gitleaks.acme-api-key=" + key},
		{"gitleaks", "gitleaks.toml", `acme: aaaaaaaaaaaabbbbbbbbbbbb`, ""}, // entropy
		{"gitleaks", "gitleaks.toml", `other: ` + key, ""},
		{"gitleaks", "gitleaks.toml", `acme: ` + key[:13] + `placeholder`, ""}, // stop word of all rules
		{"gitleaks", "gitleaks.toml", `use acme_live_` + key, "gitleaks.acme-live-token=acme_live_" + key},
		{"gitleaks", "gitleaks.toml", `use acme_live_k3j5h2g600000000`, ""}, // allowed
		{"gitleaks", "gitleaks.toml", `use acme_live_abc` + key, "gitleaks.acme-live-token=acme_live_abc" + key},
		{"gitleaks", "gitleaks.toml", "-----BEGIN ACME KEY-----\nxyz\n-----END ACME KEY-----", "gitleaks.acme-key-block=-----BEGIN ACME KEY-----\nxyz\n-----END ACME KEY-----"},
		{"kingfisher", "kingfisher.yaml", "cookie: acs1." + key, "kingfisher.acme.2=" + key},
		{"kingfisher", "kingfisher.yaml", "tenant_12345678", ""},
		{"noseyparker", "noseyparker.yaml", "acd_0123456789", ""},
		{"presidio", "presidio.yaml", "BD-104233", "presidio.acmebadge=BD-104233"},
		{"presidio", "presidio.yaml", "staff 104233", "presidio.acmebadge=104233"},
		{"presidio", "presidio.yaml", "ausweis 104233", "presidio.acmebadge=104233"},
		{"presidio", "presidio.yaml", "order 104233", ""},
		{"presidio", "presidio.yaml", "to jane.roe@acme.example now", "presidio.acmemail=jane.roe@acme.example"},
		{"presidio", "presidio.yaml", "at site 5 (north), harbour", "presidio.acmesites=site 5 (north) presidio.acmesites=harbour"},
	} {
		_, _, e := imported(t, c.format, c.file)
		if got := found(t, e, c.text); got != c.want {
			t.Errorf("%s: %q: found %q, want %q", c.format, c.text, got, c.want)
		}
	}
}

// TestExamplesOfTheSource: over the examples that the source brings, the
// imported rule finds exactly what the original pattern captures.
func TestExamplesOfTheSource(t *testing.T) {
	for format, file := range map[string]string{"kingfisher": "kingfisher.yaml", "noseyparker": "noseyparker.yaml"} {
		src, err := os.ReadFile(filepath.Join(fixtures, file))
		if err != nil {
			t.Fatal(err)
		}
		var original struct {
			Rules []struct{ ID, Pattern string }
		}
		if err := yaml.Unmarshal(src, &original); err != nil {
			t.Fatal(err)
		}
		_, set, e := imported(t, format, file)
		for _, r := range set.Rules {
			i := slices.IndexFunc(original.Rules, func(o struct{ ID, Pattern string }) bool { return o.ID == r.ID })
			re := regexp2.MustCompile(original.Rules[i].Pattern, regexp2.RE2)
			if len(r.Examples.Match) == 0 {
				t.Errorf("%s: no examples came along", r.ID)
			}
			for _, ex := range append(r.Examples.Match, r.Examples.Skip...) {
				m, err := re.FindStringMatch(ex.Text)
				if err != nil {
					t.Fatal(err)
				}
				want := ""
				if m != nil {
					g := m.GroupByName("TOKEN")
					if g == nil || g.String() == "" {
						g = m.GroupByNumber(1)
					}
					want = r.ID + "=" + g.String()
				}
				if got := found(t, e, ex.Text); got != want {
					t.Errorf("%s: found %q, the original %q", r.ID, got, want)
				}
			}
		}
	}
}

func TestImportSaysWhatItLeavesOut(t *testing.T) {
	for _, c := range []struct {
		format, file string
		want         []string
	}{
		{"gitleaks", "gitleaks.toml", []string{
			`gitleaks.acme-api-key: the lead [\w.-]{0,50}? is gone: the finding begins behind it`,
			`gitleaks.acme-live-token: allowed regexes for the line are left out: ours look at the value`,
			`gitleaks.acme-live-token: an allow list with condition AND is left out`,
			`gitleaks.acme-live-token: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`gitleaks.acme-key-block: path is left out: requests have none`,
			`gitleaks.acme-key-block: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`gitleaks.acme-keystore: left out: it looks at paths alone`,
		}},
		{"kingfisher", "kingfisher.yaml", []string{
			`kingfisher.acme.1: pattern 1: written without free spacing`,
			`kingfisher.acme.1: pattern 1: (?:.|\n) became [\s\S]: as a choice it runs away`,
			`kingfisher.acme.2: pattern 1: written without free spacing`,
			`kingfisher.acme.2: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`kingfisher.acme.3: left out: it is a part of another rule`,
		}},
		{"presidio", "presidio.yaml", []string{
			`presidio.acmebadge: context: whole words in 40 characters before, for Presidio's five words`,
			`presidio.acmebadge: pattern 2 has confidence 0.06, not 0.05, so that it can be found at all`,
			`presidio.acmemail: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`presidio.creditcardrecognizer: left out: its patterns are in Presidio's own code`,
			`presidio.acmeold: left out: it is not enabled`,
		}},
	} {
		r, _, _ := imported(t, c.format, c.file)
		if got, want := strings.Join(r.Notes, "\n"), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s: notes\n%s\nwant\n%s", c.format, got, want)
		}
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	for _, format := range importer.Formats() {
		for _, src := range []string{"", "a: [", "[[[", "x = 1", "rules: [{examples: *gone}]", "recognizers: [{context: *gone}]", "rules:\n- examples: &a\n  - *a\n"} {
			if _, err := importer.Import(format, []byte(src)); err == nil {
				t.Errorf("%s accepts %q", format, src)
			}
		}
	}
	if _, err := importer.Import("semgrep", nil); err == nil {
		t.Error("an unknown format is accepted")
	}
}

// TestWhatOthersLeaveOpenIsBroughtIntoLimits: odd names and numbers still make a
// file that loads.
func TestWhatOthersLeaveOpenIsBroughtIntoLimits(t *testing.T) {
	for format, src := range map[string]string{
		"gitleaks":    "[[rules]]\nid = '!'\ndescription = \"a\\nb\"\nregex = 'x{3}'\nentropy = 11.0\n[[rules.allowlists]]\nregexes=['']\nstopwords=[' ']",
		"kingfisher":  "rules: [{id: 'kingfisher..A b', name: \"it's\", pattern: 'x{3}', min_entropy: -1, confidence: sure, examples: ['']}]",
		"noseyparker": "rules: [{id: np.A.1, pattern: \"(?x) x {3} # y\\n [a-c ] \\\\ z\"}]",
		"presidio":    "recognizers: [{name: 'Ä', supported_entity: '1 é', context: [''], patterns: [{regex: 'x{3}', score: 7}]}]",
	} {
		r, err := importer.Import(format, []byte(src))
		if err != nil || len(r.Rules) != 1 {
			t.Errorf("%s: %v, %+v", format, err, r)
			continue
		}
		if _, err := rules.Load(fstest.MapFS{"r.yaml": {Data: r.File("a")}}, "r.yaml"); err != nil {
			t.Errorf("%s: %v\n%s", format, err, r.File("a"))
		}
	}
}

// FuzzImport: whatever an import yields, our loader reads.
func FuzzImport(f *testing.F) {
	for i, file := range []string{"gitleaks.toml", "presidio.yaml", "kingfisher.yaml", "noseyparker.yaml"} {
		src, err := os.ReadFile(filepath.Join(fixtures, file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), src)
	}
	f.Fuzz(func(t *testing.T, format uint8, src []byte) {
		formats := importer.Formats()
		r, err := importer.Import(formats[int(format)%len(formats)], src)
		if err != nil || len(r.Rules) == 0 {
			return
		}
		if _, err := rules.Load(fstest.MapFS{"r.yaml": {Data: r.File("imported")}}, "r.yaml"); err != nil {
			t.Errorf("%v\n%s", err, r.File("imported"))
		}
	})
}
