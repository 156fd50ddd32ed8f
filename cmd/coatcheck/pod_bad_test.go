package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// auditorMount gives a container the public half of the auditor's keys.
func auditorMount(keys string) []string {
	return []string{
		"--volume", filepath.Join(keys, "auditor.pub.json") + ":/etc/coatcheck/auditor.pub.json:ro",
		"--env", "COATCHECK_AUDITOR=/etc/coatcheck/auditor.pub.json",
	}
}

// checkBadInput: what a container is given wrongly ends it at start, with one
// line that says what and what to do.
func (p *podman) checkBadInput(t *testing.T, keys string) {
	volume := func(options string) string { return "--volume=" + p.tmpfs(options) }
	state, shared := volume("uid=65532")+":/state", volume("uid=65532")+":/shared"
	theirs, small := volume("uid=65534,mode=0755")+":/state", volume("uid=65532,size=8k")+":/state"
	auditor := auditorMount(keys)
	for _, c := range []struct {
		name string
		args []string
		code int
		line string
	}{
		{
			"no auditor",
			[]string{state, shared},
			2,
			"no auditor: name the public keyset that the log is sealed to with --auditor FILE (COATCHECK_AUDITOR), made elsewhere by `coatcheck keys init`; or say --no-log",
		},
		{
			"an auditor's private key",
			[]string{
				state, shared, "--user", "0",
				"--volume", filepath.Join(keys, "auditor.json") + ":/key.json:ro", "--env", "COATCHECK_AUDITOR=/key.json",
			},
			2,
			"--auditor: private keyset in place of a public one: keep /key.json off this machine and give the public one (auditor.pub.json) instead",
		},
		{
			"no state volume", append([]string{shared}, auditor...), 2,
			"--state /state is not on a volume: mount one there, its log would end with the container",
		},
		{
			"no shared volume", append([]string{state}, auditor...), 2,
			"--ca-out /shared is not on a volume: mount one there, share it with the app",
		},
		{
			"state is read-only", append([]string{state + ":ro", shared}, auditor...), 1,
			"/state cannot be written: read-only file system; mount it writable",
		},
		{
			"shared is read-only", append([]string{state, shared + ":ro"}, auditor...), 1,
			"/shared cannot be written: read-only file system; mount it writable",
		},
		{
			"state belongs to another", append([]string{theirs, shared}, auditor...), 1,
			"/state cannot be written: permission denied; give it to user 65532, who runs this process",
		},
		{
			"state is full", append([]string{small, shared}, auditor...), 1,
			"/state cannot be written: no space left on device; make room, or give it a larger volume",
		},
		{
			"the port is taken", append([]string{state, shared, "--env", "COATCHECK_HEALTH=127.0.0.1:8899"}, auditor...), 1,
			"listen: listen tcp 127.0.0.1:8899: bind: address already in use: stop what has the port, or take another with --listen",
		},
	} {
		args := append([]string{"run", "--rm", "--read-only", "--network=none"}, c.args...)
		out, lines, code := p.try(append(args, "coatcheck")...)
		said := 0
		for line := range strings.Lines(lines) {
			if strings.HasPrefix(line, "coatcheck: ") {
				said++
			}
		}
		if code != c.code || out != "" || said != 1 || !strings.Contains(lines, "coatcheck: error: "+c.line+"\n") {
			t.Errorf("%s: exit %d, want %d and one line:\n%s\ngot\n%s%s", c.name, code, c.code, c.line, out, lines)
		}
	}
}

// checkFull: once the state volume is full nothing is forwarded, and the
// sidecar is alive and not ready.
func (c *cast) checkFull(t *testing.T, keys string) {
	roots := filepath.Join(c.dir, "provider.pem")
	if err := os.WriteFile(roots, c.provider.CAPEM(), 0o644); err != nil { // user 65532 reads it
		t.Fatal(err)
	}
	args := append([]string{
		"run", "--detach", "--name", "full", "--network", c.network, "--read-only",
		"--volume=" + c.tmpfs("uid=65532,size=64k") + ":/state", "--volume=" + c.tmpfs("uid=65532") + ":/shared",
		"--volume", roots + ":/provider.pem:ro", "--env", "COATCHECK_UPSTREAM_CA=/provider.pem",
		"--env", "COATCHECK_UPSTREAM=api.openai.com=" + c.provider.URL(),
	}, auditorMount(keys)...)
	c.must(append(args, "coatcheck")...)
	c.await("full", "listening on")
	c.must("exec", "full", "/coatcheck", "health")

	chat := func() (string, int) {
		_, said, code := c.try("run", "--rm", "--network", "container:full",
			"--env", "OPENAI_BASE_URL=http://127.0.0.1:8899/openai/v1",
			"coatcheck-test-app", "chat", strings.Repeat("How are you today? ", 10))
		return said, code
	}
	// The call that finds no room is refused, or, if its closing entry does
	// not fit any more, breaks off.
	const most = 100
	done := 0
	for ; done < most; done++ {
		if said, code := chat(); code != 0 {
			t.Logf("call %d: %s", done, strings.TrimSpace(said))
			break
		}
	}
	if logs, said, _ := c.try("logs", "full"); done == 0 || done == most {
		t.Fatalf("%d calls fit:\n%s", done, logs+said)
	}
	t.Logf("full after %d calls", done)

	before := len(c.provider.Requests())
	if said, code := chat(); code != 1 || !strings.Contains(said, "503") {
		t.Errorf("a call later: exit %d, %s", code, said)
	}
	if n := len(c.provider.Requests()); n != before {
		t.Error("something left without an entry")
	}
	if _, said, code := c.try("exec", "full", "/coatcheck", "health"); code != 1 || !strings.Contains(said, "health: not ready: the log cannot be written") {
		t.Errorf("readiness: exit %d, %s", code, said)
	}
	if out, said, code := c.try("exec", "full", "/coatcheck", "health", "--live"); code != 0 {
		t.Errorf("liveness: %s", fmt.Sprint(code, out, said))
	}
}
