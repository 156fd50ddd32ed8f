package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/crypto/secrets"
	"coatcheck/proxy"
	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/live"
)

// reloader puts changed rule files and registered secrets into force while the
// line runs. A set that cannot be read, that fails its own tests or that would
// protect less stays out, and the set before it stays in force. A secret that
// cannot be read again stays protected as it was. Each is read in a goroutine of
// its own, so that neither holds up the other.
type reloader struct {
	paths    []string
	approved func() ([]string, error) // digests of sets that may protect less
	restart  func() []string          // settings that have changed and need a restart; nil: none can
	note     func(context.Context, journal.Event) error
	use      func(*redact.Engine)

	mu      sync.Mutex         // of what makes up the engine in force
	running *rules.Set         // only reload sets it
	secrets secrets.Registered // only reread sets its values
}

// newReloader follows the rule files of a line.
func (h *house) newReloader(s settings) *reloader {
	r := &reloader{paths: s.rules, approved: s.approvals, restart: s.restart, use: h.proxy.SetEngine, running: h.rules, secrets: secrets.Registered{Sources: s.sources, Values: h.secrets}}
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
		return nil, configFault{err}
	}
	return slices.Concat(s.approved, f.Rules.Approved), nil
}

// sources is where the configuration says now that registered secrets lie.
func (s settings) sources() (secrets.Sources, error) {
	if s.config == "" {
		return s.secrets, nil
	}
	var f configFile
	if err := readConfig(s.config, &f); err != nil {
		return secrets.Sources{}, configFault{err}
	}
	now := f.secrets()
	now.Files = s.secrets.Files
	return now, now.Check()
}

// watched are the files whose changes may change what is in force.
func (s settings) watched() []string {
	list := append(oneOrNone(s.config), s.rules...)
	for _, x := range s.secrets.List {
		list = append(list, oneOrNone(x.File)...)
	}
	return list
}

// changed reports what reload did.
type changed struct {
	digest string
	rules  int
	less   []string // what they protect less, with approval
}

// reload reads the rule files and swaps the rules, at once and whole, if they
// differ from those in force; nil and no error says that they do not.
func (r *reloader) reload(ctx context.Context) (*changed, error) {
	set, err := live.Load(r.paths)
	if err != nil {
		return nil, err
	}
	if set.Digest == r.running.Digest {
		return nil, nil
	}
	less, err := live.Admit(r.running, set, r.approved)
	if err != nil {
		return nil, err
	}
	engine, err := redact.New(set, redact.Options{})
	if err != nil {
		return nil, err
	}
	if err := live.Verify(ctx, set, r.running, engine); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if engine, err = redact.New(set, redact.Options{Secrets: r.secrets.Values, MaxFindings: proxy.MaxFindings}); err != nil {
		return nil, err
	}
	what := journal.EventClear{Name: "rules", Reason: "changed"}
	if len(less) > 0 {
		what.Reason = "weakened"
	}
	if err := r.swap(ctx, engine, what, engine.Digest()); err != nil {
		return nil, err
	}
	r.running = set
	return &changed{digest: set.Digest, rules: len(set.Rules), less: less}, nil
}

// reread reads the registered secrets again and protects those that are new; it
// returns their names. An error says which stay as they were.
func (r *reloader) reread(ctx context.Context) (fresh []string, err error) {
	list, fresh, missing := r.secrets.Read(ctx)
	if len(fresh) == 0 {
		return nil, missing
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	engine, err := redact.New(r.running, redact.Options{Secrets: list, MaxFindings: proxy.MaxFindings})
	if err != nil {
		return nil, errors.Join(missing, err)
	}
	what := journal.EventClear{Name: "secrets", Reason: "changed", Count: int64(len(fresh))}
	if err := r.swap(ctx, engine, what, strings.Join(fresh, " ")); err != nil {
		return nil, errors.Join(missing, err)
	}
	r.secrets.Values = list
	return fresh, missing
}

// swap puts an engine into force; it stands in the log before.
func (r *reloader) swap(ctx context.Context, engine *redact.Engine, what journal.EventClear, detail string) error {
	if r.note != nil {
		if err := r.note(ctx, journal.Event{Clear: what, Secret: journal.EventSecret{Detail: detail}}); err != nil {
			return err
		}
	}
	r.use(engine)
	return nil
}

// cause is why files are looked at again.
type cause int

const (
	causeMoved cause = iota // they seem to have changed
	causeDue                // it is time; rule files tell of changes themselves
	causeAsked              // a person asked
)

// keep reloads when the files may have changed or somebody asks, and looks for
// new secrets when it is time, until ctx ends and what runs has stopped.
func (r *reloader) keep(ctx context.Context, moved <-chan struct{}, asked <-chan os.Signal, due <-chan time.Time, log *slog.Logger) {
	var group sync.WaitGroup
	defer group.Wait()
	files, secrets := make(chan cause, 1), make(chan cause, 1)
	group.Go(func() { follow(ctx, files, r.reloads(log)) })
	group.Go(func() { follow(ctx, secrets, r.rereads(log)) })
	for {
		select {
		case <-moved:
			poke(files, causeMoved)
			poke(secrets, causeMoved)
		case <-asked:
			poke(files, causeAsked)
			poke(secrets, causeAsked)
		case <-due:
			poke(secrets, causeDue)
		case <-ctx.Done():
			return
		}
	}
}

// poke leaves a cause for who follows; of those that wait, the strongest stays.
func poke(c chan cause, why cause) {
	select {
	case waiting := <-c:
		why = max(why, waiting)
	default:
	}
	c <- why
}

func follow(ctx context.Context, causes <-chan cause, do func(context.Context, cause)) {
	for {
		select {
		case why := <-causes:
			do(ctx, why)
		case <-ctx.Done():
			return
		}
	}
}

// rereads returns what to do when secrets may have changed.
func (r *reloader) rereads(log *slog.Logger) func(context.Context, cause) {
	faults := complaint{log: log}
	return func(ctx context.Context, why cause) {
		fresh, missing := r.reread(ctx)
		if ctx.Err() == nil { // else that is the fault
			faults.tell(why, "registered secrets stay as they were: they cannot be read again", missing)
		}
		if len(fresh) > 0 {
			log.Info("registered secrets have new values: these are protected, and the old ones too", "names", fresh)
		}
	}
}

// reloads returns what to do when rule files or settings may have changed.
func (r *reloader) reloads(log *slog.Logger) func(context.Context, cause) {
	faults, told := complaint{log: log}, ""
	return func(ctx context.Context, why cause) {
		did, err := r.reload(ctx)
		debug.FreeOSMemory() // see house.keep
		switch {
		case did == nil:
		case len(did.less) > 0:
			log.Warn("new rules are in force, which protect less, as approved", "rules", did.rules, "digest", did.digest, "less", did.less)
		default:
			log.Info("new rules are in force", "rules", did.rules, "digest", did.digest)
		}
		if ctx.Err() != nil { // which is the fault
			return
		}
		faults.tell(why, "the rules in force stay: the files cannot be used", err)
		if r.restart == nil {
			return
		}
		names := strings.Join(r.restart(), " ")
		if names != "" && (names != told || why == causeAsked) {
			log.Warn("settings have changed in the configuration that a running process does not take up: restart it", "settings", names)
		}
		told = names
	}
}

// configFault is a configuration that cannot be read any more.
type configFault struct{ error }

// Unwrap returns the fault itself.
func (f configFault) Unwrap() error { return f.error }

// complaint logs faults, a line each. A signal and the watcher often tell of one
// change: what was said of the files is not said again because they moved.
type complaint struct {
	log  *slog.Logger
	last string
}

func (c *complaint) tell(why cause, what string, err error) {
	if err == nil {
		c.last = ""
		return
	}
	if why == causeMoved && err.Error() == c.last {
		return
	}
	c.last = err.Error()
	if _, ok := errors.AsType[configFault](err); ok {
		what = "all that is in force stays: the configuration cannot be used"
	}
	for line := range strings.SplitSeq(c.last, "\n") {
		c.log.Error(what, "why", line)
	}
}
