//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"coatcheck/proxy/standin"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"coatcheck": main})
}

// TestScripts runs the CLI's specification: testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "../../testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("COATCHECK_STATE", e.WorkDir+"/state")
			e.Setenv("SERVE_LOG", e.WorkDir+"/serve.fifo")
			e.Values[sceneKey{}] = newScene()
			return syscall.Mkfifo(e.WorkDir+"/serve.fifo", 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"hashicorp": hashicorpCommand,
			"provider":  provider,
			"unseen":    unseen,
			"seen":      seen,
			"listening": listening,
			"logged":    logged,
			"says":      says,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

type sceneKey struct{}

// scene is what the commands of one script share.
type scene struct {
	provider *standin.Server
	vault    *vaultOf
	logged   chan struct{} // closed when the log of serve is complete

	mu    sync.Mutex
	more  sync.Cond // says that the log has grown, or is complete
	log   bytes.Buffer
	read  int // bytes of the log that says has passed
	ended bool
}

func newScene() *scene {
	s := &scene{logged: make(chan struct{})}
	s.more.L = &s.mu
	return s
}

func (s *scene) write(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.WriteString(line + "\n")
	s.more.Broadcast()
}

func (s *scene) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.logged)
	s.ended = true
	s.more.Broadcast()
}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

// exits runs a program and checks its exit code: exits 3 coatcheck scan x.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// provider starts a stand-in provider: $PROVIDER is its URL, provider.pem its
// CA. With a text, that is what its model adds to what it heard: provider [TEXT].
func provider(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: provider [TEXT]")
	}
	s, err := standin.Start(standin.Config{})
	ts.Check(err)
	if len(args) > 0 {
		s.Handle("/model", standin.Voice{Say: func(heard string) string { return heard + args[0] }}.Answer)
	}
	ts.Defer(s.Close)
	ts.Check(os.WriteFile(ts.MkAbs("provider.pem"), s.CAPEM(), 0o600))
	ts.Setenv("PROVIDER", s.URL())
	sceneOf(ts).provider = s
}

// unseen checks that the provider was called and saw none of the values.
func unseen(ts *testscript.TestScript, neg bool, args []string) {
	s := sceneOf(ts).provider
	if neg || s == nil || len(args) == 0 {
		ts.Fatalf("usage: provider, then unseen VALUE…")
	}
	if len(s.Requests()) == 0 {
		ts.Fatalf("the provider was never called")
	}
	for _, v := range args {
		for _, where := range s.Holds(v) {
			ts.Fatalf("the provider saw a value: %s", where)
		}
	}
}

// seen checks that the provider saw a value: seen VALUE.
func seen(ts *testscript.TestScript, neg bool, args []string) {
	s := sceneOf(ts).provider
	if neg || s == nil || len(args) != 1 {
		ts.Fatalf("usage: provider, then seen VALUE")
	}
	if len(s.Holds(args[0])) == 0 {
		ts.Fatalf("the provider did not see it")
	}
}

// listening waits until the serve whose standard error is $SERVE_LOG says
// where it listens, and sets $LISTEN and, if it answers any, $PROBES. The log is a pipe, so that nothing polls.
func listening(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: listening")
	}
	f, err := os.Open(ts.Getenv("SERVE_LOG"))
	ts.Check(err)
	s, lines, found := sceneOf(ts), bufio.NewScanner(f), false
	for !found && lines.Scan() {
		s.write(lines.Text())
		var addr string
		if _, probes, ok := strings.Cut(lines.Text(), "answering probes at http://"); ok {
			ts.Setenv("PROBES", probes)
		}
		if _, addr, found = strings.Cut(lines.Text(), "listening on http://"); found {
			ts.Setenv("LISTEN", addr)
		}
	}
	if !found {
		ts.Fatalf("serve never listened: %s", s.log.String())
	}
	go func() {
		defer s.end()
		defer f.Close()
		for lines.Scan() {
			s.write(lines.Text())
		}
	}()
}

// says waits for a line of the running serve's log that matches, behind the
// one that it found last, and sets $SAID to the first group: says PATTERN.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: says PATTERN")
	}
	re, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	s := sceneOf(ts)
	late := false
	limit := time.AfterFunc(time.Minute, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.more.Broadcast()
	})
	defer limit.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		text := s.log.String()
		if m := re.FindStringSubmatch(text[s.read:]); m != nil {
			_, after, _ := strings.Cut(text[s.read:], m[0])
			s.read = len(text) - len(after)
			if len(m) > 1 {
				ts.Setenv("SAID", m[1])
			}
			return
		}
		if late || s.ended {
			ts.Fatalf("serve does not say %s:\n%s", args[0], text)
		}
		s.more.Wait()
	}
}

// logged prints the whole log of a serve that has ended.
func logged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: logged")
	}
	<-sceneOf(ts).logged
	_, err := ts.Stdout().Write(sceneOf(ts).log.Bytes())
	ts.Check(err)
}
