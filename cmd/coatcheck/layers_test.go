package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers says which packages of this module a package may import. A package
// that is not listed fails, and so does a listed one that is gone, and leave to
// import that nobody takes.
var layers = map[string][]string{
	"redact/plain":           {},
	"redact/token":           {"redact/plain"},
	"redact/detect":          {},
	"redact/detect/validate": {}, // a leaf: rule files name validators, the engine runs them, and one table says which there are
	"redact/layout":          {},
	"redact/view":            {},
	"redact/score":           {},
	"redact/baseline":        {"redact/plain"},
	"redact/schema":          {"redact/token", "rules"},
	"redact/hide":            {"redact", "redact/token", "rules"},
	"rules":                  {"redact/detect/validate"},
	"rules/builtin":          {"rules"},
	"rules/importer":         {"rules", "redact/detect"},
	"rules/live":             {"rules", "rules/builtin", "rules/check", "redact", "crypto/disk"}, // disk: a rule file on a medium that does not answer must not hang a process
	"rules/check":            {"rules", "redact", "redact/plain", "redact/detect", "redact/detect/validate"},
	"redact":                 {"rules", "redact/plain", "redact/detect", "redact/detect/validate", "redact/layout", "redact/view"},

	"crypto/disk":     {},
	"crypto/hostname": {},
	"crypto/keys":     {"crypto/disk"},
	"crypto/ca":       {"crypto/disk", "crypto/hostname", "crypto/keys"},
	"crypto/vault":    {"redact/plain"},
	"crypto/secrets":  {"redact", "redact/plain", "crypto/disk"}, // disk: one hung file must not keep the other values away
	"crypto/journal":  {"crypto/disk", "crypto/keys"},

	// Tables know how a path is matched, and engines read tables: a provider is
	// added without touching an engine. The engines do not know each other.
	"proxy/wire/rawjson": {},
	"proxy/wire/media":   {},
	"proxy/wire/codings": {},
	"proxy/wire":         {"proxy/wire/rawjson", "crypto/hostname"},
	"proxy/wire/bodies":  {"proxy/wire", "proxy/wire/media", "proxy/wire/rawjson"},
	"proxy/wire/streams": {"proxy/wire", "proxy/wire/media", "proxy/wire/rawjson"},

	"proxy/standin": {},
	"proxy/admin":   {},
	"proxy/reason":  {"proxy/wire"},
	"proxy/door":    {"proxy/reason", "proxy/wire", "crypto/hostname"}, // who and where to: no body, no rule, no token, no log
	"proxy": {
		"proxy/door", "proxy/reason", "proxy/wire", "proxy/wire/bodies", "proxy/wire/codings", "proxy/wire/rawjson", "proxy/wire/streams",
		"redact", "redact/hide", "redact/plain", "redact/schema", "redact/token", "rules",
		"crypto/journal", "crypto/vault",
	},
	"proxy/rig": { // the tests' own: nobody may import it
		"proxy", "proxy/door", "proxy/standin", "redact", "rules/builtin",
		"crypto/ca", "crypto/journal", "crypto/keys", "crypto/vault",
	},
	"cmd/coatcheck": {
		"proxy", "proxy/admin", "proxy/door", "proxy/wire", "proxy/standin", "redact", "redact/baseline", "redact/detect/validate", "redact/plain", "redact/schema", "redact/score", "rules", "rules/builtin", "rules/check", "rules/importer", "rules/live",
		"crypto/ca", "crypto/disk", "crypto/journal", "crypto/keys", "crypto/secrets", "crypto/vault",
	},
}

// owners gives each outside module, and the parts of the standard library
// that would blur a layer, the packages that may import them, with the reason.
var owners = map[string]struct {
	who []string
	why string
}{
	"github.com/elazarl/goproxy":         {[]string{"proxy/door"}, "it stands before the data path, which must not know it"},
	"net/http":                           {[]string{"proxy", "proxy/admin", "proxy/door", "proxy/reason", "proxy/rig", "proxy/standin", "crypto/secrets", "cmd/coatcheck"}, "rules, redact, the rest of crypto and wire are bytes in, bytes out; secrets asks a Vault"},
	"github.com/dlclark/regexp2":         {[]string{"redact/detect", "redact/schema", "rules", "rules/check"}, "its errors quote the input: few places map them"},
	"github.com/tink-crypto/tink-go":     {[]string{"crypto/keys", "crypto/journal"}, "keys are handled in one room"},
	"github.com/google/tink":             {nil, "archived; both in one binary panic at start"},
	"github.com/hashicorp/golang-lru":    {[]string{"crypto/ca", "redact", "redact/schema"}, "caches of private things are few and known"},
	"github.com/urfave/cli":              {[]string{"cmd/coatcheck"}, "the terminal is wiring"},
	"github.com/goccy/go-yaml":           {[]string{"rules", "rules/importer", "cmd/coatcheck"}, "YAML is rule files and configuration"},
	"github.com/fsnotify/fsnotify":       {[]string{"rules/live"}, "files are watched in one place"},
	"github.com/BurntSushi/toml":         {[]string{"rules/importer"}, "TOML is gitleaks' format, nothing of ours"},
	"github.com/go-json-experiment/json": {[]string{"proxy/wire/rawjson"}, "providers' JSON is read by byte range in one place"},
	"github.com/klauspost/compress":      {[]string{"proxy/wire/codings", "proxy/standin"}, "content codings are undone in one place"},
	"github.com/andybalholm/brotli":      {[]string{"proxy/wire/codings", "proxy/standin"}, "content codings are undone in one place"},
	"golang.org/x/crypto/x509roots":      {[]string{"cmd/coatcheck", "crypto/ca"}, "roots are linked in for a scratch image and for bundles"},
	"github.com/yuin/goldmark":           {nil, "the oracle of a test, never in the program"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) map[string]pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "coatcheck/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	pkgs := map[string]pkg{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs[strings.TrimPrefix(p.ImportPath, "coatcheck/")] = p
	}
}

func TestDependenciesPointOneWay(t *testing.T) {
	pkgs := listPackages(t)
	for name := range layers {
		if _, ok := pkgs[name]; !ok {
			t.Errorf("layers lists %s, which does not exist", name)
		}
	}
	for name, p := range pkgs {
		may, listed := layers[name]
		if !listed {
			t.Errorf("%s is not in the table: say where it belongs", name)
			continue
		}
		for _, imp := range p.Imports {
			if inner, ok := strings.CutPrefix(imp, "coatcheck/"); ok && !slices.Contains(may, inner) {
				t.Errorf("%s imports %s: not one of its layers %v", name, inner, may)
			}
		}
		for _, inner := range may {
			if !slices.Contains(p.Imports, "coatcheck/"+inner) {
				t.Errorf("%s may import %s and does not: take the leave away", name, inner)
			}
		}
	}
}

func TestOutsideModulesHaveOneHome(t *testing.T) {
	pkgs := listPackages(t)
	for module, o := range owners {
		for name, p := range pkgs {
			uses := slices.ContainsFunc(p.Imports, func(imp string) bool { return imp == module || strings.HasPrefix(imp, module+"/") })
			switch may := slices.Contains(o.who, name); {
			case uses && !may:
				t.Errorf("%s imports %s: %s", name, module, o.why)
			case may && !uses:
				t.Errorf("%s may import %s and does not: take the leave away", name, module)
			}
		}
		for _, name := range o.who {
			if _, ok := pkgs[name]; !ok {
				t.Errorf("owners gives %s to %s, which does not exist", module, name)
			}
		}
	}
}
