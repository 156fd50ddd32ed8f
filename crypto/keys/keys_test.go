package keys_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coatcheck/crypto/disk"
	"coatcheck/crypto/keys"
)

var start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func at(now time.Time) keys.Options {
	return keys.Options{Now: func() time.Time { return now }}
}

// made returns a folder with fresh keys.
func made(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if _, err := keys.Init(dir, at(start)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string) *keys.Ring {
	t.Helper()
	ring, err := keys.Open(dir, keys.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func compute(t *testing.T, ring *keys.Ring) []byte {
	t.Helper()
	out, err := ring.Token().ComputePrimaryPRF([]byte("input"), 16)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestInitMakesWhatIsMissingAndNoMore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "keys")
	first, err := keys.Init(dir, at(start))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"kek.key", "token.json", "ca.json", "vault.json", "auditor.json", "auditor.pub.json"}
	if !slices.Equal(first, want) {
		t.Errorf("made %v, want %v", first, want)
	}
	before := contents(t, dir)
	again, err := keys.Init(dir, at(start.Add(time.Hour)))
	if err != nil || len(again) > 0 {
		t.Errorf("a second call made %v, %v", again, err)
	}
	for name, text := range contents(t, dir) {
		if text != before[name] {
			t.Errorf("%s was changed", name)
		}
	}
	if err := os.Remove(filepath.Join(dir, "auditor.pub.json")); err != nil {
		t.Fatal(err)
	}
	third, err := keys.Init(dir, at(start))
	if err != nil || !slices.Equal(third, []string{"auditor.pub.json"}) {
		t.Errorf("made %v, %v; want the public half alone", third, err)
	}
	if got := contents(t, dir)["auditor.pub.json"]; got != before["auditor.pub.json"] {
		t.Errorf("another public half: %s", got)
	}
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes here")
	}
	dir := made(t)
	for name := range contents(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		want := fs.FileMode(0o600)
		if strings.HasSuffix(name, ".pub.json") {
			want = 0o644
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", name, info.Mode().Perm(), want)
		}
	}
	for _, name := range []string{"kek.key", "token.json", "ca.json", "vault.json"} {
		path := filepath.Join(dir, name)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := keys.Open(dir, keys.Options{}); !errors.Is(err, disk.ErrUnsafe) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s readable by all: got %v", name, err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
}

func TestTwoProcessesMayInitAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := keys.Init(dir, at(start)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if !bytes.Equal(compute(t, open(t, dir)), compute(t, open(t, dir))) {
		t.Error("two rings of one folder differ")
	}
}

func TestEachKeysetOpensForItsPurposeAlone(t *testing.T) {
	dir := made(t)
	copyOver := map[string]string{"ca.json": "vault.json", "vault.json": "ca.json", "token.json": "ca.json"}
	for from, to := range copyOver {
		t.Run(from+" as "+to, func(t *testing.T) {
			other := t.TempDir()
			copyFolder(t, dir, other)
			data := strings.Replace(contents(t, dir)[from],
				`"role": "`+strings.TrimSuffix(from, ".json"), `"role": "`+strings.TrimSuffix(to, ".json"), 1)
			private(t, filepath.Join(other, to), data)
			if _, err := keys.Open(other, keys.Options{}); err == nil {
				t.Error("it opened")
			}
		})
	}
	ring := open(t, dir)
	sealed, err := ring.CA().Wrap([]byte("root"), []byte("aad"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Vault().Unwrap(sealed, []byte("aad")); err == nil {
		t.Error("the vault's key opened what the CA's sealed")
	}
	if _, err := ring.CA().Unwrap(sealed, []byte("other")); err == nil {
		t.Error("it opened under other associated data")
	}
	if plain, err := open(t, dir).CA().Unwrap(sealed, []byte("aad")); err != nil || string(plain) != "root" {
		t.Errorf("got %q, %v", plain, err)
	}
}

func TestAgeOfTheTokenKeysetCannotBeEdited(t *testing.T) {
	dir := made(t)
	path := filepath.Join(dir, "token.json")
	younger := strings.Replace(contents(t, dir)["token.json"], "2026-01-31T12", "2026-02-27T12", 1)
	private(t, path, younger)
	if _, err := keys.Open(dir, keys.Options{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

func TestFolderWithoutItsKeyFileIsLeftAlone(t *testing.T) {
	dir := made(t)
	if err := os.Remove(filepath.Join(dir, "kek.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Init(dir, at(start)); err == nil || !strings.Contains(err.Error(), "kek.key is missing") {
		t.Errorf("Init: got %v", err)
	}
	if _, err := keys.Open(dir, keys.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open: got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "kek.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a new key file was made: %v", err)
	}
}

func TestDamagedKeyFilesAreErrorsThatQuoteNothing(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	tests := []struct{ name, text string }{
		{"empty", ""},
		{"no head", key + "\n"},
		{"a later version", "coatcheck-key-v2 " + key + "\n"},
		{"short", "coatcheck-key-v1 " + key[:20] + "\n"},
		{"long", "coatcheck-key-v1 " + base64.StdEncoding.EncodeToString(make([]byte, 33)) + "\n"},
		{"two lines", "coatcheck-key-v1 " + key + "\n" + key + "\n"},
		{"not base64", "coatcheck-key-v1 " + strings.Repeat("!", 44) + "\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "kek.key")
			private(t, path, test.text)
			_, err := keys.OpenKeyFile(path)
			if err == nil || strings.Contains(err.Error(), key[:12]) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestKeyFileIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kek.key")
	kek, err := keys.CreateKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.CreateKeyFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	sealed, err := kek.Wrap([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	same, err := keys.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := same.Unwrap(sealed, nil); err != nil || string(plain) != "x" {
		t.Errorf("got %q, %v", plain, err)
	}
}

func FuzzOpenKeyFile(f *testing.F) {
	f.Add([]byte("coatcheck-key-v1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
	f.Add([]byte("coatcheck-key-v1 "))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "kek.key")
		private(t, path, string(text))
		kek, err := keys.OpenKeyFile(path)
		if err != nil {
			return
		}
		sealed, err := kek.Wrap([]byte("x"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := kek.Unwrap(sealed, nil); err != nil || string(plain) != "x" {
			t.Errorf("a key file was taken whose key does not work: %v", err)
		}
	})
}

// contents returns the files of a folder, lock files left out.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		if e.Name() == ".lock" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Chmod(to, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range contents(t, from) {
		private(t, filepath.Join(to, name), text)
	}
}

func private(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
