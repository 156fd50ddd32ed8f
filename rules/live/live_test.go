package live_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/live"
)

// with writes a rule file and loads it on top of the built-in packs.
func with(t *testing.T, body string) *rules.Set {
	t.Helper()
	name := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(name, []byte("apiVersion: coatcheck/rules/v1\n"+body), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := live.Load([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func builtin(t *testing.T) *rules.Set {
	t.Helper()
	set, err := live.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const (
	own  = "pack: {id: own}\nrules:\n  - {id: own.case, entity: OWN_CASE, label: CASE, patterns: [{regex: '\\bAC-\\d{6}\\b'}], examples: {match: ['AC-%']}}\n"
	mild = "pack: {id: own, override: {email: {action: observe}}}\n"
)

// TestAdmitAsksForApprovalOfLess: more protection comes into force by itself,
// less only by its digest.
func TestAdmitAsksForApprovalOfLess(t *testing.T) {
	base := builtin(t)
	never := func() ([]string, error) { t.Error("approvals are read for nothing"); return nil, nil }
	if less, err := live.Admit(base, with(t, strings.ReplaceAll(own, "%", "104233")), never); err != nil || less != nil {
		t.Errorf("a rule more: %v, %v", less, err)
	}
	set := with(t, mild)
	list := func(digests ...string) func() ([]string, error) {
		return func() ([]string, error) { return digests, nil }
	}
	if _, err := live.Admit(base, set, list(base.Digest)); err == nil || !strings.Contains(err.Error(), set.Digest) {
		t.Errorf("a milder action without approval: %v", err)
	}
	if less, err := live.Admit(base, set, list(base.Digest, set.Digest)); err != nil || len(less) != 1 {
		t.Errorf("a milder action with approval: %v, %v", less, err)
	}
	broken := errors.New("cannot be read")
	if _, err := live.Admit(base, set, func() ([]string, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("approvals that cannot be read: %v", err)
	}
}

// TestVerifyRunsTheTestsOfWhatChanged: the examples of the files' own rules, by
// place, and no text of them in what is said.
func TestVerifyRunsTheTestsOfWhatChanged(t *testing.T) {
	base := builtin(t)
	for example, want := range map[string]string{"104233": "", "1042": "own.yaml:4:"} {
		set := with(t, strings.ReplaceAll(own, "%", example))
		engine, err := redact.New(set, redact.Options{})
		if err != nil {
			t.Fatal(err)
		}
		changed, err := live.Changed(set, base)
		if err != nil || !slices.ContainsFunc(changed, func(r rules.Rule) bool { return r.ID == "own.case" }) || len(changed) != 1 {
			t.Errorf("%d rules changed, error %v", len(changed), err)
		}
		switch err := live.Verify(t.Context(), set, base, engine); {
		case want == "" && err != nil:
			t.Errorf("a test that holds: %v", err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), example)):
			t.Errorf("a test that fails: %v", err)
		}
	}
}
