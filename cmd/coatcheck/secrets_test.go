package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestSecretsOfTheConfiguration: values come from variables and files, are
// found whatever stands around them, and no fault quotes one.
func TestSecretsOfTheConfiguration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db password")
	if err := os.WriteFile(file, []byte("c0rrect-h0rse-b4ttery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SERVICE_WORD", "st4ple!Of&The*House")
	secrets, err := secretSources{list: []secretSource{{Env: "SERVICE_WORD"}, {File: file}}}.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set, err := loadSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := redact.New(set, redact.Options{Secrets: secrets})
	if err != nil {
		t.Fatal(err)
	}
	const text = "it says st4ple!Of&The*House and c0rrect-h0rse-b4ttery"
	found, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New(text)}})
	if err != nil || len(found) != 2 || found[0].Rule != "registered.SERVICE_WORD" || found[1].Rule != "registered.db_password" {
		t.Errorf("%+v, error %v", found, err)
	}

	left, err := secretSources{list: []secretSource{{Env: "NOT_SET_HERE"}, {Env: "SERVICE_WORD"}, {File: file + ".gone"}}}.read(t.Context())
	for _, want := range []string{"entry 1: the variable NOT_SET_HERE is not set", "entry 3: open"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "st4ple") {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if len(left) != 1 || left[0].Name != "SERVICE_WORD" {
		t.Errorf("one fault takes other values away: %+v", left)
	}
}

// TestWhatOpensVaultStaysWithUs: and what is registered, unless it is passed on.
func TestWhatOpensVaultStaysWithUs(t *testing.T) {
	t.Setenv("VAULT_TOKEN", "hvs.stand-in-token")
	t.Setenv("SERVICE_WORD", "st4ple!Of&The*House")
	list := []secretSource{{Vault: "secret/data/a"}, {Vault: "secret/data/b"}, {Env: "SERVICE_WORD"}, {Env: "NOT_SET_HERE"}, {File: "f"}}
	for pass, want := range map[string]string{"": "VAULT_TOKEN SERVICE_WORD", "VAULT_TOKEN": "SERVICE_WORD"} {
		if got := strings.Join(secretSources{list: list}.withheld([]string{pass}), " "); got != want {
			t.Errorf("passing %q: %q is withheld, want %q", pass, got, want)
		}
	}
	if got := (secretSources{list: list[2:]}).withheld([]string{"SERVICE_WORD"}); got != nil {
		t.Errorf("%v is withheld although nothing opens Vault", got)
	}
}
