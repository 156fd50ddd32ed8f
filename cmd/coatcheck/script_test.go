//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

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
			e.Values[sceneKey{}] = &scene{logged: make(chan struct{})}
			return syscall.Mkfifo(e.WorkDir+"/serve.fifo", 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"provider":  provider,
			"unseen":    unseen,
			"listening": listening,
			"logged":    logged,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

type sceneKey struct{}

// scene is what the commands of one script share.
type scene struct {
	provider *standin.Server
	log      bytes.Buffer // of serve, complete once logged is closed
	logged   chan struct{}
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

// provider starts a stand-in provider: $PROVIDER is its URL, provider.pem its CA.
func provider(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: provider")
	}
	s, err := standin.Start(standin.Config{})
	ts.Check(err)
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
		s.log.WriteString(lines.Text() + "\n")
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
		defer close(s.logged)
		defer f.Close()
		for lines.Scan() {
			s.log.WriteString(lines.Text() + "\n")
		}
	}()
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
