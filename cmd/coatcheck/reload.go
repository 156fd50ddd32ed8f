package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"coatcheck/crypto/journal"
	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/check"
)

// reloader puts changed rule files into force while the line runs. A set that
// cannot be read, that fails its own examples or that would protect less stays
// out, and the set before it stays in force.
type reloader struct {
	paths    []string
	approved func() ([]string, error) // digests of sets that may protect less
	note     func(context.Context, journal.Event) error
	use      func(*redact.Engine)
	running  *rules.Set
	secrets  []redact.Secret // as they were at the start
}

// newReloader follows the rule files of a line.
func (h *house) newReloader(s settings) *reloader {
	r := &reloader{paths: s.rules, approved: s.approvals, use: h.proxy.SetEngine, running: h.rules, secrets: s.secrets}
	if h.journal != nil {
		r.note = h.journal.Note
	}
	return r
}

// approvals are the digests of --approve, and those that the configuration
// names now: it is read anew, so that nobody has to restart for one.
func (s settings) approvals() ([]string, error) {
	if s.config == "" {
		return s.approved, nil
	}
	var f configFile
	if err := readConfig(s.config, &f); err != nil {
		return nil, err
	}
	return slices.Concat(s.approved, f.Rules.Approved), nil
}

// watched are the files whose changes may change the rules in force.
func (s settings) watched() []string {
	return append(oneOrNone(s.config), s.rules...)
}

// changed reports what reload did.
type changed struct {
	digest string
	rules  int
}

// reload reads the rule files and swaps the rules, at once and whole, if they
// differ from those in force; nil and no error says that they do not.
func (r *reloader) reload(ctx context.Context) (*changed, error) {
	set, err := loadSet(r.paths)
	if err != nil {
		return nil, err
	}
	if set.Digest == r.running.Digest {
		return nil, nil
	}
	if err := r.admit(set); err != nil {
		return nil, err
	}
	engine, err := redact.New(set, redact.Options{Secrets: r.secrets})
	if err != nil {
		return nil, err
	}
	if err := examplesHold(ctx, engine, r.unlike(set)); err != nil {
		return nil, err
	}
	if r.note != nil { // in the log before it is in force
		e := journal.Event{Clear: journal.EventClear{Name: "rules", Reason: "changed"}, Secret: journal.EventSecret{Detail: engine.Digest()}}
		if err := r.note(ctx, e); err != nil {
			return nil, err
		}
	}
	r.use(engine)
	r.running = set
	return &changed{digest: set.Digest, rules: len(set.Rules)}, nil
}

// admit refuses a set that protects less than the one in force, unless its
// digest was approved by whoever owns the configuration: who may write a rule
// file need not be who may weaken it.
func (r *reloader) admit(set *rules.Set) error {
	less := rules.Weakened(r.running, set)
	if len(less) == 0 {
		return nil
	}
	approved, err := r.approved()
	if err != nil {
		return err
	}
	if slices.Contains(approved, set.Digest) {
		return nil
	}
	const most = 10
	if hidden := len(less) - most; hidden > 0 {
		less = append(less[:most], fmt.Sprintf("and %d more", hidden))
	}
	return fmt.Errorf("they protect less than those in force: %s; to put them in force, add %s to rules.approved in the configuration, or restart with --approve", strings.Join(less, "; "), set.Digest)
}

// unlike lists the rules of a set that are not in force as they are.
func (r *reloader) unlike(set *rules.Set) []rules.Rule {
	return slices.DeleteFunc(slices.Clone(set.Rules), func(x rules.Rule) bool {
		return slices.ContainsFunc(r.running.Rules, func(y rules.Rule) bool { return x.ID == y.ID && reflect.DeepEqual(x, y) })
	})
}

// examplesHold runs the rules' examples, as `rules test` does. Those of other
// rules may well fail: a team's own rule may win what a built-in one shows.
func examplesHold(ctx context.Context, engine *redact.Engine, list []rules.Rule) error {
	results, err := check.Test(ctx, engine, list)
	if err != nil {
		return err
	}
	var errs []error
	for _, x := range results {
		if !x.Passed() {
			errs = append(errs, fmt.Errorf("%s: rule %q: %s: %s", x.Pos, x.Rule, x.Name, x.Why))
		}
	}
	return errors.Join(errs...)
}

// keep reloads when the files may have changed or somebody asks, until
// ctx ends.
func (r *reloader) keep(ctx context.Context, moved <-chan struct{}, asked <-chan os.Signal, log *slog.Logger) {
	for {
		select {
		case <-moved:
		case <-asked:
		case <-ctx.Done():
			return
		}
		did, err := r.reload(ctx)
		debug.FreeOSMemory() // see house.keep
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			for line := range strings.SplitSeq(err.Error(), "\n") {
				log.Error("the rules in force stay: the files cannot be used", "why", line)
			}
		case did != nil:
			log.Info("new rules are in force", "rules", did.rules, "digest", did.digest)
		}
	}
}
