package keys_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coatcheck/crypto/keys"
)

func TestOnlyThePrivateHalfOpens(t *testing.T) {
	dir := made(t)
	auditors := open(t, dir).Auditors()
	if len(auditors) != 1 {
		t.Fatalf("%d auditors", len(auditors))
	}
	sealed, err := auditors[0].Seal([]byte("seed"), []byte("context"))
	if err != nil {
		t.Fatal(err)
	}
	private, err := keys.OpenAuditorPrivate(dir)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := private.Open(sealed, []byte("context")); err != nil || string(plain) != "seed" {
		t.Errorf("got %q, %v", plain, err)
	}
	if _, err := private.Open(sealed, []byte("another")); err == nil {
		t.Error("it opened under another context")
	}
	stranger, err := keys.NewAuditor()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Open(sealed, []byte("context")); err == nil {
		t.Error("a stranger's key opened it")
	}
	if id := private.Public().ID(); id != auditors[0].ID() || len(id) != 16 || id == stranger.Public().ID() {
		t.Errorf("ids %q, %q, %q", id, auditors[0].ID(), stranger.Public().ID())
	}
}

func TestServingNeedsNoPrivateKeyset(t *testing.T) {
	dir := made(t)
	id := open(t, dir).Auditors()[0].ID()
	private(t, filepath.Join(dir, "auditor.json"), "moved to another machine")
	if got := open(t, dir).Auditors()[0].ID(); got != id {
		t.Errorf("auditor %s, want %s", got, id)
	}
	if _, err := keys.OpenAuditorPrivate(dir); err == nil {
		t.Error("a private keyset was opened that is not there")
	}
}

func TestGivenAuditorMeansNoPrivateKeyHere(t *testing.T) {
	elsewhere := made(t)
	given := filepath.Join(elsewhere, "auditor.pub.json")
	dir := filepath.Join(t.TempDir(), "keys")
	o := keys.Options{Auditors: []string{given}}
	names, err := keys.Init(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(names, "auditor.json") || contents(t, dir)["auditor.json"] != "" {
		t.Error("a private keyset was made")
	}
	if contents(t, dir)["auditor.pub.json"] != contents(t, elsewhere)["auditor.pub.json"] {
		t.Error("the installed public keyset is not the given one")
	}
	if again, err := keys.Init(dir, o); err != nil || len(again) > 0 {
		t.Errorf("a second call made %v, %v", again, err)
	}
	other := filepath.Join(made(t), "auditor.pub.json")
	if _, err := keys.Init(dir, keys.Options{Auditors: []string{other}}); err == nil || !strings.Contains(err.Error(), "another auditor") {
		t.Errorf("another auditor over an installed one: %v", err)
	}
}

func TestSeveralAuditorsAreInstalledInOrder(t *testing.T) {
	var files, want []string
	for range 3 {
		elsewhere := made(t)
		files = append(files, filepath.Join(elsewhere, "auditor.pub.json"))
		want = append(want, open(t, elsewhere).Auditors()[0].ID())
	}
	dir := filepath.Join(t.TempDir(), "keys")
	if _, err := keys.Init(dir, keys.Options{Auditors: files[:2]}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range open(t, dir).Auditors() {
		got = append(got, a.ID())
	}
	if !slices.Equal(got, want[:2]) {
		t.Errorf("got %v, want %v", got, want[:2])
	}
	ring, err := keys.Open(dir, keys.Options{Auditors: files[2:]})
	if err != nil || len(ring.Auditors()) != 1 || ring.Auditors()[0].ID() != want[2] {
		t.Errorf("the named auditor does not stand for the installed ones: %v", err)
	}
}

func TestPrivateKeysetIsNoAuditor(t *testing.T) {
	dir := made(t)
	clear := `{"primaryKeyId":1,"key":[{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.HpkePrivateKey",` +
		`"value":"AAAA","keyMaterialType":"ASYMMETRIC_PRIVATE"},"status":"ENABLED","keyId":1,"outputPrefixType":"TINK"}]}`
	tests := []struct{ name, text string }{
		{"sealed by us", contents(t, dir)["auditor.json"]},
		{"sealed by Tink", `{"encryptedKeyset":"AAAA","keysetInfo":{"primaryKeyId":1}}`},
		{"in clear", clear},
		{"symmetric in clear", strings.Replace(clear, "ASYMMETRIC_PRIVATE", "SYMMETRIC", 1)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "given.json")
			private(t, path, test.text)
			_, err := keys.ReadAuditorPublic(path)
			if !errors.Is(err, keys.ErrPrivateKeyset) || !strings.Contains(err.Error(), "give the public one") {
				t.Errorf("got %v", err)
			}
			if _, err := keys.Init(filepath.Join(t.TempDir(), "keys"), keys.Options{Auditors: []string{path}}); !errors.Is(err, keys.ErrPrivateKeyset) {
				t.Errorf("Init: got %v", err)
			}
		})
	}
}

func FuzzReadAuditorPublic(f *testing.F) {
	valid, err := os.ReadFile(filepath.Join("testdata", "tink-v1", "golden", "hpke", "auditor.pub.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(valid))
	f.Add(`{"primaryKeyId":1,"key":[]}`)
	f.Add(`{"key":[{"keyData":null}]}`)
	f.Add(`{"role":"auditor"}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "given.json")
		private(t, path, text)
		a, err := keys.ReadAuditorPublic(path)
		if err != nil {
			return
		}
		if _, err := a.Seal([]byte("seed"), nil); err != nil {
			t.Errorf("a keyset was taken that cannot seal: %v", err)
		}
	})
}
