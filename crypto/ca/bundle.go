package ca

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"coatcheck/crypto/disk"
)

const certificateBlock = "CERTIFICATE"

// systemBundles are where Linux distributions and the BSDs keep their roots, in
// the order in which crypto/x509 looks.
var systemBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
	"/usr/local/etc/ssl/cert.pem",
}

// SystemRoots returns the roots that a program started here would trust, in
// PEM: the file that SSL_CERT_FILE names in getenv, which has to be readable,
// or the system's own, or nothing where there is none (a scratch image, macOS,
// Windows).
func SystemRoots(getenv func(string) string) ([]byte, error) {
	if path := getenv("SSL_CERT_FILE"); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("SSL_CERT_FILE: %w", err)
		}
		return data, nil
	}
	for _, path := range systemBundles {
		data, err := os.ReadFile(path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return data, err
		}
	}
	return nil, nil
}

// Bundle returns one PEM file of Mozilla's roots and the certificates in extra,
// each once. The variables that name such a file replace an app's own roots, so
// that it must hold everything the app has to trust. Roots that Mozilla trusts
// in part are left out, since PEM cannot say so.
func Bundle(extra ...[]byte) []byte {
	var out bytes.Buffer
	seen := map[string]bool{}
	add := func(der []byte) {
		if !seen[string(der)] {
			seen[string(der)] = true
			out.Write(certificatePEM(der))
		}
	}
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			add(root.Certificate)
		}
	}
	for _, rest := range extra {
		for block, rest := pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
			if block.Type == certificateBlock {
				add(block.Bytes)
			}
		}
	}
	return out.Bytes()
}

// WriteFile writes certificates to path in one step, with mode. A PEM block of
// any other kind is refused: what it writes is meant to be shared.
func WriteFile(path string, certificates []byte, mode fs.FileMode) error {
	count := 0
	for block, rest := pem.Decode(certificates); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != certificateBlock {
			return fmt.Errorf("%s: refused to write a block that is not a certificate", path)
		}
		count++
	}
	if count == 0 {
		return fmt.Errorf("%s: no certificate to write", path)
	}
	return disk.Replace(path, certificates, mode)
}
