package importer_test

import (
	"os"
	"path/filepath"
	"strconv"
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
		{"gitleaks", "gitleaks.toml", `desk: AID-0042 sec_k3j5`, "gitleaks.acme-id=AID-0042"},
		{"gitleaks", "gitleaks.toml", `desk: AID-0042 sec_0123456789abcdef`, "gitleaks.acme-id=AID-0042 gitleaks.acme-pair=0123456789abcdef"},
		{"gitleaks", "gitleaks.toml", `AID-0042 sec_0123456789abcdef`, "gitleaks.acme-id=AID-0042"},                                     // keyword
		{"gitleaks", "gitleaks.toml", `desk: sec_0123456789abcdef`, ""},                                                                 // required
		{"gitleaks", "gitleaks.toml", `desk: AID-0042` + strings.Repeat(" ", 41) + `sec_0123456789abcdef`, "gitleaks.acme-id=AID-0042"}, // not within
		{"gitleaks", "gitleaks.toml", `desk: AID-0042 sec_0000000000000000`, "gitleaks.acme-id=AID-0042"},                               // allowed for this rule
		{"gitleaks", "gitleaks.toml", `AID-0042 old:0123abcd`, "gitleaks.acme-id=AID-0042 gitleaks.acme-either.2=old:0123abcd"},
		{"gitleaks", "gitleaks.toml", `old:0123abcd`, ""},
		{"kingfisher", "kingfisher.yaml", "client=k3j5h2g6f8d9;secret=k3j5h2g6f8d9s1a4", "kingfisher.acme.4=k3j5h2g6f8d9 kingfisher.acme.4.2=k3j5h2g6f8d9s1a4"},
		{"kingfisher", "kingfisher.yaml", "client=k3j5h2g6f8d9;secret=samplek3j5h2g6f8", "kingfisher.acme.4=k3j5h2g6f8d9"},
		{"noseyparker", "noseyparker.yaml", "host acme.example login jane password k3j5h2g6", "np.acme.2=acme.example np.acme.2.2=jane np.acme.2.3=k3j5h2g6"},
		{"presidio", "presidio.yaml", "staff members: B10423", "presidio.acmebadge=B10423"},
		{"presidio", "presidio.yaml", "his badges are 104233", "presidio.acmebadge=104233"},
		{"presidio", "presidio.yaml", "B10423", ""},
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
// imported rules find exactly what the groups of the original pattern capture.
func TestExamplesOfTheSource(t *testing.T) {
	for format, file := range map[string]string{"kingfisher": "kingfisher.yaml", "noseyparker": "noseyparker.yaml"} {
		src, err := os.ReadFile(filepath.Join(fixtures, file))
		if err != nil {
			t.Fatal(err)
		}
		var original struct {
			Rules []struct {
				ID, Pattern string
				Visible     *bool
				Examples    []string
				Negative    []string `yaml:"negative_examples"`
			}
		}
		if err := yaml.Unmarshal(src, &original); err != nil {
			t.Fatal(err)
		}
		_, _, e := imported(t, format, file)
		for _, o := range original.Rules {
			if o.Visible != nil {
				continue
			}
			re := regexp2.MustCompile(o.Pattern, regexp2.RE2)
			for _, text := range append(o.Examples, o.Negative...) {
				if got, want := found(t, e, text), captured(t, re, o.ID, text); got != want {
					t.Errorf("%s: found %q, the original %q", o.ID, got, want)
				}
			}
		}
	}
}

// captured writes what the groups of a pattern hold in a text: that named TOKEN,
// or all; where one is empty, the whole match.
func captured(t *testing.T, re *regexp2.Regexp, id, text string) string {
	t.Helper()
	m, err := re.FindStringMatch(text)
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		return ""
	}
	if g := m.GroupByName("TOKEN"); g != nil && g.String() != "" {
		return id + "=" + g.String()
	}
	var out []string
	for i, g := range m.Groups()[1:] {
		if g.String() == "" {
			return id + "=" + m.String()
		}
		name := id
		if i > 0 {
			name += "." + strconv.Itoa(i+1)
		}
		out = append(out, name+"="+g.String())
	}
	return strings.Join(out, " ")
}

func TestImportSaysWhatItLeavesOut(t *testing.T) {
	for _, c := range []struct {
		format, file string
		want         []string
	}{
		{"gitleaks", "gitleaks.toml", []string{
			`gitleaks: extend is left out: import that file, too`,
			`gitleaks.acme-api-key: the lead [\w.-]{0,50}? is gone: the finding begins behind it`,
			`gitleaks.acme-api-key: allowed paths and commits are left out: requests have none`,
			`gitleaks.acme-live-token: allowed regexes for the line are left out: ours look at the value`,
			`gitleaks.acme-live-token: an allow list with condition AND is left out`,
			`gitleaks.acme-live-token: allowed paths and commits are left out: requests have none`,
			`gitleaks.acme-live-token: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`gitleaks.acme-key-block: path is left out: requests have none`,
			`gitleaks.acme-key-block: allowed paths and commits are left out: requests have none`,
			`gitleaks.acme-key-block: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`gitleaks.acme-keystore: left out: it looks at paths alone`,
			`gitleaks.acme-pair: filter is left out: it is no key of gitleaks 8`,
			`gitleaks.acme-pair: left out, as no finding depends on it: tags`,
			`gitleaks.acme-pair: keywords: one must stand in the same string or its field's name; gitleaks looks through the file`,
			`gitleaks.acme-pair: allowed paths and commits are left out: requests have none`,
			`gitleaks.acme-id: skipReport: it is evidence for other rules, and what it finds passes (action: allow)`,
			`gitleaks.acme-id: allowed paths and commits are left out: requests have none`,
			`gitleaks.acme-either: allowed paths and commits are left out: requests have none`,
			`gitleaks.acme-either: it has 2 groups: each is a finding, by a rule of its own (gitleaks.acme-either, gitleaks.acme-either.2, …), and where one is empty the whole match`,
			`gitleaks.acme-pair: required acme-id: within 40 characters between the two, for as many columns`,
			`gitleaks.acme-pair: required acme-keystore is left out, as that rule is: this one finds by itself`,
			`gitleaks.acme-id: required acme-pair is left out: they would wait for each other`,
			`gitleaks.acme-either: required acme-id: anywhere in the same string, for so many lines`,
			`gitleaks.acme-either.2: required acme-id: anywhere in the same string, for so many lines`,
		}},
		{"kingfisher", "kingfisher.yaml", []string{
			`kingfisher.acme.1: pattern 1: written without free spacing`,
			`kingfisher.acme.1: pattern 1: (?:.|\n) became [\s\S]: as a choice it runs away`,
			`kingfisher.acme.2: validation is left out: nobody is asked whether a key is live`,
			`kingfisher.acme.2: pattern 1: written without free spacing`,
			`kingfisher.acme.2: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`kingfisher.acme.3: left out: it is not reported there either (visible: false)`,
			`kingfisher.acme.4: depends_on_rule is left out: it serves the validation alone`,
			`kingfisher.acme.4: severity is left out: it is no key that we know`,
			`kingfisher.acme.4: left out, as no finding depends on it: references`,
			`kingfisher.acme.4: pattern_requirements.min_digits is left out: the rule finds without it`,
			`kingfisher.acme.4: it has 2 groups: each is a finding, by a rule of its own (kingfisher.acme.4, kingfisher.acme.4.2, …), and where one is empty the whole match`,
		}},
		{"noseyparker", "noseyparker.yaml", []string{
			`np.acme.1: left out, as no finding depends on it: categories`,
			`np.acme.1: pattern 1: written without free spacing`,
			`np.acme.1: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`np.acme.2: left out, as no finding depends on it: references`,
			`np.acme.2: it has 3 groups: each is a finding, by a rule of its own (np.acme.2, np.acme.2.2, …), and where one is empty the whole match`,
		}},
		{"presidio", "presidio.yaml", []string{
			`presidio: left out, as no finding depends on it: supported_languages`,
			`presidio: global_regex_flags: 256 of it is left out: our patterns have no such flag`,
			`presidio.acmebadge: validate is left out: it is no key of a pattern that we know`,
			`presidio.acmebadge: context: the words of 2 languages count together`,
			`presidio.acmebadge: context: whole words and their plurals in 60 characters before it and in its field's name, for lemmas and parts of words among five before it`,
			`presidio.acmebadge: pattern 2 has confidence 0.06, not 0.05, so that it can be found at all`,
			`presidio.acmebadge: pattern 3, of score 0.20, counts beside a word of its context alone; Presidio leaves the threshold to its caller`,
			`presidio.acmemail: pattern 1: 1 loop without a bound, now of 4096 at most`,
			`presidio.creditcardrecognizer: left out: its patterns are in Presidio's own code`,
			`presidio.acmeold: left out: it is not enabled`,
			`presidio.medicallicenserecognizer: left out: its patterns are in Presidio's own code`,
			`presidio.acmenote: threshold is left out: it is no key of a recognizer that we know`,
			`presidio.acmenote: left out, as no finding depends on it: country_code`,
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

// FuzzImport: whatever an import yields, our loader reads, alone and with others.
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
		set, err := rules.Load(fstest.MapFS{"r.yaml": {Data: r.File("imported")}}, "r.yaml")
		if err == nil {
			_, err = rules.Merge(set) // whether what rules require is there
		}
		if err != nil {
			t.Errorf("%v\n%s", err, r.File("imported"))
		}
	})
}
