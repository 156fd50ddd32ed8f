// Command tink-v1 writes and reads a folder of keys with google/tink v1.7.0,
// in a module of its own because one binary cannot hold both versions of Tink.
//
//	go run . write DIR hpke|ecies   make keys and one ciphertext of each
//	go run . read DIR               open keys and ciphertexts that others made
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/tink/go/aead"
	"github.com/google/tink/go/aead/subtle"
	"github.com/google/tink/go/hybrid"
	"github.com/google/tink/go/keyset"
	"github.com/google/tink/go/prf"
	tinkpb "github.com/google/tink/go/proto/tink_go_proto"
	"github.com/google/tink/go/tink"
)

const keyFileHead = "coatcheck-key-v1 "

// vectors are one ciphertext of each keyset, and one output of the PRF.
type vectors struct {
	Plain, AAD                string
	CA, Vault, Auditor, Token []byte
}

// sealedKeyset is the file of a keyset, as the keys package writes it.
type sealedKeyset struct {
	Version int             `json:"version"`
	Role    string          `json:"role"`
	Created string          `json:"created"`
	Keyset  json.RawMessage `json:"keyset"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tink-v1:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "write":
		auditor := hybrid.DHKEM_X25519_HKDF_SHA256_HKDF_SHA256_AES_256_GCM_Key_Template()
		if args[2] == "ecies" {
			auditor = hybrid.ECIESHKDFAES128GCMKeyTemplate()
		}
		return write(args[1], auditor)
	case len(args) == 2 && args[0] == "read":
		return read(args[1])
	}
	return fmt.Errorf("usage: tink-v1 write DIR hpke|ecies | read DIR")
}

func write(dir string, auditor *tinkpb.KeyTemplate) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	line := keyFileHead + base64.StdEncoding.EncodeToString(key) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "kek.key"), []byte(line), 0o600); err != nil {
		return err
	}
	handles := map[string]*keyset.Handle{}
	for role, template := range map[string]*tinkpb.KeyTemplate{
		"ca": aead.AES256GCMKeyTemplate(), "vault": aead.AES256GCMKeyTemplate(),
		"token": prf.HMACSHA256PRFKeyTemplate(), "auditor": auditor,
	} {
		h, err := keyset.NewHandle(template)
		if err != nil {
			return err
		}
		if err := writeKeyset(dir, role, key, h); err != nil {
			return err
		}
		handles[role] = h
	}
	public, err := handles["auditor"].Public()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := public.WriteWithNoSecrets(keyset.NewJSONWriter(&text)); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "auditor.pub.json"), text.Bytes(), 0o644); err != nil {
		return err
	}
	return writeVectors(dir, handles, public)
}

func writeKeyset(dir, role string, key []byte, h *keyset.Handle) error {
	kek, err := subtle.NewAESGCM(key)
	if err != nil {
		return err
	}
	file := sealedKeyset{Version: 1, Role: role, Created: time.Now().UTC().Format(time.RFC3339)}
	var text bytes.Buffer
	if err := h.WriteWithAssociatedData(keyset.NewJSONWriter(&text), kek, associatedData(file)); err != nil {
		return err
	}
	file.Keyset = text.Bytes()
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, role+".json"), append(data, '\n'), 0o600)
}

func associatedData(file sealedKeyset) []byte {
	return []byte("coatcheck/keyset/v1|" + file.Role + "|" + file.Created)
}

func writeVectors(dir string, handles map[string]*keyset.Handle, public *keyset.Handle) (err error) {
	v := vectors{Plain: "written by google/tink v1.7.0", AAD: "vectors"}
	for role, to := range map[string]*[]byte{"ca": &v.CA, "vault": &v.Vault} {
		a, err := aead.New(handles[role])
		if err != nil {
			return err
		}
		if *to, err = a.Encrypt([]byte(v.Plain), []byte(v.AAD)); err != nil {
			return err
		}
	}
	enc, err := hybrid.NewHybridEncrypt(public)
	if err != nil {
		return err
	}
	if v.Auditor, err = enc.Encrypt([]byte(v.Plain), []byte(v.AAD)); err != nil {
		return err
	}
	set, err := prf.NewPRFSet(handles["token"])
	if err != nil {
		return err
	}
	if v.Token, err = set.ComputePrimaryPRF([]byte(v.Plain), 32); err != nil {
		return err
	}
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "vectors.json"), append(data, '\n'), 0o644)
}

func read(dir string) error {
	var v vectors
	data, err := os.ReadFile(filepath.Join(dir, "vectors.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	for role, sealed := range map[string][]byte{"ca": v.CA, "vault": v.Vault, "auditor": v.Auditor} {
		if err := open(dir, role, sealed, v); err != nil {
			return fmt.Errorf("%s: %w", role, err)
		}
	}
	h, err := readKeyset(dir, "token")
	if err != nil {
		return err
	}
	set, err := prf.NewPRFSet(h)
	if err != nil {
		return err
	}
	out, err := set.ComputePrimaryPRF([]byte(v.Plain), 32)
	if err == nil && !bytes.Equal(out, v.Token) {
		err = fmt.Errorf("token: another output of the PRF")
	}
	return err
}

func open(dir, role string, sealed []byte, v vectors) error {
	h, err := readKeyset(dir, role)
	if err != nil {
		return err
	}
	var plain []byte
	if role == "auditor" {
		dec, err := hybrid.NewHybridDecrypt(h)
		if err != nil {
			return err
		}
		plain, err = dec.Decrypt(sealed, []byte(v.AAD))
		if err != nil {
			return err
		}
	} else {
		var a tink.AEAD
		if a, err = aead.New(h); err != nil {
			return err
		}
		if plain, err = a.Decrypt(sealed, []byte(v.AAD)); err != nil {
			return err
		}
	}
	if string(plain) != v.Plain {
		return fmt.Errorf("another plaintext")
	}
	return nil
}

func readKeyset(dir, role string) (*keyset.Handle, error) {
	line, err := os.ReadFile(filepath.Join(dir, "kek.key"))
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(strings.TrimPrefix(string(line), keyFileHead)))
	if err != nil {
		return nil, err
	}
	kek, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, role+".json"))
	if err != nil {
		return nil, err
	}
	var file sealedKeyset
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	return keyset.ReadWithAssociatedData(keyset.NewJSONReader(bytes.NewReader(file.Keyset)), kek, associatedData(file))
}
