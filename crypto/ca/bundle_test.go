package ca_test

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/crypto/ca"
)

func blocks(text []byte) (list []*pem.Block) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		list = append(list, block)
	}
	return list
}

func TestBundleHoldsEveryRootOnce(t *testing.T) {
	c := &clock{now: start}
	ours := ephemeral(t, c, "api.example.com").RootPEM()
	theirs := ephemeral(t, c, "api.example.com").RootPEM()
	key := []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
	system := bytes.Join([][]byte{[]byte("# a comment\n"), theirs, key, ours}, nil)
	public := ca.Bundle()
	out := ca.Bundle(system, ours, public)
	if got, want := len(blocks(out)), len(blocks(public))+2; got != want || len(blocks(public)) < 100 {
		t.Errorf("%d certificates, want %d of which 2 are ours", got, want)
	}
	for name, root := range map[string][]byte{"ours": ours, "the system's": theirs} {
		if n := bytes.Count(out, root); n != 1 {
			t.Errorf("%s is there %d times", name, n)
		}
	}
	if bytes.Contains(out, []byte("PRIVATE KEY")) || bytes.Contains(out, []byte("comment")) {
		t.Error("the bundle holds more than certificates")
	}
}

func TestSystemRootsAreTheParents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(path, []byte("the parent's"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(value string) func(string) string {
		return func(name string) string {
			if name == "SSL_CERT_FILE" {
				return value
			}
			return ""
		}
	}
	if got, err := ca.SystemRoots(env(path)); err != nil || string(got) != "the parent's" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := ca.SystemRoots(env(path + ".missing")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "SSL_CERT_FILE") {
		t.Errorf("a named file that is missing: %v", err)
	}
	if got, err := ca.SystemRoots(env("")); err != nil || (len(got) > 0 && len(blocks(got)) == 0) {
		t.Errorf("the system's own: %d bytes without a certificate, %v", len(got), err)
	}
}

func TestWriteFileWritesCertificatesAlone(t *testing.T) {
	root := ephemeral(t, &clock{now: start}, "api.example.com").RootPEM()
	key := "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	path := filepath.Join(t.TempDir(), "root.pem")
	for _, text := range []string{"", "no PEM", key, string(root) + key} {
		if err := ca.WriteFile(path, []byte(text), 0o644); err == nil {
			t.Errorf("wrote %d bytes", len(text))
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("a file is there: %v", err)
		}
	}
	if err := ca.WriteFile(path, root, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, root) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}
