package secrets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/crypto/disk"
	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules/builtin"
)

// TestSecretsOfTheConfiguration: values come from variables and files, are
// found whatever stands around them, and no fault quotes one.
func TestSecretsOfTheConfiguration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db password")
	if err := os.WriteFile(file, []byte("c0rrect-h0rse-b4ttery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SERVICE_WORD", "st4ple!Of&The*House")
	values, err := Sources{List: []Source{{Env: "SERVICE_WORD"}, {File: file}}}.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, err := redact.New(set, redact.Options{Secrets: values})
	if err != nil {
		t.Fatal(err)
	}
	const text = "it says st4ple!Of&The*House and c0rrect-h0rse-b4ttery"
	found, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New(text)}})
	if err != nil || len(found) != 2 || found[0].Rule != "registered.SERVICE_WORD" || found[1].Rule != "registered.db_password" {
		t.Errorf("%+v, error %v", found, err)
	}

	left, err := Sources{List: []Source{{Env: "NOT_SET_HERE"}, {Env: "SERVICE_WORD"}, {File: file + ".gone"}}}.Read(t.Context())
	for _, want := range []string{"entry 1: the variable NOT_SET_HERE is not set", "entry 3: open"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "st4ple") {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	endless := filepath.Join(t.TempDir(), "endless")
	if err := os.WriteFile(endless, make([]byte, disk.MaxSize+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (Sources{List: []Source{{File: endless}}}).Read(t.Context()); err == nil || !strings.Contains(err.Error(), "is larger than") {
		t.Errorf("a file that holds no value: %v", err)
	}
	if len(left) != 1 || left[0].Name != "SERVICE_WORD" {
		t.Errorf("one fault takes other values away: %+v", left)
	}
}
