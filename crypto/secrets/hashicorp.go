package secrets

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"coatcheck/crypto/disk"
)

const (
	hashicorpTimeout = 10 * time.Second // of one read, all in all
	hashicorpAnswer  = 2 << 20          // bytes; a secret of Vault's has 1 MiB at most
)

// hashicorp reads secrets of HashiCorp Vault's KV engine, version 1 or 2. It is
// set up as Vault's own client is, by VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE
// and VAULT_CACERT. No error holds the token or anything that Vault sent, but
// for its status.
//
// Source: Vault's HTTP API, "KV secrets engine" versions 1 and 2, and "HTTP
// status codes" (developer.hashicorp.com/vault/api-docs).
type hashicorp struct {
	addr             *url.URL
	token, namespace string
	client           *http.Client
}

// openHashicorp reads the settings and the token. tokenFile is where an agent
// of Vault's writes one; it may be empty.
func openHashicorp(tokenFile string) (*hashicorp, error) {
	addr, err := hashicorpAddress(os.Getenv("VAULT_ADDR"))
	if err != nil {
		return nil, err
	}
	v := &hashicorp{addr: addr, namespace: os.Getenv("VAULT_NAMESPACE")}
	if v.token, err = hashicorpToken(tokenFile); err != nil {
		return nil, err
	}
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if path := os.Getenv("VAULT_CACERT"); path != "" {
		pem, err := disk.ReadShared(path, disk.MaxSize)
		if err != nil {
			return nil, wrong("VAULT_CACERT: %w", err)
		}
		trust.RootCAs = x509.NewCertPool()
		if !trust.RootCAs.AppendCertsFromPEM(pem) {
			return nil, wrong("VAULT_CACERT %s: holds no PEM certificate", path)
		}
	}
	v.client = &http.Client{
		Timeout:       hashicorpTimeout,
		CheckRedirect: sameHost,
		Transport:     &http.Transport{Proxy: nil, TLSClientConfig: trust, DisableKeepAlives: true}, // the environment's proxy may be ours
	}
	return v, nil
}

// hashicorpAddress wants TLS, but for an agent of Vault's on this machine.
func hashicorpAddress(text string) (*url.URL, error) {
	if text == "" {
		return nil, wrong("VAULT_ADDR is not set: name the server, as in https://vault.example.com:8200")
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, wrong("VAULT_ADDR: want a URL such as https://vault.example.com:8200") // it may hold a password
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
		return nil, wrong("VAULT_ADDR %s: want https; values would cross the network in clear", u.Redacted())
	}
	return u, nil
}

// hashicorpToken looks in the order in which settings count: the environment,
// the file that the configuration names, the one that `vault login` writes.
func hashicorpToken(file string) (string, error) {
	from, text := "VAULT_TOKEN", os.Getenv("VAULT_TOKEN")
	if text == "" {
		if file == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return "", wrong("no token for Vault: set VAULT_TOKEN, or rules.vault_token_file to what an agent writes")
			}
			file = filepath.Join(home, ".vault-token")
		}
		b, err := disk.ReadShared(file, disk.MaxSize)
		if errors.Is(err, fs.ErrNotExist) {
			return "", wrong("no token for Vault: %s is not there; set VAULT_TOKEN, or rules.vault_token_file to what an agent writes", file)
		}
		if err != nil {
			return "", wrong("no token for Vault: %w", err)
		}
		from, text = file, string(b)
	}
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '{' }) {
		return "", wrong("%s holds no token of Vault's: want the token alone, not wrapped", from)
	}
	return text, nil
}

// sameHost keeps the token where it was meant to go: of a redirect it would be
// sent along, wherever that leads.
func sameHost(r *http.Request, via []*http.Request) error {
	if r.URL.Scheme != via[0].URL.Scheme || r.URL.Host != via[0].URL.Host || len(via) > 3 {
		return errRedirect
	}
	return nil
}

var errRedirect = errors.New("redirects elsewhere: set VAULT_ADDR to the server that answers")

// read returns the fields of the secret at a path of the API, such as
// secret/data/payments. An error of Vault's state is an ordinary one; what its
// owner has to put right is an [OwnerError].
func (v *hashicorp) read(ctx context.Context, path string) (map[string]any, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.addr.JoinPath("v1", path).String(), nil)
	if err != nil {
		return nil, wrong("%s is no path of Vault's", path)
	}
	r.Header.Set("X-Vault-Token", v.token)
	r.Header.Set("X-Vault-Request", "true") // agents may insist on it
	if v.namespace != "" {
		r.Header.Set("X-Vault-Namespace", v.namespace)
	}
	a, err := v.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("vault at %s %w", v.addr.Host, unanswered(err))
	}
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, hashicorpAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("vault at %s broke off its answer", v.addr.Host)
	case len(body) > hashicorpAnswer:
		return nil, wrong("vault's answer for %s has more than %d MiB: name a path that holds a secret", path, hashicorpAnswer>>20)
	}
	fields, gone, ok := readKV(body)
	switch {
	case a.StatusCode == http.StatusOK && ok && !gone:
		return fields, nil
	case a.StatusCode == http.StatusOK && !ok:
		return nil, wrong("vault's answer for %s is no secret of its KV engine", path)
	case gone:
		return nil, wrong("%s: its latest version was deleted: undelete it, or write a new one", path)
	}
	return nil, v.refused(a.StatusCode, path)
}

// refused says what a status of Vault's means, and what to do.
func (v *hashicorp) refused(status int, path string) error {
	switch status {
	case http.StatusForbidden:
		return wrong("vault at %s does not let its token read %s: renew it, or give its policy read on that path", v.addr.Host, path)
	case http.StatusNotFound:
		return wrong("vault at %s has nothing at %s: check VAULT_NAMESPACE and the path; version 2 of the engine wants data/ behind the mount, as in secret/data/payments", v.addr.Host, path)
	case http.StatusBadRequest, http.StatusMethodNotAllowed:
		return wrong("vault at %s refuses to read %s: check the scheme of VAULT_ADDR, and whether it is a path of the KV engine", v.addr.Host, path)
	case http.StatusServiceUnavailable:
		return fmt.Errorf("vault at %s is sealed or down for maintenance: unseal it and try again", v.addr.Host)
	}
	return fmt.Errorf("vault at %s answers %d for %s: look into its log", v.addr.Host, status, path)
}

// unanswered words what kept an answer away. What the library says of an
// answer that is no HTTP may quote it.
func unanswered(err error) error {
	switch {
	case errors.Is(err, errRedirect):
		return errRedirect
	case os.IsTimeout(err) || errors.Is(err, context.DeadlineExceeded):
		return errors.New("gives no answer in time: check VAULT_ADDR and the network")
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return errors.New("has a certificate that is not trusted: name its CA in VAULT_CACERT")
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("cannot be reached: %w: check VAULT_ADDR", e)
	}
	return errors.New("does not answer as a Vault does: check scheme and port of VAULT_ADDR")
}

// readKV reads an answer for a secret. In version 2 of the engine its data are
// data and metadata; a version that is gone has metadata alone.
func readKV(body []byte) (fields map[string]any, gone, ok bool) {
	var answer struct {
		Data map[string]any `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Data == nil {
		return nil, false, false
	}
	metadata, _ := answer.Data["metadata"].(map[string]any)
	if _, versioned := metadata["version"].(float64); !versioned || len(answer.Data) != 2 {
		return answer.Data, false, true
	}
	fields, _ = answer.Data["data"].(map[string]any)
	return fields, fields == nil, true
}
