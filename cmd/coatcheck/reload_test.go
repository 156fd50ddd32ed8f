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

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestSecretsAreReadAgainWhenItIsTime: a place that tells nobody of a change is
// looked into all the same, and then nothing but secrets is read.
func TestSecretsAreReadAgainWhenItIsTime(t *testing.T) {
	set, err := loadSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SERVICE_WORD", "st4ple!Of&The*House")
	used := make(chan *redact.Engine, 1)
	r := reloader{
		paths: []string{"no such file"}, running: set, use: func(e *redact.Engine) { used <- e },
		secrets: registered{sources: func() (secretSources, error) {
			return secretSources{list: []secretSource{{Env: "SERVICE_WORD"}}}, nil
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
