package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"coatcheck/crypto/ca"
	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
	"coatcheck/crypto/secrets"
	"coatcheck/crypto/vault"
	"coatcheck/proxy"
	"coatcheck/proxy/door"
	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
	"coatcheck/rules/live"
)

// house is what a serving process holds: the line with its keys, certificate
// authority, vault and journal.
type house struct {
	proxy     *proxy.Proxy
	rules     *rules.Set // in force at the start
	secrets   []redact.Secret
	ring      *keys.Ring
	authority *ca.Authority
	vault     vault.Store
	journal   *journal.Writer // nil: no log is kept
	logDir    string
}

// openHouse builds the line from its settings. What is missing under the state
// folder is made; nothing is repaired.
func openHouse(ctx context.Context, s settings, std stdio) (h *house, err error) {
	h = &house{}
	// The journal waits for the disk. Go keeps a processor reserved for a
	// thread in fsync, so one more lets the others use every core meanwhile.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if h.rules, err = live.Load(s.rules); err != nil {
		return h, notFound(err)
	}
	if h.secrets, err = s.secrets.Read(ctx); err != nil {
		if _, theirs := errors.AsType[*secrets.OwnerError](err); theirs {
			err = &usageError{err: err}
		}
		return h, err
	}
	engine, err := redact.New(h.rules, redact.Options{Secrets: h.secrets, MaxFindings: proxy.MaxFindings})
	if err != nil {
		return h, &usageError{err: err}
	}
	if err := h.testsHold(ctx, s.rules, engine); err != nil {
		return h, &usageError{err: err, hint: "coatcheck rules test says more; no proxy starts on rules that fail their own tests"}
	}
	if h.ring, err = openKeys(s, std); err != nil {
		return h, err
	}
	if h.authority, err = openAuthority(s, std); err != nil {
		return h, err
	}
	if err = h.writePublic(s.caOut); err != nil {
		return h, err
	}
	h.vault = vault.NewMemory(vault.Options{MaxBytes: s.vaultBytes})
	if err = h.openLog(s, engine.Digest(), std); err != nil {
		return h, err
	}
	h.proxy, err = proxy.New(proxy.Config{
		Door: door.Config{
			Hosts: s.hosts, Upstreams: s.upstreams, UpstreamCAs: s.upstreamCAs, AllowPlaintext: s.allowPlaintext,
			RefuseUnknown: s.refuseUnknown, User: s.user, Password: s.password, Authority: h.authority,
			Timeouts: door.Timeouts{Upstream: s.upstreamTimeout},
		},
		Engine: engine, PRF: func() proxy.PRF { return h.ring.Token() }, Answers: s.answers,
		Vault: h.vault, Journal: h.record(), Log: newLogFrom(std.err, s.logFrom),
		Limits: proxy.Limits{InFlight: s.inFlight},
	})
	if err != nil {
		return h, &usageError{err: err}
	}
	return h, nil
}

// testsHold runs the tests of the rules that were named, at the start as at
// every reload.
func (h *house) testsHold(ctx context.Context, paths []string, engine *redact.Engine) error {
	if len(paths) == 0 {
		return nil
	}
	base, err := builtin.Load()
	if err != nil {
		return err
	}
	return live.Verify(ctx, h.rules, base, engine)
}

// openLog begins a log under the state folder, unless none is wanted.
func (h *house) openLog(s settings, digest string, std stdio) (err error) {
	if s.noLog {
		say(std.err, "no log is kept (--no-log): nobody can tell later what was sent")
		return nil
	}
	h.logDir = filepath.Join(s.state, "log")
	h.journal, err = journal.Create(h.logDir, journal.Options{
		Stream: stream(), Auditors: h.ring.Auditors(), Version: version, Digest: digest,
	})
	return err
}

// keeping runs keep until stop, which waits for its end.
func (h *house) keeping(ctx context.Context, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.keep(ctx, log)
	}()
	return func() { cancel(); <-done }
}

// keep does what a long-lived process owes: it gives back the memory that
// building the line took, which is more than the line needs, replaces the token
// key once its period is over, and forgets what has lapsed in the vault.
func (h *house) keep(ctx context.Context, log *slog.Logger) {
	debug.FreeOSMemory()
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for ctx.Err() == nil {
		if rotated, err := h.ring.Rotate(time.Now()); err != nil {
			log.Error("the token key cannot be rotated", "error", err)
		} else if rotated {
			log.Info("a new token key is in use; values have other tokens from now on")
		}
		if _, err := h.vault.Sweep(ctx, time.Now()); err != nil {
			log.Error("the vault cannot be swept", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// close seals the journal; it must be the last thing that happens.
func (h *house) close() error {
	var errs []error
	if h.journal != nil {
		errs = append(errs, h.journal.Close())
	}
	if h.vault != nil {
		errs = append(errs, h.vault.Close())
	}
	return errors.Join(errs...)
}

// stream names this process's log files: the machine's name, as far as file
// names may show it, and our process id.
func stream() string {
	host, _ := os.Hostname()
	host = strings.Trim(strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') {
			return r
		}
		return '-'
	}, strings.ToLower(host)), "-")
	if host == "" {
		host = "coatcheck"
	}
	return fmt.Sprintf("%.40s-%d", host, os.Getpid())
}

// newEngine compiles the built-in packs and the rule files that were named.
func newEngine(paths []string) (*redact.Engine, error) {
	set, err := live.Load(paths)
	if err != nil {
		return nil, notFound(err)
	}
	return redact.New(set, redact.Options{})
}

// writeBundle writes one file of roots for apps: Mozilla's, those that this
// user's programs trust already, and ours.
func (h *house) writeBundle(path string) error { return writeBundle(path, h.authority.RootPEM()) }

func writeBundle(path string, root []byte) error {
	system, err := ca.SystemRoots(os.Getenv)
	if err != nil {
		return err
	}
	extra := [][]byte{system}
	if own, err := os.ReadFile(os.Getenv("NODE_EXTRA_CA_CERTS")); err == nil {
		extra = append(extra, own)
	}
	return ca.WriteFile(path, ca.Bundle(append(extra, root)...), 0o644)
}

// writePublic writes what apps may see, the root and the bundle, if a folder
// for it is named.
func (h *house) writePublic(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := ca.WriteFile(filepath.Join(dir, "root.pem"), h.authority.RootPEM(), 0o644); err != nil {
		return err
	}
	return h.writeBundle(filepath.Join(dir, "bundle.pem"))
}

// auditorKey opens the private half that `keys init` made, for logs show.
func auditorKey(state string) (*keys.AuditorPrivate, error) {
	dir := filepath.Join(state, "keys")
	key, err := keys.OpenAuditorPrivate(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &usageError{
			err:  fmt.Errorf("no auditor's private key in %s", dir),
			hint: "the log was sealed to a key that lies elsewhere: run logs show where that key is, with --state",
		}
	}
	return key, err
}
