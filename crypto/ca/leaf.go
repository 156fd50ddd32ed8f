package ca

import (
	"crypto/tls"
	"time"
)

// Certificate returns a certificate for a host, as sent in SNI or CONNECT: any
// case, with or without its trailing dot, in Unicode or not. It lasts a day and
// is made anew when a quarter of that is left. A name that the authority does
// not stand for is [ErrName].
func (a *Authority) Certificate(name string) (*tls.Certificate, error) {
	host, err := a.hosts.match(name)
	if err != nil {
		return nil, err
	}
	if cert, ok := a.cachedLeaf(host, a.now()); ok {
		return cert, nil
	}
	minted, err, _ := a.minting.Do(host, func() (any, error) {
		now := a.now()
		if cert, ok := a.cachedLeaf(host, now); ok { // another call was first
			return cert, nil
		}
		signer, err := a.current(now)
		if err != nil {
			return nil, err
		}
		cert, err := signer.leaf(host, a.leafKey, now)
		if err == nil {
			a.leafs.Add(host, cert)
		}
		return cert, err
	})
	if err != nil {
		return nil, err
	}
	return minted.(*tls.Certificate), nil
}

func (a *Authority) cachedLeaf(host string, now time.Time) (*tls.Certificate, bool) {
	cert, ok := a.leafs.Get(host)
	if !ok || cert.Leaf.NotAfter.Sub(now) < leafLife/4 || now.Before(cert.Leaf.NotBefore) {
		return nil, false
	}
	return cert, true
}
