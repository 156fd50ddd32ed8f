package ca

import (
	"os"
	"path/filepath"
	"testing"

	"coatcheck/crypto/keys"
)

// FuzzUnsealRoot plays who can write the root's file and has no key.
func FuzzUnsealRoot(f *testing.F) {
	ring, err := keys.Ephemeral()
	if err != nil {
		f.Fatal(err)
	}
	dir := filepath.Join(f.TempDir(), "ca")
	if _, err := Open(dir, ring.CA(), Options{Hosts: []string{"api.example.com"}}); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, rootFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data) // sealed with another key than the one that is tried
	f.Add(data[:len(data)/2])
	f.Add([]byte(`{"version":1,"certificate":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n","key":"AAAA"}`))
	f.Add([]byte(`{"version":1}`))
	other, err := keys.Ephemeral()
	if err != nil {
		f.Fatal(err)
	}
	store := rootStore{dir: dir, kek: other.CA()}
	f.Fuzz(func(t *testing.T, data []byte) {
		if root, key, err := store.unseal(data); err == nil || root != nil || key != nil {
			t.Errorf("a root that was not sealed with the key was opened: %v", err)
		}
	})
}
