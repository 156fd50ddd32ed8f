package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coatcheck/proxy/standin"
)

// TestPod builds the image with the README's commands and plays the recipe: a
// sidecar, an app that knows only its environment, and outside of the pod a
// provider, on a network that leads nowhere else.
func TestPod(t *testing.T) {
	if os.Getenv("COATCHECK_POD") != "1" {
		t.Skip("COATCHECK_POD is not 1: run testdata/pod/install.sh as root, then set it")
	}
	if _, err := exec.LookPath("podman"); err != nil {
		t.Fatal("podman is not installed: run testdata/pod/install.sh as root")
	}
	p := newPodman(t)
	tree := copyTree(t)
	commands := readmeCommands(t, "Sidecar")
	t.Run("image", func(t *testing.T) { p.checkImage(t, tree, commands[0]) })
	if t.Failed() {
		return
	}
	p.shell(tree, commands[1])
	p.buildApp(tree)
	p.join("coatcheck-test-app")
	c := p.startCast(t)
	c.play(t, filepath.Join(tree, "dist", "app.yaml"))
	t.Run("calls", c.checkCalls)
	t.Run("confinement", c.checkConfinement)
	t.Run("log", func(t *testing.T) { c.checkLog(t, filepath.Join(tree, "dist")) })
	t.Run("killed", c.checkKilled)
	t.Run("bad input", func(t *testing.T) { p.checkBadInput(t, filepath.Join(tree, "dist", "auditor", "keys")) })
	t.Run("state fills up", func(t *testing.T) { c.checkFull(t, filepath.Join(tree, "dist", "auditor", "keys")) })
}

// copyTree copies the files that git knows or would add, so that the commands
// leave nothing in the checkout.
func copyTree(t *testing.T) string {
	t.Helper()
	root, to := absolute(t, "../.."), t.TempDir()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			continue // deleted, and not yet committed
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// checkImage builds twice, from nothing, and looks into the image.
func (p *podman) checkImage(t *testing.T, tree, commands string) {
	const format = `{{.Id}} {{.Size}} {{.User}} {{index .Labels "org.opencontainers.image.version"}} {{index .Labels "coatcheck.binary.sha256"}}`
	p.shell(tree, commands)
	first := p.must("image", "inspect", "coatcheck", "--format", format)
	p.must("rmi", "--all", "--force")
	p.shell(tree, "touch dist/licenses/*; "+commands)
	second := p.must("image", "inspect", "coatcheck", "--format", format)
	if first != second {
		t.Errorf("two builds differ:\n%s\n%s", first, second)
	}
	fields := strings.Fields(second)
	if len(fields) != 5 {
		t.Fatalf("inspect: %q", second)
	}
	size, err := strconv.Atoi(fields[1])
	if err != nil || size >= 25_000_000 {
		t.Errorf("the image has %d bytes", size)
	}
	binary, err := os.ReadFile(filepath.Join(tree, "dist", "coatcheck"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(binary)
	if fields[2] != "65532:65532" || fields[3] != "dev" || fields[4] != hex.EncodeToString(sum[:]) {
		t.Errorf("user and labels: %v", fields[2:])
	}
	t.Logf("image: %.1f MB, id %.12s, twice", float64(size)/1e6, fields[0])

	p.must("create", "--name", "look", "coatcheck")
	p.shell(p.dir, "podman export look | tar --list >files")
	files, err := os.ReadFile(filepath.Join(p.dir, "files"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"coatcheck", "licenses/NOTICE", "licenses/LICENSE", "licenses/go/LICENSE", "licenses/github.com/tink-crypto/"} {
		if !strings.Contains("\n"+string(files), "\n"+name) {
			t.Errorf("the image lacks %s", name)
		}
	}
	for name := range strings.Lines(string(files)) {
		top, _, _ := strings.Cut(strings.TrimSpace(name), "/")
		switch top { // what podman adds to every container is empty
		case "coatcheck", "licenses", "state", "shared", "dev", "etc", "proc", "run", "sys":
		default:
			t.Errorf("the image holds %s", name)
		}
	}
	p.must("rm", "look")
}

func (p *podman) buildApp(tree string) {
	p.t.Helper()
	p.shell(filepath.Join(tree, "testdata", "pod", "app"), `
		CGO_ENABLED=0 go build -trimpath -o app .
		podman build -t coatcheck-test-app .`)
}

// cast is everybody in the play.
type cast struct {
	*podman
	provider *standin.Server
	door     atomic.Int64 // connections to where the APIs' public names lead
	manifest string
}

const (
	sidecar = "app-pod-0-coatcheck"
	app     = "app-pod-0-app"
)

// startCast starts the provider, and a door: inside the pod the APIs' public
// names resolve to it, so that whoever goes past the sidecar knocks there.
func (p *podman) startCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{podman: p}
	var err error
	c.provider, err = standin.Start(standin.Config{Address: p.gateway + ":0", Names: []string{p.gateway}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.provider.Close)
	door, err := net.Listen("tcp", p.gateway+":443")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { door.Close() })
	go func() {
		for {
			conn, err := door.Accept()
			if err != nil {
				return
			}
			c.door.Add(1)
			conn.Close()
		}
	}()
	return c
}

// play edits the recipe in sight and plays it. The first three edits are for
// podman 4.3, which knows no native sidecar; the others are what the recipe
// asks its user to change, and the provider.
func (c *cast) play(t *testing.T, recipe string) {
	t.Helper()
	text, err := os.ReadFile(recipe)
	if err != nil {
		t.Fatal(err)
	}
	c.manifest = string(text)
	for _, edit := range []struct{ old, new string }{
		{"      initContainers:\n", "      containers:\n"},
		{"          restartPolicy: Always # an init container that stays: the native sidecar\n", ""},
		{"      containers:\n        - name: app\n", "        - name: app\n"},

		{"image: coatcheck:latest", "image: localhost/coatcheck:latest"},
		{"image: app:latest", "image: localhost/coatcheck-test-app:latest"},
		{"      automountServiceAccountToken: false\n", fmt.Sprintf(
			"      automountServiceAccountToken: false\n      hostAliases:\n        - {ip: %s, hostnames: [api.example.com, api.openai.com]}\n", c.gateway)},
		{"      hosts: []\n", fmt.Sprintf(
			"      upstreams: {api.example.com: %[1]q, api.openai.com: %[1]q}\n      upstream_ca: /etc/coatcheck/provider.pem\n", c.provider.URL())},
		{"  coatcheck.yaml: |\n", "  provider.pem: |\n    " +
			strings.ReplaceAll(strings.TrimSpace(string(c.provider.CAPEM())), "\n", "\n    ") + "\n  coatcheck.yaml: |\n"},
	} {
		if strings.Count(c.manifest, edit.old) != 1 {
			t.Fatalf("the recipe does not hold this once: %q", edit.old)
		}
		c.manifest = strings.Replace(c.manifest, edit.old, edit.new, 1)
	}
	path := filepath.Join(c.dir, "pod.yaml")
	writeTestFile(t, path, []byte(c.manifest))
	c.emptyDir("coatcheck-state")
	c.emptyDir("coatcheck-shared")
	c.must("kube", "play", "--build=false", "--network", c.network, path)
	line := c.await(sidecar, "listening on http://127.0.0.1:8899")
	c.logReadiness(t, line)
	c.must("exec", sidecar, "/coatcheck", "health")
	c.must("exec", sidecar, "/coatcheck", "health", "--live")
	t.Logf("RSS when ready: %s", c.status(t)["VmRSS"])
}

// status returns what the kernel says of the sidecar's process, see proc(5).
func (c *cast) status(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("/proc/" + c.must("inspect", sidecar, "--format", "{{.State.Pid}}") + "/status")
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		facts[name] = strings.Join(strings.Fields(value), " ")
	}
	return facts
}

// logReadiness reports how long the sidecar took from its start to its word.
func (c *cast) logReadiness(t *testing.T, line string) {
	t.Helper()
	var said struct{ Time time.Time }
	if err := json.Unmarshal([]byte(line), &said); err != nil {
		t.Fatalf("not a line of JSON: %s", line)
	}
	started, err := time.Parse("2006-01-02 15:04:05.999999999 -0700 MST", c.must("inspect", sidecar, "--format", "{{.State.StartedAt}}"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("start to ready: %d ms", said.Time.Sub(started).Milliseconds())
}

// checkCalls: both APIs answer with the values restored, and the provider has
// seen none of them.
func (c *cast) checkCalls(t *testing.T) {
	for i, call := range []string{"ask", "chat"} {
		if got, want := c.must("exec", app, "/app", call, clientPrompt), "You wrote: "+clientPrompt; got != want {
			t.Errorf("%s: the app received %q, want %q", call, got, want)
		}
		if n := len(c.provider.Requests()); n != i+1 {
			t.Fatalf("%s: the provider has had %d requests", call, n)
		}
		t.Logf("%s: provider saw %s", call, c.provider.Requests()[i].Decoded)
	}
	for _, v := range clientValues {
		for _, where := range c.provider.Holds(v) {
			t.Errorf("the provider saw a value: %s", where)
		}
	}
	// A provider whose name nobody resolves costs its own request alone.
	_, said, code := c.try("exec", "--env", "OPENAI_BASE_URL=http://127.0.0.1:8899/groq/openai/v1", app, "/app", "chat", clientPrompt)
	if code != 1 || !strings.Contains(said, "502 Bad Gateway") {
		t.Errorf("without a name server: exit %d, %s", code, said)
	}
	c.must("exec", sidecar, "/coatcheck", "health")
	if n := c.door.Load(); n != 0 {
		t.Errorf("%d connections went past the sidecar", n)
	}
}

// checkConfinement looks at the process from outside, and at what the app is given.
func (c *cast) checkConfinement(t *testing.T) {
	facts := c.status(t)
	for name, want := range map[string]string{
		"Uid": "65532 65532 65532 65532", "CapEff": "0000000000000000", "CapBnd": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2",
	} {
		if facts[name] != want {
			t.Errorf("%s: %s, want %s", name, facts[name], want)
		}
	}
	rss, err := strconv.Atoi(strings.TrimSuffix(facts["VmRSS"], " kB"))
	// 40 MB is the goal; with 386 rules it is about 41.
	if err != nil || rss > 44<<10 {
		t.Errorf("RSS: %s, want at most 44 MB", facts["VmRSS"])
	}
	t.Logf("RSS after calls: %s", facts["VmRSS"])
	if got := c.must("inspect", sidecar, "--format", "{{.HostConfig.ReadonlyRootfs}}"); got != "true" {
		t.Errorf("read-only root: %s", got)
	}

	entries, err := os.ReadDir(c.volume("coatcheck-shared"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(c.volume("coatcheck-shared"), e.Name()))
		if err != nil || strings.Count(string(text), "-----BEGIN ") != strings.Count(string(text), "-----BEGIN CERTIFICATE-----") {
			t.Errorf("the app is given %s, which is not only certificates (%v)", e.Name(), err)
		}
	}
	if mounts := c.must("inspect", app, "--format", "{{range .Mounts}}{{.Destination}} {{end}}"); mounts != "/shared" {
		t.Errorf("the app mounts %s", mounts)
	}
}

// checkLog opens the log with the auditor's key on the host, and fails to open
// it with everything that the pod holds.
func (c *cast) checkLog(t *testing.T, dist string) {
	pod := filepath.Join(t.TempDir(), "pod")
	if err := os.CopyFS(pod, os.DirFS(c.volume("coatcheck-state"))); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"log", "keys"} { // CopyFS keeps no modes
		if err := filepath.WalkDir(filepath.Join(pod, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if e.IsDir() {
				return os.Chmod(path, 0o700)
			}
			return os.Chmod(path, 0o600)
		}); err != nil {
			t.Fatal(err)
		}
	}
	show := func(state string) (string, error) {
		out, err := c.command(filepath.Join(dist, "coatcheck"), "logs", "show", "--output", "json", "--state", state, filepath.Join(pod, "log")).Output()
		return string(out), err
	}
	out, err := show(filepath.Join(dist, "auditor"))
	if err != nil || strings.Count(out, `"kind":"exchange"`) != 3 || strings.Count(out, `"outcome":"done"`) != 2 {
		t.Errorf("the auditor reads: %v\n%s", err, out)
	}
	if out, err := show(pod); err == nil || out != "" {
		t.Errorf("with what the pod holds the log opens: %v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(pod, "keys", "auditor.json")); err == nil {
		t.Error("the auditor's private key lies in the pod")
	}
	logs, errs, _ := c.try("logs", sidecar)
	for _, v := range clientValues {
		if strings.Contains(logs+errs, v) {
			t.Errorf("the sidecar's lines hold a value")
		}
		grep := c.command("grep", "--recursive", "--fixed-strings", "--quiet", "--", v, pod)
		if grep.Run() == nil {
			t.Errorf("the state volume holds a value in clear")
		}
	}
}

// checkKilled: without the sidecar the app's calls fail, and never go past it.
func (c *cast) checkKilled(t *testing.T) {
	fail := func(how string) {
		t.Helper()
		before := len(c.provider.Requests())
		for _, call := range []string{"ask", "chat"} {
			if out, _, code := c.try("exec", app, "/app", call, clientPrompt); code != 1 {
				t.Errorf("%s, %s: exit %d, %q", how, call, code, out)
			}
		}
		if n := len(c.provider.Requests()); n != before {
			t.Errorf("%s: the provider had %d more requests", how, n-before)
		}
		if n := c.door.Load(); n != 0 {
			t.Errorf("%s: %d connections went past the sidecar", how, n)
		}
	}
	c.must("kill", "--signal", "KILL", sidecar)
	c.must("wait", sidecar)
	fail("killed")

	c.must("start", sidecar)
	c.await(sidecar, "listening on http://127.0.0.1:8899")
	c.must("exec", app, "/app", "ask", clientPrompt) // a new process reads the new bundle

	c.must("stop", "--time", "60", sidecar) // SIGTERM, as process 1
	if code := c.must("inspect", sidecar, "--format", "{{.State.ExitCode}}"); code != "0" {
		t.Errorf("SIGTERM: exit code %s", code)
	}
	c.await(sidecar, "stopping; running answers have 30s")
	fail("stopped")

	// The door is real: an app without the variables goes through it.
	c.try("exec", "--env", "HTTPS_PROXY=", "--env", "https_proxy=", app, "/app", "ask", "hello")
	if c.door.Load() == 0 {
		t.Error("nobody can knock at the door, so that nobody did says nothing")
	}
}
