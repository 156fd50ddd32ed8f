package ca

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"coatcheck/crypto/disk"
	"coatcheck/crypto/keys"
)

const (
	rootFile = "root.json" // certificate and sealed key
	certFile = "root.pem"  // certificate alone, to hand out
	lockFile = ".lock"
	// certMode is wide: the certificate is public.
	certMode = 0o644
)

// sealedRoot is the root at rest. Both halves are in one file so that they
// cannot come apart.
type sealedRoot struct {
	Version     int    `json:"version"`
	Certificate string `json:"certificate"` // PEM
	Key         []byte `json:"key"`         // PKCS #8, sealed
}

const sealedVersion = 1

// Open returns the authority whose root lies in dir, sealed with kek; at first
// use it makes one that lasts three years. The root has no limits on hosts; it
// signs an intermediate that has, now and again before that lapses after 30
// days. Its key is in memory only while it signs. A file that others may read is
// disk.ErrUnsafe.
func Open(dir string, kek keys.KEK, o Options) (*Authority, error) {
	a, err := newAuthority(o)
	if err != nil {
		return nil, err
	}
	if err := disk.Dir(dir); err != nil {
		return nil, err
	}
	store := rootStore{dir: dir, kek: kek}
	if a.root, err = store.certificate(a.now()); err != nil {
		return nil, err
	}
	a.signRoot = store.lend
	return a, a.renew(a.now())
}

// ReadRoot returns the root certificate that [Open] made in dir, as PEM, if its
// key opens with kek: certificates that nobody can sign with are of no use. A
// missing one is fs.ErrNotExist.
func ReadRoot(dir string, kek keys.KEK) ([]byte, error) {
	root, _, err := rootStore{dir: dir, kek: kek}.load()
	if err != nil {
		return nil, err
	}
	return certificatePEM(root.Raw), nil
}

// rootStore keeps the root in a folder.
type rootStore struct {
	dir string
	kek keys.KEK
}

// certificate returns the root, and makes it if there is none.
func (s rootStore) certificate(now time.Time) (root *x509.Certificate, err error) {
	unlock, err := disk.Lock(filepath.Join(s.dir, lockFile))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	root, _, err = s.load()
	if errors.Is(err, fs.ErrNotExist) {
		root, err = s.make(now)
	}
	if err != nil {
		return nil, err
	}
	return root, disk.Replace(filepath.Join(s.dir, certFile), certificatePEM(root.Raw), certMode)
}

// lend unseals the key for one use.
func (s rootStore) lend(use func(*ecdsa.PrivateKey) error) error {
	_, key, err := s.load()
	if err != nil {
		return err
	}
	return use(key)
}

func (s rootStore) make(now time.Time) (*x509.Certificate, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	root, err := newRoot(key, now, rootLife)
	if err != nil {
		return nil, err
	}
	return root, s.save(root, key)
}

func (s rootStore) save(root *x509.Certificate, key *ecdsa.PrivateKey) error {
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	defer clear(plain)
	file := sealedRoot{Version: sealedVersion, Certificate: string(certificatePEM(root.Raw))}
	if file.Key, err = s.kek.Wrap(plain, associatedData(root)); err != nil {
		return err
	}
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	return disk.Create(filepath.Join(s.dir, rootFile), append(data, '\n'))
}

func (s rootStore) load() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	path := filepath.Join(s.dir, rootFile)
	data, err := disk.Read(path)
	if err != nil {
		return nil, nil, err
	}
	root, key, err := s.unseal(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return root, key, nil
}

func (s rootStore) unseal(data []byte) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	var file sealedRoot
	if err := json.Unmarshal(data, &file); err != nil || file.Version != sealedVersion {
		return nil, nil, fmt.Errorf("not a sealed root of version %d", sealedVersion)
	}
	block, _ := pem.Decode([]byte(file.Certificate))
	if block == nil || block.Type != certificateBlock {
		return nil, nil, errors.New("the root is damaged: it has no certificate")
	}
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("the root is damaged: %w", err)
	}
	plain, err := s.kek.Unwrap(file.Key, associatedData(root))
	if err != nil {
		return nil, nil, fmt.Errorf("the root does not open with this key: %w", err)
	}
	defer clear(plain)
	parsed, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, nil, errors.New("the root is damaged: its key cannot be read")
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	// The certificate must be the key's own, or apps would trust another one.
	if !ok || !key.PublicKey.Equal(root.PublicKey) || root.CheckSignatureFrom(root) != nil {
		return nil, nil, errors.New("the root is damaged: certificate and key do not belong together")
	}
	return root, key, nil
}

func associatedData(root *x509.Certificate) []byte {
	sum := sha256.Sum256(root.RawSubjectPublicKeyInfo)
	return bytes.Join([][]byte{[]byte("coatcheck/ca-key/v1"), []byte(hex.EncodeToString(sum[:]))}, []byte("|"))
}
