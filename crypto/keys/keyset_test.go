package keys

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// FuzzUnseal plays who can write keyset files and has no key.
func FuzzUnseal(f *testing.F) {
	kek, err := CreateKeyFile(filepath.Join(f.TempDir(), kekFile))
	if err != nil {
		f.Fatal(err)
	}
	h, err := keyset.NewHandle(roleToken.template())
	if err != nil {
		f.Fatal(err)
	}
	data, err := seal(h, kek, roleToken, time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC))
	if err != nil {
		f.Fatal(err)
	}
	if _, _, err := unseal(data, kek, roleToken); err != nil {
		f.Fatal(err)
	}
	f.Add(data[:len(data)/2])
	f.Add([]byte(`{"version":1,"role":"token","created":"2026-01-31T12:00:00Z","keyset":{"encryptedKeyset":"AAAA"}}`))
	f.Add([]byte(`{"version":1,"role":"token","created":"2026-01-31T12:00:00Z","keyset":null}`))
	f.Add([]byte(`{"version":1,"role":"token","created":"yesterday"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, _, err := unseal(data, kek, roleToken); err == nil || h != nil {
			t.Errorf("a keyset that was not sealed with the key was opened: %v", err)
		}
	})
}
