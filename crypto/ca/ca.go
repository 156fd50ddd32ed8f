// Package ca is the authority that apps trust so that their TLS can be opened.
//
// The law it keeps: a certificate of ours stands for a host that was named, and
// for no other. The root signs nothing but intermediates. An intermediate
// carries the named hosts as critical name constraints and excludes all IP
// addresses, so that even who steals its key cannot stand for another host. We
// put the limits there because a constraint on a root is ignored by some
// verifiers (Java 17 accepted a foreign host).
//
// For example:
//
//	authority, err := ca.Ephemeral(ca.Options{Hosts: []string{"api.example.com"}})
//	cert, err := authority.Certificate(hello.ServerName)
package ca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// cached is how many leafs are kept, about 2 KB each.
const cached = 4096

// ErrName says that the authority does not stand for a name: it is not one of
// its hosts, an IP address, or no name at all.
var ErrName = errors.New("no certificate for this name")

// Options are the choices of [Ephemeral] and [Open].
type Options struct {
	// Hosts are the names to stand for, and suffixes as "*.example.com", which
	// means every name below example.com but not example.com. At least one.
	Hosts []string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Warn is told when the intermediate could not be renewed, at most once in
	// half an hour. From a week before it lapses there is time to help. It is
	// called from [Authority.Certificate] and must not call back; nil drops it.
	Warn func(error)
}

// Authority issues certificates. It is safe for concurrent use.
type Authority struct {
	hosts hosts
	now   func() time.Time
	root  *x509.Certificate
	// signRoot lends the root's key for one signature; nil once it is dropped.
	signRoot func(use func(*ecdsa.PrivateKey) error) error

	warn func(error)

	mu     sync.Mutex
	issuer issuer
	retry  time.Time // before it, a renewal that failed is not tried again

	// One key serves all leafs of a process, so that a leaf costs one signature.
	leafKey *ecdsa.PrivateKey
	leafs   *lru.Cache[string, *tls.Certificate]
	minting singleflight.Group
}

// Ephemeral returns an authority that lives in memory. Its root key signs one
// intermediate and is dropped; both last a year.
func Ephemeral(o Options) (*Authority, error) {
	a, err := newAuthority(o)
	if err != nil {
		return nil, err
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	if a.root, err = newRoot(key, a.now(), ephemeralLife); err != nil {
		return nil, err
	}
	if a.issuer, err = newIssuer(a.root, key, a.hosts, a.now(), ephemeralLife); err != nil {
		return nil, err
	}
	return a, nil
}

func newAuthority(o Options) (*Authority, error) {
	named, err := parseHosts(o.Hosts)
	if err != nil {
		return nil, err
	}
	a := &Authority{hosts: named, now: o.Now, warn: o.Warn}
	if a.now == nil {
		a.now = time.Now
	}
	if a.warn == nil {
		a.warn = func(error) {}
	}
	if a.leafKey, err = newKey(); err != nil {
		return nil, err
	}
	a.leafs, err = lru.New[string, *tls.Certificate](cached)
	return a, err
}

// RootPEM returns the root certificate, which apps are to trust.
func (a *Authority) RootPEM() []byte { return certificatePEM(a.root.Raw) }

// Fingerprint returns the root's SHA-256 as openssl and browsers show it.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.root.Raw)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
}

// NotAfter returns when the root lapses and has to be replaced in every app.
func (a *Authority) NotAfter() time.Time { return a.root.NotAfter }

// current returns an issuer that outlives a leaf made now. It renews the
// intermediate a week before that lapses; while that fails, the old one serves
// to its end.
func (a *Authority) current(now time.Time) (issuer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var failed error
	if a.due(now) {
		if failed = a.renew(now); failed != nil {
			failed = fmt.Errorf("renew the intermediate, which lapses on %s: %w", a.issuer.cert.NotAfter.Format(time.DateOnly), failed)
			if !now.Before(a.retry) {
				a.retry = now.Add(retryAfter)
				a.warn(failed)
			}
		}
	}
	if !now.Add(leafLife).After(a.issuer.cert.NotAfter) {
		return a.issuer, nil
	}
	if failed == nil {
		failed = fmt.Errorf("the root lapses on %s: make a new one and have the apps trust it", a.root.NotAfter.Format(time.DateOnly))
	}
	return issuer{}, failed
}

// due reports whether the intermediate should and can be renewed. One that is
// of no more use for a leaf is tried at once.
func (a *Authority) due(now time.Time) bool {
	end := a.issuer.cert.NotAfter
	if a.signRoot == nil || now.Add(renewBefore).Before(end) || !end.Before(a.root.NotAfter) {
		return false
	}
	return !now.Before(a.retry) || now.Add(leafLife).After(end)
}

// renew makes an intermediate. The caller holds a.mu or the only reference.
func (a *Authority) renew(now time.Time) error {
	return a.signRoot(func(key *ecdsa.PrivateKey) error {
		fresh, err := newIssuer(a.root, key, a.hosts, now, issuerLife)
		if err == nil {
			a.issuer = fresh
		}
		return err
	})
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: der})
}
