//go:build unix

package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestSecretsPassHungSources: a file that became a pipe, a device or a folder is
// a fault of its own and takes away no other value.
func TestSecretsPassHungSources(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	ok(t, syscall.Mkfifo(at("pipe"), 0o600))
	ok(t, os.Symlink("/dev/zero", at("endless")))
	ok(t, os.WriteFile(at("b"), []byte("c0rrect-h0rse-b4ttery"), 0o600))
	read, err := secretSources{list: []secretSource{{File: at("pipe")}, {File: at("endless")}, {File: dir}, {File: at("b")}, {File: at("b")}}}.read(t.Context())
	if len(read) != 2 || read[0].Name != "b" {
		t.Errorf("%d values are read", len(read))
	}
	for _, want := range []string{"entry 1: ", "entry 2: ", "entry 3: "} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "entry 4") {
			t.Errorf("%v, want it to hold %q", err, want)
		}
	}
}

// TestWatchPassesPipes: what cannot be read hides no change of other files.
func TestWatchPassesPipes(t *testing.T) {
	dir := t.TempDir()
	ok(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	ok(t, syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600))
	file := filepath.Join(t.TempDir(), "file")
	moved := watch(t.Context(), []string{filepath.Join(dir, "pipe"), dir, file})
	receive(t, moved, "the first look")
	ok(t, os.WriteFile(file, []byte("new"), 0o600))
	receive(t, moved, "the file beside a pipe")
}

// TestSecretsDoNotWaitForRules: rule files whose approval cannot be read hold up
// no new value.
func TestSecretsDoNotWaitForRules(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own.yaml")
	ok(t, os.WriteFile(own, []byte("apiVersion: coatcheck/rules/v1\npack: {id: own, override: {email: {action: observe}}}\n"), 0o600))
	running, err := loadSet(nil)
	ok(t, err)
	t.Setenv("SERVICE_WORD", "st4ple!Of&The*House")
	asked, answer, used := make(chan struct{}), make(chan struct{}), make(chan *redact.Engine, 1)
	r := &reloader{
		paths: []string{own}, running: running, use: func(e *redact.Engine) { used <- e },
		approved: func() ([]string, error) {
			close(asked)
			<-answer
			return nil, errors.New("gone")
		},
		secrets: registered{sources: func() (secretSources, error) {
			return secretSources{list: []secretSource{{Env: "SERVICE_WORD"}}}, nil
		}},
	}
	ctx, cancel := context.WithCancel(t.Context())
	moved, due, done := make(chan struct{}), make(chan time.Time), make(chan struct{})
	go func() {
		defer close(done)
		r.keep(ctx, moved, nil, due, slog.New(slog.DiscardHandler))
	}()
	moved <- struct{}{}
	<-asked
	found, err := (<-used).Scan(t.Context(), []redact.Field{{Text: plain.New("it says st4ple!Of&The*House")}})
	if err != nil || len(found) != 1 {
		t.Errorf("%+v, error %v", found, err)
	}
	cancel()
	close(answer)
	<-done
}
