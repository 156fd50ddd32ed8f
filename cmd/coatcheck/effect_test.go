package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// effect shows what a flag does. Both runs happen in folders of their own that
// hold the files of effectFiles; want must fit the outcome of the run with the
// flag and not that of the run without. What shows only while a proxy serves is
// shown by a script, which must use the flag.
type effect struct{ with, want, script string }

var effectFiles = map[string]string{
	"a.txt":          "mail jane.roe@example.com\nsee AC-104233\n",
	"b.jsonl":        `{"id":"1","source":"s","text":"mail jane.roe@example.com","scope":["EMAIL"],"spans":[{"start":5,"end":25,"type":"EMAIL"}]}` + "\n",
	"floors.yaml":    "apiVersion: coatcheck/floors/v1\nfloors: [{entity: EMAIL, recall: 0.5}]\n",
	"own.yaml":       "apiVersion: coatcheck/rules/v1\npack: {id: own}\nrules:\n  - {id: own.case, entity: OWN_CASE, label: CASE, patterns: [{regex: '\\bAC-\\d{6}\\b'}], examples: {match: ['AC-104233']}}\n",
	"untidy.yaml":    "pack: {id: own}\napiVersion: coatcheck/rules/v1\n",
	"gitleaks.toml":  "[[rules]]\nid = \"own\"\nregex = '''own_[a-z]{10}'''\n",
	"listen.yaml":    "proxy: {listen: '127.0.0.1:7001'}\n",
	"elsewhere.yaml": "proxy: {ca: elsewhere}\n",
	"auth":           "jane:secret\n",
	"junk.json":      "{}\n",
}

// effects are the commands with what each needs to run, and their flags.
var effects = map[string]struct {
	base  string
	flags map[string]effect
}{
	"coatcheck":      {"", map[string]effect{"version": {with: "--version", want: "coatcheck dev "}}},
	"coatcheck demo": {"demo", nil},
	"coatcheck run": {"run -- true", plus(lineEffects("run", "run", " -- true"), map[string]effect{
		"verbose":  {script: "run"},
		"pass-env": {script: "run"},
	})},
	"coatcheck serve": {"serve --listen 127.0.0.1:0", plus(lineEffects("serve --listen 127.0.0.1:0", "serve", ""), map[string]effect{
		"listen":    {with: "serve --listen nope", want: `listen "nope": want ADDR:PORT`},
		"ca":        {with: "serve --listen 127.0.0.1:0 --ca elsewhere", want: "elsewhere/root.pem"},
		"auth-file": {with: "serve --listen 127.0.0.1:0 --auth-file gone", want: "gone: no such file"},
		"health":    {with: "serve --listen 127.0.0.1:0 --health 127.0.0.1:0", want: "answering probes at"},
		"container": {with: "serve --listen 127.0.0.1:0 --container", want: "no auditor"},
		"approve":   {with: "serve --listen 127.0.0.1:0 --approve zz", want: `approve "zz"`},
		"drain":     {with: "serve --listen 127.0.0.1:0 --drain 7s", want: "running answers have 7s"},
	})},
	"coatcheck env": {"env", map[string]effect{
		"state":     {with: "env --state elsewhere", want: "elsewhere/ca/bundle.pem'"},
		"config":    {with: "env --config listen.yaml", want: "127.0.0.1:7001"},
		"host":      {with: "env --host 192.0.2.1", want: "192.0.2.1"},
		"upstream":  {with: "env --upstream nope", want: "want HOST=URL"},
		"auditor":   {script: "env"},
		"ca":        {with: "env --ca ephemeral", want: "an ephemeral authority lives in the serving process only"},
		"listen":    {with: "env --listen 127.0.0.1:7002", want: "127.0.0.1:7002"},
		"auth-file": {with: "env --auth-file auth", want: "jane:secret@"},
	}},
	"coatcheck scan": {"scan a.txt", map[string]effect{
		"rules":        {with: "scan --rules own.yaml a.txt", want: "OWN_CASE"},
		"output":       {with: "scan --output json a.txt", want: `"type":"EMAIL"`},
		"jsonl":        {with: "scan --jsonl b.jsonl", want: `"spans":`},
		"baseline":     {with: "scan --baseline gone --baseline-key gone a.txt", want: "gone: no such file"},
		"baseline-key": {script: "rules-baseline"},
	}},
	"coatcheck rules":        {"rules", nil},
	"coatcheck rules new":    {"rules new own.case", nil},
	"coatcheck rules schema": {"rules schema", nil},
	"coatcheck rules validators": {"rules validators", map[string]effect{
		"output": {with: "rules validators --output json", want: `"name":"za_id"`},
	}},
	"coatcheck rules list": {"rules list own.yaml", map[string]effect{
		"output": {with: "rules list --output json own.yaml", want: `"id":"own.case"`},
		"own":    {with: "rules list --own own.yaml", want: `\Aown.case .*\n.*\nexit 0`},
	}},
	"coatcheck rules fmt": {"rules fmt untidy.yaml", map[string]effect{"d": {with: "rules fmt -d untidy.yaml", want: `untidy.yaml:1: [-+]`}}},
	"coatcheck rules lint": {"rules lint own.yaml", map[string]effect{
		"output":  {with: "rules lint --output json own.yaml", want: `"lint":"examples"`},
		"builtin": {with: "rules lint --builtin own.yaml", want: `: \d{3} rules: `},
		"strict":  {with: "rules lint --strict own.yaml", want: "exit 3"},
	}},
	"coatcheck rules test": {"rules test own.yaml", map[string]effect{
		"output": {with: "rules test --output json own.yaml", want: `"passed":true`},
		"v":      {with: "rules test -v own.yaml", want: "PASS own.yaml:4:"},
		"run":    {with: "rules test --run nope own.yaml", want: "no rule of these files fits"},
		"junit":  {with: "rules test --junit report.xml own.yaml", want: "report.xml"},
	}},
	"coatcheck rules explain": {"rules explain jane.roe@example.com", map[string]effect{
		"rules":  {with: "rules explain --rules own.yaml AC-104233", want: "own.case"},
		"output": {with: "rules explain --output json jane.roe@example.com", want: `"found":true`},
		"key":    {with: "rules explain --key customer_ssn 219099999", want: "word \"ssn\""},
		"run":    {with: "rules explain --run nope jane.roe@example.com", want: "no rule of these files fits"},
		"all":    {with: "rules explain --all nothing", want: "missed: API_KEY"},
	}},
	"coatcheck rules diff": {"rules diff builtin own.yaml -- a.txt", map[string]effect{
		"output": {with: "rules diff --output json builtin own.yaml -- a.txt", want: `"change":"gained"`},
	}},
	"coatcheck rules bench": {"rules bench own.yaml", map[string]effect{
		"output": {with: "rules bench --output json own.yaml", want: `"rule":"own.case"`},
		"run":    {with: "rules bench --run nope own.yaml", want: "no rule of these files fits"},
	}},
	"coatcheck rules import": {"rules import gitleaks gitleaks.toml", map[string]effect{
		"pack": {with: "rules import --pack mine gitleaks gitleaks.toml", want: "id: mine"},
	}},
	"coatcheck rules baseline": {"rules baseline a.txt", map[string]effect{
		"rules":        {with: "rules baseline --rules own.yaml --baseline-key key a.txt", want: `"OWN_CASE"`},
		"baseline-key": {with: "rules baseline --baseline-key key a.txt", want: "\nkey\n"},
		"baseline":     {with: "rules baseline --baseline-key key --baseline known.json a.txt", want: "\nknown.json\n"},
	}},
	"coatcheck eval": {"eval b.jsonl", map[string]effect{
		"rules":  {with: "eval --rules gone.yaml b.jsonl", want: "open gone.yaml"},
		"types":  {with: "eval --types EMIAL b.jsonl", want: "EMIAL"},
		"floor":  {with: "eval --floor floors.yaml b.jsonl", want: "ok    EMAIL recall"},
		"output": {with: "eval --output json b.jsonl", want: `"micro_overlap"`},
	}},
	"coatcheck logs": {"logs", nil},
	"coatcheck logs show": {"logs show", map[string]effect{
		"state":  {with: "logs show --state elsewhere", want: "no log in .*elsewhere/log"},
		"output": {script: "run"},
		"sent":   {script: "run"},
	}},
	"coatcheck keys": {"keys", nil},
	"coatcheck keys init": {"keys init", map[string]effect{
		"state":   {with: "keys init --state elsewhere", want: "elsewhere/keys/token.json"},
		"auditor": {with: "keys init --auditor junk.json", want: "not a public keyset"},
	}},
	"coatcheck ca": {"ca", nil},
	"coatcheck ca init": {"ca init", map[string]effect{
		"state":   {with: "ca init --state elsewhere", want: "elsewhere/ca/root.pem"},
		"config":  {with: "ca init --config elsewhere.yaml", want: "elsewhere/root.pem"},
		"auditor": {with: "ca init --auditor junk.json", want: "not a public keyset"},
		"ca":      {with: "ca init --ca elsewhere", want: "elsewhere/root.pem"},
	}},
	"coatcheck ca export": {"ca export", map[string]effect{
		"state":  {with: "ca export --state elsewhere", want: "no certificate authority in .*elsewhere/ca"},
		"config": {with: "ca export --config elsewhere.yaml", want: "no certificate authority in elsewhere"},
		"ca":     {with: "ca export --ca elsewhere", want: "no certificate authority in elsewhere"},
	}},
	"coatcheck health": {"health --health 127.0.0.1:1", map[string]effect{
		"health": {with: "health --health nope", want: `health "nope": want ADDR:PORT`},
		"live":   {script: "health"},
	}},
	"coatcheck recipe":            {"recipe", nil},
	"coatcheck recipe kubernetes": {"recipe kubernetes", map[string]effect{"auditor": {with: "recipe kubernetes --auditor junk.json", want: "junk.json"}}},
	"coatcheck recipe compose":    {"recipe compose", map[string]effect{"auditor": {with: "recipe compose --auditor junk.json", want: "junk.json"}}},
	"coatcheck completion":        {"completion", nil},
	"coatcheck completion bash":   {"completion bash", nil},
	"coatcheck completion zsh":    {"completion zsh", nil},
	"coatcheck completion fish":   {"completion fish", nil},
	"coatcheck completion words":  {"completion words r", nil},
	"coatcheck help":              {"help", nil},
	"coatcheck version":           {"version", map[string]effect{"output": {with: "version --output json", want: `"go":`}}},
}

// lineEffects are those of the commands that build the line.
func lineEffects(front, verb, back string) map[string]effect {
	with := func(flag string) string { return front + " " + flag + back }
	return map[string]effect{
		"state":            {with: with("--state elsewhere"), want: "elsewhere/keys/token.json"},
		"config":           {with: with("--config gone"), want: "gone: no such file"},
		"rules":            {with: with("--rules gone"), want: "gone: no such file"},
		"host":             {with: with("--host 192.0.2.1"), want: "192.0.2.1"},
		"upstream":         {with: with("--upstream nope"), want: "want HOST=URL"},
		"upstream-ca":      {with: with("--upstream-ca gone"), want: "gone: no such file"},
		"allow-plaintext":  {with: with("--allow-plaintext 192.0.2.1/x"), want: "192.0.2.1/x"},
		"unknown-hosts":    {with: with("--unknown-hosts nope"), want: "want tunnel or refuse"},
		"answers":          {with: with("--answers nope"), want: "want report, restore or mask"},
		"upstream-timeout": {with: with("--upstream-timeout -1s"), want: "want a duration"},
		"auditor":          {with: with("--auditor junk.json"), want: "junk.json|exit 1"},
		"no-log":           {with: with("--no-log"), want: "no log is kept"},
		"ca-out":           {with: with("--ca-out shared"), want: "shared/bundle.pem"},
	}
}

func plus(a, b map[string]effect) map[string]effect {
	for name, e := range b {
		a[name] = e
	}
	return a
}

// scripts is where the scripts lie, found before anything changes the folder.
var scripts, _ = filepath.Abs("../../testdata/script")

// TestEveryFlagHasAnEffect walks the command tree: a flag that is offered does
// something there, and one that is not offered is not listed here.
func TestEveryFlagHasAnEffect(t *testing.T) {
	app := newApp(stdio{})
	seen := map[string]bool{}
	check := func(name string, flags []cli.Flag) {
		seen[name] = true
		c, ok := effects[name]
		if !ok {
			t.Errorf("%s is not in the table", name)
			return
		}
		t.Run(name, func(t *testing.T) {
			without := ""
			if len(c.flags) > 0 {
				without = outcome(t, c.base)
			}
			left := plus(map[string]effect{}, c.flags)
			for _, flag := range flagNames(flags) {
				e, ok := left[flag]
				delete(left, flag)
				switch {
				case flag == "help":
				case !ok:
					t.Errorf("--%s: nothing shows what it does", flag)
				case e.script != "":
					usedIn(t, e.script, name, flag)
				default:
					want := regexp.MustCompile(e.want)
					if got := outcome(t, e.with); !want.MatchString(got) {
						t.Errorf("%s: nothing fits %q:\n%s", e.with, e.want, got)
					}
					if want.MatchString(without) {
						t.Errorf("%s: %q fits without --%s, too:\n%s", c.base, e.want, flag, without)
					}
				}
			}
			for flag := range left {
				t.Errorf("--%s is listed here and not offered", flag)
			}
		})
	}
	check("coatcheck", app.Flags)
	eachCommand("coatcheck", app.Commands, func(name string, c *cli.Command) { check(name, c.Flags) })
	for name := range effects {
		if !seen[name] {
			t.Errorf("%s is listed here and is no command", name)
		}
	}
}

// outcome runs a command line in a new folder: what it writes to both outputs,
// its exit code, and the files that are there afterwards. serve stops at once, and env
// does not wait for one.
func outcome(t *testing.T, line string) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("COATCHECK_STATE", filepath.Join(dir, "state"))
	for name, text := range effectFiles {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	if strings.HasPrefix(line, "serve") || strings.HasPrefix(line, "env") {
		stop()
	}
	defer stop()
	var out, err bytes.Buffer
	code := run(ctx, append([]string{"coatcheck"}, strings.Fields(line)...), stdio{strings.NewReader(""), &out, &err})
	fmt.Fprintf(&out, "%sexit %d\n", err.String(), code)
	walk := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if _, ours := effectFiles[path]; err == nil && !e.IsDir() && !ours {
			fmt.Fprintln(&out, filepath.ToSlash(path))
		}
		return err
	})
	if walk != nil {
		t.Fatal(walk)
	}
	return out.String()
}

// usedIn checks that a script shows what the flag of a command does.
func usedIn(t *testing.T, script, command, flag string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(scripts, script+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^.*` + command + ` .*--` + flag + `\b`).Match(text) {
		t.Errorf("%s.txtar does not use %s --%s", script, command, flag)
	}
}
