package keys

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/hybrid"
	"github.com/tink-crypto/tink-go/v2/hybrid/ecies"
	"github.com/tink-crypto/tink-go/v2/hybrid/hpke"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"coatcheck/crypto/disk"
)

// ErrPrivateKeyset says that a file which should hold an auditor's public
// keyset holds a private one.
var ErrPrivateKeyset = errors.New("private keyset in place of a public one")

// AuditorPublic is the public key of an auditor, the reader of the log. It
// seals and cannot open. Safe for concurrent use.
type AuditorPublic struct {
	id     string
	text   []byte // Tink's JSON
	public tink.HybridEncrypt
}

// ID returns 16 hex digits that name the key; they are a hash of it.
func (a *AuditorPublic) ID() string { return a.id }

// Seal encrypts plain so that only the auditor opens it, under the same context.
func (a *AuditorPublic) Seal(plain, context []byte) ([]byte, error) {
	return a.public.Encrypt(plain, context)
}

// AuditorPrivate is the private key of an auditor. The serving process never
// holds one. Safe for concurrent use.
type AuditorPrivate struct {
	private tink.HybridDecrypt
	public  *AuditorPublic
}

// NewAuditor makes a pair in memory: HPKE with X25519, HKDF-SHA256 and AES-256-GCM.
func NewAuditor() (*AuditorPrivate, error) {
	h, err := keyset.NewHandle(roleAuditor.template())
	if err != nil {
		return nil, err
	}
	return auditorPrivate(h)
}

// Public returns the half that seals.
func (a *AuditorPrivate) Public() *AuditorPublic { return a.public }

// Open decrypts what Seal made under the same context.
func (a *AuditorPrivate) Open(sealed, context []byte) ([]byte, error) {
	return a.private.Decrypt(sealed, context)
}

// OpenAuditorPrivate reads the private keyset that [Init] made in dir.
func OpenAuditorPrivate(dir string) (*AuditorPrivate, error) {
	kek, err := OpenKeyFile(filepath.Join(dir, kekFile))
	if err != nil {
		return nil, err
	}
	data, err := disk.Read(filepath.Join(dir, roleAuditor.file()))
	if err != nil {
		return nil, err
	}
	h, _, err := unseal(data, kek, roleAuditor)
	if err != nil {
		return nil, err
	}
	return auditorPrivate(h)
}

// ReadAuditorPublic reads a public keyset in Tink's JSON. A private one is
// refused with [ErrPrivateKeyset], sealed or not.
func ReadAuditorPublic(path string) (*AuditorPublic, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, disk.MaxSize))
	if err != nil {
		return nil, err
	}
	if holdsSecrets(text) {
		return nil, fmt.Errorf("%w: keep %s off this machine and give the public one (%s) instead",
			ErrPrivateKeyset, path, publicFile(1))
	}
	h, err := keyset.ReadWithNoSecrets(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil { // it may quote what the file holds
		return nil, fmt.Errorf("%s is not a public keyset: want the auditor's *.pub.json that keys init made", path)
	}
	a, err := auditorPublic(h)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// holdsSecrets reports whether text is a keyset with key material that is not
// public: our sealed file, Tink's encrypted keyset, or Tink's clear one.
func holdsSecrets(text []byte) bool {
	var file struct {
		Role            role
		EncryptedKeyset string
		Key             []struct {
			KeyData struct{ KeyMaterialType string }
		}
	}
	if json.Unmarshal(text, &file) != nil {
		return false
	}
	for _, key := range file.Key {
		if key.KeyData.KeyMaterialType != "ASYMMETRIC_PUBLIC" {
			return true
		}
	}
	return file.Role != "" || file.EncryptedKeyset != ""
}

func auditorPrivate(h *keyset.Handle) (*AuditorPrivate, error) {
	private, err := hybrid.NewHybridDecrypt(h)
	if err != nil {
		return nil, err
	}
	half, err := h.Public()
	if err != nil {
		return nil, err
	}
	public, err := auditorPublic(half)
	if err != nil {
		return nil, err
	}
	return &AuditorPrivate{private: private, public: public}, nil
}

func auditorPublic(h *keyset.Handle) (*AuditorPublic, error) {
	public, err := hybrid.NewHybridEncrypt(h)
	if err != nil {
		return nil, err
	}
	primary, err := h.Primary()
	if err != nil {
		return nil, err
	}
	var point []byte
	switch key := primary.Key().(type) {
	case *hpke.PublicKey:
		point = key.PublicKeyBytes()
	case *ecies.PublicKey:
		point = key.PublicKeyBytes()
	default:
		return nil, errors.New("an auditor's key is HPKE or ECIES, and this is another kind")
	}
	var text bytes.Buffer
	if err := h.WriteWithNoSecrets(keyset.NewJSONWriter(&text)); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("coatcheck/auditor/v1|"), point...))
	return &AuditorPublic{id: hex.EncodeToString(sum[:8]), text: text.Bytes(), public: public}, nil
}
