package keys

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/tink-crypto/tink-go/v2/keyset"

	"coatcheck/crypto/disk"
)

// TokenLife is how long one token key is used. After it the same value gets
// another token, and nobody can recompute the old one.
const TokenLife = 30 * 24 * time.Hour

// future is how far ahead of the clock a key may have been made. One that is
// further ahead was made while the clock was wrong, and its time would never come.
const future = time.Hour

// due reports whether a key made at some time has served its time.
func due(created, now time.Time) bool {
	age := now.Sub(created)
	return age >= TokenLife || age < -future
}

// Rotate replaces the token key once it is [TokenLife] old, and reports whether
// the ring's key is another than before. The old key is destroyed: no file and
// no ring that rotated holds it (its blocks may stay on the medium, and in
// memory until they are used again). What must outlive a key period lies in the
// vault as token and value.
//
// When two processes share a folder the first one rotates and the other takes
// over what it made.
func (r *Ring) Rotate(now time.Time) (rotated bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !due(r.created, now) {
		return false, nil
	}
	if r.dir == "" {
		return r.renew(now)
	}
	unlock, err := disk.Lock(filepath.Join(r.dir, lockFile))
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	token, created, err := r.openToken()
	if err != nil {
		return false, err
	}
	if !due(created, now) {
		r.token, r.created = token, created
		return true, nil
	}
	return r.renew(now)
}

// renew makes a key, writes it over the old one unless the ring is in memory,
// and takes it into use.
func (r *Ring) renew(now time.Time) (bool, error) {
	h, err := keyset.NewHandle(roleToken.template())
	if err != nil {
		return false, err
	}
	token, err := newPRF(h)
	if err != nil {
		return false, err
	}
	if r.dir != "" {
		data, err := seal(h, r.kek, roleToken, now)
		if err != nil {
			return false, err
		}
		if err := disk.Replace(filepath.Join(r.dir, roleToken.file()), data, 0o600); err != nil {
			return false, err
		}
	}
	r.token, r.created = token, now.UTC()
	return true, nil
}
