package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// podman runs containers in a storage of its own, so that nothing of the
// machine's is touched and everything is gone afterwards.
type podman struct {
	t       *testing.T
	dir     string // work folder
	env     []string
	network string
	gateway string // the host's address on the network
}

// podmanConf is what podman 4.3 needs where no systemd and no desktop runs.
const podmanConf = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "%[1]s/networks"
`

const storageConf = `[storage]
driver = "overlay"
graphroot = "%[1]s/graph"
runroot = "%[1]s/run"
`

func newPodman(t *testing.T) *podman {
	t.Helper()
	p := &podman{t: t, dir: t.TempDir(), network: "coatcheck-test"}
	for name, text := range map[string]string{"containers.conf": podmanConf, "storage.conf": storageConf} {
		writeTestFile(t, filepath.Join(p.dir, name), fmt.Appendf(nil, text, p.dir))
	}
	p.env = append(os.Environ(),
		"CONTAINERS_CONF="+filepath.Join(p.dir, "containers.conf"),
		"CONTAINERS_STORAGE_CONF="+filepath.Join(p.dir, "storage.conf"))
	t.Cleanup(func() {
		p.try("pod", "rm", "--all", "--force", "--time", "0")
		p.try("rm", "--all", "--force", "--time", "0")
		p.try("network", "rm", "--force", p.network)
		p.try("volume", "rm", "--all", "--force")
		p.try("rmi", "--all", "--force")
	})
	return p
}

// command is a program with podman's environment, ended after a time that
// nothing here needs.
func (p *podman) command(name string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	p.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env, cmd.Dir = p.env, p.dir
	return cmd
}

// try runs podman and returns what it printed, and its exit code.
func (p *podman) try(args ...string) (stdout, stderr string, code int) {
	p.t.Helper()
	var out, fault bytes.Buffer
	cmd := p.command("podman", args...)
	cmd.Stdout, cmd.Stderr = &out, &fault
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		p.t.Errorf("podman %s: %v", args[0], err)
		code = -1
	}
	return strings.TrimSpace(out.String()), fault.String(), code
}

// must runs podman and fails the test if it fails.
func (p *podman) must(args ...string) string {
	p.t.Helper()
	out, fault, code := p.try(args...)
	if code != 0 {
		p.t.Fatalf("podman %s: exit %d\n%s%s", strings.Join(args, " "), code, out, fault)
	}
	return out
}

// shell runs a script in a folder.
func (p *podman) shell(dir, script string) {
	p.t.Helper()
	cmd := p.command("bash", "-euc", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("%v\n%s\n%s", err, script, out)
	}
}

// join makes a network without a way out, and gives it its address on the
// host, which it has for as long as a container is on it.
func (p *podman) join(image string) {
	p.t.Helper()
	p.must("network", "create", "--internal", p.network)
	p.gateway = p.must("network", "inspect", p.network, "--format", "{{range .Subnets}}{{.Gateway}}{{end}}")
	p.must("run", "--detach", "--name", "anchor", "--network", p.network, image)
}

// await follows a container's log until a line holds text, and returns it.
func (p *podman) await(container, text string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r, w := io.Pipe()
	cmd := exec.CommandContext(ctx, "podman", "logs", "--follow", container)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.env, p.dir, w, w
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { w.CloseWithError(errors.Join(cmd.Wait(), io.EOF)) }()
	var seen strings.Builder
	for lines := bufio.NewScanner(r); lines.Scan(); {
		if strings.Contains(lines.Text(), text) {
			cancel()
			r.Close()
			return lines.Text()
		}
		seen.WriteString(lines.Text() + "\n")
	}
	p.t.Fatalf("%s never said %q:\n%s", container, text, seen.String())
	return ""
}

// volume returns the folder of a volume on the host.
func (p *podman) volume(name string) string {
	p.t.Helper()
	return p.must("volume", "inspect", name, "--format", "{{.Mountpoint}}")
}

// emptyDir makes the volume that an emptyDir of this name becomes. Kubernetes
// lets every user write there; podman gives it to who mounts it first.
func (p *podman) emptyDir(name string) {
	p.t.Helper()
	p.must("volume", "create", name)
	if err := os.Chmod(p.volume(name), 0o777); err != nil {
		p.t.Fatal(err)
	}
}

// tmpfs mounts a file system in memory with options of mount(8), to be a
// volume, and returns its folder.
func (p *podman) tmpfs(options string) string {
	p.t.Helper()
	dir, err := os.MkdirTemp(p.dir, "tmpfs")
	if err != nil {
		p.t.Fatal(err)
	}
	p.shell(p.dir, "mount -t tmpfs -o "+options+" coatcheck-test "+dir)
	p.t.Cleanup(func() { p.shell(p.dir, "umount "+dir) })
	return dir
}
