package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"sync"
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
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"provider": provider,
			"unseen":   unseen,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

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
	providers.Store(ts.Getenv("WORK"), s)
}

// providers are the stand-ins of the running scripts, by work folder.
var providers sync.Map

// unseen checks that the provider was called and saw none of the values.
func unseen(ts *testscript.TestScript, neg bool, args []string) {
	v, ok := providers.Load(ts.Getenv("WORK"))
	if neg || !ok || len(args) == 0 {
		ts.Fatalf("usage: provider, then unseen VALUE…")
	}
	s := v.(*standin.Server)
	if len(s.Requests()) == 0 {
		ts.Fatalf("the provider was never called")
	}
	for _, v := range args {
		for _, where := range s.Holds(v) {
			ts.Fatalf("the provider saw a value: %s", where)
		}
	}
}
