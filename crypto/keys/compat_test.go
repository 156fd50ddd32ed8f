package keys_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"coatcheck/crypto/keys"
)

// vectors are one ciphertext of each keyset, and one output of the PRF, as the
// program in testdata/tink-v1 writes and reads them.
type vectors struct {
	Plain, AAD                string
	CA, Vault, Auditor, Token []byte
}

// golden returns a copy of a folder that google/tink v1.7.0 wrote, with the
// modes that a repository cannot keep.
func golden(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	copyFolder(t, filepath.Join("testdata", "tink-v1", "golden", name), dir)
	return dir
}

func TestKeysOfOldTinkOpenHere(t *testing.T) {
	for _, auditor := range []string{"hpke", "ecies"} {
		t.Run(auditor, func(t *testing.T) { readVectors(t, golden(t, auditor)) })
	}
}

// TestKeysOfBothTinksOpenInTheOther needs the module proxy for the old Tink.
func TestKeysOfBothTinksOpenInTheOther(t *testing.T) {
	if os.Getenv("COATCHECK_TINK_V1") != "1" {
		t.Skip("set COATCHECK_TINK_V1=1 to build google/tink v1.7.0 and have it read what we write")
	}
	ours := made(t)
	writeVectors(t, ours)
	tinkV1(t, "read", ours)
	for _, auditor := range []string{"hpke", "ecies"} {
		theirs := filepath.Join(t.TempDir(), auditor)
		if err := os.Mkdir(theirs, 0o700); err != nil {
			t.Fatal(err)
		}
		tinkV1(t, "write", theirs, auditor)
		readVectors(t, theirs)
		// The old one must refuse what is not its own, or it proves nothing.
		private(t, filepath.Join(theirs, "kek.key"), contents(t, ours)["kek.key"])
		if out, err := command("read", theirs).CombinedOutput(); err == nil {
			t.Errorf("google/tink opened keys under a foreign key file: %s", out)
		}
	}
}

func tinkV1(t *testing.T, args ...string) {
	t.Helper()
	if out, err := command(args...).CombinedOutput(); err != nil {
		t.Fatalf("google/tink v1.7.0 could not %s: %v\n%s", args[0], err, out)
	}
}

func command(args ...string) *exec.Cmd {
	c := exec.Command("go", append([]string{"run", "."}, args...)...)
	c.Dir = filepath.Join("testdata", "tink-v1")
	return c
}

// readVectors opens everything in a folder with today's code.
func readVectors(t *testing.T, dir string) {
	t.Helper()
	var v vectors
	if err := json.Unmarshal([]byte(contents(t, dir)["vectors.json"]), &v); err != nil {
		t.Fatal(err)
	}
	ring := open(t, dir)
	for name, sealed := range map[string]struct {
		kek  keys.KEK
		text []byte
	}{"ca": {ring.CA(), v.CA}, "vault": {ring.Vault(), v.Vault}} {
		plain, err := sealed.kek.Unwrap(sealed.text, []byte(v.AAD))
		if err != nil || string(plain) != v.Plain {
			t.Errorf("%s: got %q, %v", name, plain, err)
		}
	}
	auditor, err := keys.OpenAuditorPrivate(dir)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := auditor.Open(v.Auditor, []byte(v.AAD)); err != nil || string(plain) != v.Plain {
		t.Errorf("auditor: got %q, %v", plain, err)
	}
	if got, want := ring.Auditors()[0].ID(), auditor.Public().ID(); got != want {
		t.Errorf("the public half is %s, the private one's %s", got, want)
	}
	out, err := ring.Token().ComputePrimaryPRF([]byte(v.Plain), 32)
	if err != nil || !bytes.Equal(out, v.Token) {
		t.Errorf("token: another output, %v", err)
	}
}

func writeVectors(t *testing.T, dir string) {
	t.Helper()
	v := vectors{Plain: "written by tink-go v2", AAD: "vectors"}
	ring := open(t, dir)
	var err error
	if v.CA, err = ring.CA().Wrap([]byte(v.Plain), []byte(v.AAD)); err != nil {
		t.Fatal(err)
	}
	if v.Vault, err = ring.Vault().Wrap([]byte(v.Plain), []byte(v.AAD)); err != nil {
		t.Fatal(err)
	}
	if v.Auditor, err = ring.Auditors()[0].Seal([]byte(v.Plain), []byte(v.AAD)); err != nil {
		t.Fatal(err)
	}
	if v.Token, err = ring.Token().ComputePrimaryPRF([]byte(v.Plain), 32); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	private(t, filepath.Join(dir, "vectors.json"), string(data))
}
