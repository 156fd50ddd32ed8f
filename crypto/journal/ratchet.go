package journal

import (
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	prf "github.com/tink-crypto/tink-go/v2/prf/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

const (
	seedSize = 32  // bytes
	epoch    = 256 // frames under one key
)

// commitment binds a file to one seed: AES-GCM alone would allow a ciphertext
// that opens under two.
func commitment(seed []byte) ([]byte, error) { return derive(seed, "commit") }

func derive(seed []byte, info string) ([]byte, error) {
	f, err := prf.NewHKDFPRF("SHA256", seed, nil)
	if err != nil {
		return nil, err
	}
	return f.ComputePRF([]byte(info), seedSize)
}

// ratchet gives each frame its key and forgets how it came to it.
type ratchet struct {
	chain []byte // of the next key; the current key's is gone
	key   tink.AEAD
	used  int // frames under key
}

func newRatchet(seed []byte) (*ratchet, error) {
	chain, err := derive(seed, "chain")
	if err != nil {
		return nil, err
	}
	r := &ratchet{chain: chain}
	return r, r.advance()
}

// next returns the key of the next frame.
func (r *ratchet) next() (tink.AEAD, error) {
	if r.used == epoch {
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	r.used++
	return r.key, nil
}

// advance takes the next key and erases the chain key that led to it.
func (r *ratchet) advance() error {
	f, err := prf.NewHMACPRF("SHA256", r.chain)
	if err != nil {
		return err
	}
	key, err := f.ComputePRF([]byte("aead"), seedSize)
	if err != nil {
		return err
	}
	defer clear(key)
	next, err := f.ComputePRF([]byte("next"), seedSize)
	if err != nil {
		return err
	}
	primitive, err := subtle.NewAESGCM(key)
	if err != nil {
		return err
	}
	clear(r.chain)
	r.chain, r.key, r.used = next, primitive, 0
	return nil
}
