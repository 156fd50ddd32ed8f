package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/secrets"
	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules/live"
)

// TestSecretsAreReadAgainWhenItIsTime: a place that tells nobody of a change is
// looked into all the same, and then nothing but secrets is read.
func TestSecretsAreReadAgainWhenItIsTime(t *testing.T) {
	set, err := live.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SERVICE_WORD", "st4ple!Of&The*House")
	used := make(chan *redact.Engine, 1)
	r := reloader{
		paths: []string{"no such file"}, running: set, use: func(e *redact.Engine) { used <- e },
		secrets: secrets.Registered{Sources: func() (secrets.Sources, error) {
			return secrets.Sources{List: []secrets.Source{{Env: "SERVICE_WORD"}}}, nil
		}},
	}
	ctx, cancel := context.WithCancel(t.Context())
	due, done := make(chan time.Time), make(chan struct{})
	log := &complaints{}
	go func() {
		defer close(done)
		r.keep(ctx, nil, nil, due, slog.New(slog.NewTextHandler(log, nil)))
	}()
	due <- time.Time{}
	found, err := (<-used).Scan(t.Context(), []redact.Field{{Text: plain.New("it says st4ple!Of&The*House")}})
	if err != nil || len(found) != 1 || found[0].Rule != "registered.SERVICE_WORD" {
		t.Errorf("%+v, error %v", found, err)
	}
	due <- time.Time{} // the value is known by now
	cancel()
	<-done
	if len(used) > 0 || log.lines != 1 {
		t.Errorf("%d engines are built for nothing, %d lines are logged", len(used), log.lines)
	}
}

// complaints counts the lines of a log.
type complaints struct{ lines int }

// Write implements [io.Writer].
func (c *complaints) Write(line []byte) (int, error) {
	c.lines++
	return io.Discard.Write(line)
}

// TestFaultsAreToldOnce: a signal and the watcher tell of one change; who asks
// again hears it again.
func TestFaultsAreToldOnce(t *testing.T) {
	var out strings.Builder
	c := complaint{log: slog.New(slog.NewTextHandler(&out, nil))}
	for _, step := range []struct {
		why   cause
		err   error
		lines int
	}{
		{causeAsked, errors.Join(errors.New("a"), errors.New("b")), 2},
		{causeMoved, errors.Join(errors.New("a"), errors.New("b")), 0},
		{causeAsked, errors.Join(errors.New("a"), errors.New("b")), 2},
		{causeMoved, errors.New("a"), 1},
		{causeDue, errors.New("a"), 1},
		{causeMoved, nil, 0},
		{causeMoved, errors.New("a"), 1},
	} {
		out.Reset()
		c.tell(step.why, "they stay", step.err)
		if n := strings.Count(out.String(), "\n"); n != step.lines {
			t.Errorf("cause %d, %v: %d lines, want %d", step.why, step.err, n, step.lines)
		}
	}
	out.Reset()
	c.tell(causeAsked, "they stay", configFault{errors.New("c.yaml:1:1: no")})
	if !strings.Contains(out.String(), "the configuration cannot be used") || strings.Contains(out.String(), "they stay") {
		t.Errorf("of a broken configuration: %s", out.String())
	}
}

// TestSettingsThatNeedARestartAreNamed: all of the file but what is taken up.
func TestSettingsThatNeedARestartAreNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	s := settings{config: file}
	write := func(text string) { ok(t, os.WriteFile(file, []byte(text), 0o600)) }
	write("proxy: {listen: '127.0.0.1:1', hosts: [a.example.com]}\nrules: {paths: [a]}\n")
	ok(t, readConfig(file, &s.file))
	for text, want := range map[string]string{
		"proxy: {listen: '127.0.0.1:1', hosts: [a.example.com]}\nrules: {paths: [a], approved: [x], secrets: [{env: A}], vault_token_file: t}\n": "",
		"proxy: {listen: '127.0.0.1:2', hosts: [a.example.com]}\nrules: {paths: [a]}\npolicy: {answers: mask}\n":                                 "proxy.listen policy.answers",
		"rules: {paths: [a, b]}\n": "proxy.listen proxy.hosts rules.paths",
		"rules: [":                 "",
	} {
		write(text)
		if got := strings.Join(s.restart(), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestSecretsDoNotWaitForRules: rule files whose approval cannot be read hold up
// no new value.
func TestSecretsDoNotWaitForRules(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own.yaml")
	ok(t, os.WriteFile(own, []byte("apiVersion: coatcheck/rules/v1\npack: {id: own, override: {email: {action: observe}}}\n"), 0o600))
	running, err := live.Load(nil)
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
		secrets: secrets.Registered{Sources: func() (secrets.Sources, error) {
			return secrets.Sources{List: []secrets.Source{{Env: "SERVICE_WORD"}}}, nil
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

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
