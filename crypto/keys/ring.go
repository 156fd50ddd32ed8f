// Package keys makes, opens, rotates and destroys the keysets of an
// installation.
//
// The law it keeps: one purpose, one key. Tokens, the CA's root, the vault and
// the log each have a keyset of their own, kept as Tink keysets in one folder
// of mode 0700 and sealed under one key that can be swapped ([KEK]). The folder
// holds
//
//	kek.key           seals the others
//	token.json        HMAC-SHA256 PRF: names the tokens of the current key period
//	ca.json           AES-256-GCM: seals the CA's root
//	vault.json        AES-256-GCM: seals the vault
//	auditor.json      HPKE private keyset, made only when no auditor is given
//	auditor.pub.json  HPKE public keyset: all that a serving process opens of the pair
//
// For example:
//
//	made, err := keys.Init(dir, keys.Options{})
//	ring, err := keys.Open(dir, keys.Options{})
//	scope, err := token.NewScope(ring.Token(), principal, host)
package keys

import (
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"

	"coatcheck/crypto/disk"
)

// PRF is the keyed function that names tokens. It is safe for concurrent use.
type PRF interface {
	// ComputePrimaryPRF returns outputLength bytes, at most 32, for input.
	ComputePrimaryPRF(input []byte, outputLength uint32) ([]byte, error)
}

// Options are the choices of [Init] and [Open]. The zero value works.
type Options struct {
	// Auditors are files with auditors' public keysets. When there are none,
	// Init makes a pair and Open takes the public keysets in the folder.
	Auditors []string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Ring holds the opened keys of an installation. It is safe for concurrent use.
// It holds no key that opens the log.
type Ring struct {
	dir      string // empty when in memory
	kek      KEK
	ca       KEK
	vault    KEK
	auditors []*AuditorPublic

	mu      sync.Mutex
	token   PRF
	created time.Time // of the token keyset
}

// Open opens the keysets that [Init] made in dir. A missing one is
// fs.ErrNotExist; a file that others may read is disk.ErrUnsafe.
func Open(dir string, o Options) (*Ring, error) {
	if err := disk.CheckDir(dir); err != nil {
		return nil, err
	}
	kek, err := OpenKeyFile(filepath.Join(dir, kekFile))
	if err != nil {
		return nil, err
	}
	r := &Ring{dir: dir, kek: kek}
	if r.ca, err = r.openSealer(roleCA); err != nil {
		return nil, err
	}
	if r.vault, err = r.openSealer(roleVault); err != nil {
		return nil, err
	}
	if r.token, r.created, err = r.openToken(); err != nil {
		return nil, err
	}
	if len(o.Auditors) > 0 {
		r.auditors, err = readAuditors(o.Auditors)
	} else {
		r.auditors, err = installedAuditors(dir)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Ephemeral returns a ring that lives in memory and writes no file.
func Ephemeral(auditors ...*AuditorPublic) (*Ring, error) {
	r := &Ring{auditors: auditors, created: time.Now()}
	for _, part := range []struct {
		role role
		to   *KEK
	}{{roleCA, &r.ca}, {roleVault, &r.vault}} {
		h, err := keyset.NewHandle(part.role.template())
		if err != nil {
			return nil, err
		}
		if *part.to, err = newSealer(h); err != nil {
			return nil, err
		}
	}
	h, err := keyset.NewHandle(roleToken.template())
	if err != nil {
		return nil, err
	}
	if r.token, err = newPRF(h); err != nil {
		return nil, err
	}
	return r, nil
}

// Token returns the function that names tokens in this key period. Take it
// once an exchange: [Ring.Rotate] replaces it.
func (r *Ring) Token() PRF {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.token
}

// CA returns what seals the CA's root key.
func (r *Ring) CA() KEK { return r.ca }

// Vault returns what seals values that outlive an exchange.
func (r *Ring) Vault() KEK { return r.vault }

// Auditors returns the keys that the log is sealed to.
func (r *Ring) Auditors() []*AuditorPublic { return r.auditors }

func (r *Ring) openSealer(role role) (KEK, error) {
	h, _, err := r.openKeyset(role)
	if err != nil {
		return nil, err
	}
	return newSealer(h)
}

func (r *Ring) openToken() (PRF, time.Time, error) {
	h, created, err := r.openKeyset(roleToken)
	if err != nil {
		return nil, time.Time{}, err
	}
	token, err := newPRF(h)
	return token, created, err
}

func (r *Ring) openKeyset(role role) (*keyset.Handle, time.Time, error) {
	path := filepath.Join(r.dir, role.file())
	data, err := disk.Read(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	h, created, err := unseal(data, r.kek, role)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%s: %w", path, err)
	}
	return h, created, nil
}

func newSealer(h *keyset.Handle) (KEK, error) {
	primitive, err := aead.New(h)
	if err != nil {
		return nil, err
	}
	return sealer{primitive}, nil
}

func newPRF(h *keyset.Handle) (PRF, error) { return prf.NewPRFSet(h) }
