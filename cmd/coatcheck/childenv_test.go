package main

import (
	"strings"
	"testing"

	"coatcheck/crypto/secrets"
)

// TestWhatOpensVaultStaysWithUs: and what is registered, unless it is passed on.
func TestWhatOpensVaultStaysWithUs(t *testing.T) {
	t.Setenv("VAULT_TOKEN", "hvs.stand-in-token")
	t.Setenv("SERVICE_WORD", "st4ple!Of&The*House")
	list := []secrets.Source{{Vault: "secret/data/a"}, {Vault: "secret/data/b"}, {Env: "SERVICE_WORD"}, {Env: "NOT_SET_HERE"}, {File: "f"}}
	for pass, want := range map[string]string{"": "VAULT_TOKEN SERVICE_WORD", "VAULT_TOKEN": "SERVICE_WORD"} {
		if got := strings.Join(withheld(secrets.Sources{List: list}, []string{pass}), " "); got != want {
			t.Errorf("passing %q: %q is withheld, want %q", pass, got, want)
		}
	}
	if got := withheld(secrets.Sources{List: list[2:]}, []string{"SERVICE_WORD"}); got != nil {
		t.Errorf("%v is withheld although nothing opens Vault", got)
	}
}
