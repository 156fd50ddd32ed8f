package keys

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"coatcheck/crypto/disk"
)

// KEK seals small secrets: keysets, the CA's root key. What was sealed with
// one aad (which may be public) opens with the same aad only. Implementations
// are safe for concurrent use. A key file is the first; a passphrase and a key
// management service fit behind the same two methods.
type KEK interface {
	Wrap(plain, aad []byte) ([]byte, error)
	Unwrap(sealed, aad []byte) ([]byte, error)
}

const (
	keyFileHead = "coatcheck-key-v1 "
	keySize     = 32 // bytes
)

// CreateKeyFile makes a random AES-256 key and writes it to a new file of mode
// 0600. A file that exists is fs.ErrExist. It protects keysets that are copied
// without it, not from who can read it too.
func CreateKeyFile(path string) (KEK, error) {
	key := make([]byte, keySize)
	defer clear(key)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	line := base64.StdEncoding.AppendEncode([]byte(keyFileHead), key)
	defer clear(line)
	if err := disk.Create(path, append(line, '\n')); err != nil {
		return nil, err
	}
	return newKEK(key)
}

// OpenKeyFile reads what [CreateKeyFile] wrote. A file that others may read is
// disk.ErrUnsafe.
func OpenKeyFile(path string) (KEK, error) {
	text, err := disk.Read(path)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	line, ok := bytes.CutPrefix(text, []byte(keyFileHead))
	if !ok {
		return nil, fmt.Errorf("%s is not a key file: its first word is not %q", path, keyFileHead[:len(keyFileHead)-1])
	}
	key := make([]byte, base64.StdEncoding.DecodedLen(len(line)))
	defer clear(key)
	n, err := base64.StdEncoding.Decode(key, bytes.TrimSuffix(line, []byte("\n")))
	if err != nil || n != keySize {
		return nil, fmt.Errorf("%s is damaged: it does not hold %d bytes in base64", path, keySize)
	}
	return newKEK(key[:n])
}

// newKEK copies key.
func newKEK(key []byte) (KEK, error) {
	primitive, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, err
	}
	return sealer{primitive}, nil
}

// sealer is a Tink AEAD as a KEK.
type sealer struct{ aead tink.AEAD }

func (s sealer) Wrap(plain, aad []byte) ([]byte, error) { return s.aead.Encrypt(plain, aad) }

func (s sealer) Unwrap(sealed, aad []byte) ([]byte, error) { return s.aead.Decrypt(sealed, aad) }

// wrapping is a KEK as the Tink AEAD that keysets are written with.
type wrapping struct{ kek KEK }

func (w wrapping) Encrypt(plain, aad []byte) ([]byte, error) { return w.kek.Wrap(plain, aad) }

func (w wrapping) Decrypt(sealed, aad []byte) ([]byte, error) { return w.kek.Unwrap(sealed, aad) }
