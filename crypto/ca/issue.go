package ca

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

const (
	rootLife      = 3 * 365 * 24 * time.Hour
	ephemeralLife = 365 * 24 * time.Hour
	issuerLife    = 30 * 24 * time.Hour
	leafLife      = 24 * time.Hour
	// renewBefore leaves a week to notice that an intermediate cannot be renewed.
	renewBefore = 8 * leafLife
	// retryAfter spaces the attempts.
	retryAfter = 30 * time.Minute
	// backdate forgives clocks that are behind.
	backdate = 5 * time.Minute
)

// issuer is an intermediate with its key, which is in memory only.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newRoot(key *ecdsa.PrivateKey, now time.Time, life time.Duration) (*x509.Certificate, error) {
	template, err := newTemplate("coatcheck root "+rand.Text()[:6], now, life)
	if err != nil {
		return nil, err
	}
	asAuthority(template, 1)
	return sign(template, template, key, key)
}

// newIssuer signs an intermediate that is limited to the hosts, and lapses no
// later than the root.
func newIssuer(root *x509.Certificate, rootKey *ecdsa.PrivateKey, h hosts, now time.Time, life time.Duration) (issuer, error) {
	key, err := newKey()
	if err != nil {
		return issuer{}, err
	}
	template, err := newTemplate("coatcheck intermediate "+rand.Text()[:6], now, life)
	if err != nil {
		return issuer{}, err
	}
	asAuthority(template, 0)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.PermittedDNSDomainsCritical = true
	template.PermittedDNSDomains = h.constraints()
	// A constraint on names leaves addresses open: exclude all of them.
	template.ExcludedIPRanges = []*net.IPNet{
		{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)},
		{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)},
	}
	if template.NotAfter.After(root.NotAfter) {
		template.NotAfter = root.NotAfter
	}
	cert, err := sign(template, root, key, rootKey)
	return issuer{cert: cert, key: key}, err
}

func (i issuer) leaf(name string, key *ecdsa.PrivateKey, now time.Time) (*tls.Certificate, error) {
	subject := name
	if len(subject) > maxCommonName {
		subject = "coatcheck"
	}
	template, err := newTemplate(subject, now, leafLife)
	if err != nil {
		return nil, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.DNSNames = []string{name}
	cert, err := sign(template, i.cert, key, i.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{cert.Raw, i.cert.Raw}, PrivateKey: key, Leaf: cert}, nil
}

// maxCommonName is X.520's limit in bytes.
const maxCommonName = 64

func newTemplate(name string, now time.Time, life time.Duration) (*x509.Certificate, error) {
	// 127 random bits: RFC 5280 wants serials positive, at most 20 bytes, unique.
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(life),
		BasicConstraintsValid: true,
	}, nil
}

func asAuthority(template *x509.Certificate, below int) {
	template.IsCA = true
	template.MaxPathLen = below
	template.MaxPathLenZero = below == 0
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
}

func sign(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, fmt.Errorf("sign a certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}
