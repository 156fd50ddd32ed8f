package main

import (
	"context"
	"io"
	"log/slog"
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
