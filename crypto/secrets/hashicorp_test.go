package secrets

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coatcheck/redact/plain"
)

const (
	vaultToken = "hvs.CAESIJ0notARealToken"
	vaultValue = "st4ple!Of&The*House"
)

// vaultAnswers are a Vault's, as its API documents them: GET path → status, body.
var vaultAnswers = map[string]struct {
	status int
	body   string
}{
	"/v1/kv/payments": {200, `{"request_id":"1","lease_id":"","renewable":false,"lease_duration":3600,"data":{"api_key":"` + vaultValue + `","ttl":"1h"},"wrap_info":null,"warnings":null,"auth":null}`},
	"/v1/secret/data/payments": {200, `{"request_id":"1","data":{"data":{"api_key":"` + vaultValue + `","db_password":"c0rrect-h0rse-b4ttery","port":5432},
		"metadata":{"created_time":"2026-03-22T02:24:06.945319214Z","custom_metadata":null,"deletion_time":"","destroyed":false,"version":2}}}`},
	"/v1/secret/data/deleted": {404, `{"request_id":"1","data":{"data":null,
		"metadata":{"created_time":"2026-03-22T02:24:06.945319214Z","custom_metadata":null,"deletion_time":"2026-03-23T02:24:06Z","destroyed":false,"version":2}}}`},
	"/v1/secret/data/numbers":   {200, `{"data":{"data":{"port":5432},"metadata":{"created_time":"2026-03-22T02:24:06Z","version":1}}}`},
	"/v1/secret/data/forbidden": {403, `{"errors":["1 error occurred:\n\t* permission denied ` + vaultValue + `\n\n"]}`},
	"/v1/secret/data/missing":   {404, `{"errors":[]}`},
	"/v1/secret/data/sealed":    {503, `{"errors":["Vault is sealed"]}`},
	"/v1/secret/data/broken":    {500, `{"errors":["internal error"]}`},
	"/v1/secret/data/page":      {200, `<html>` + vaultValue + `</html>`},
	"/v1/secret/data/huge":      {200, `{"data":{"x":"` + strings.Repeat("x", hashicorpAnswer) + `"}}`},
}

// startVault answers over TLS as a Vault does, to the token alone, and trusts
// its own certificate for the test.
func startVault(t *testing.T) *httptest.Server {
	t.Helper()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a host that nobody named was asked, with token %t", r.Header.Get("X-Vault-Token") != "")
	}))
	t.Cleanup(elsewhere.Close)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet || r.Header.Get("X-Vault-Token") != vaultToken || r.Header.Get("X-Vault-Namespace") != "team/":
			w.WriteHeader(http.StatusForbidden)
			return
		case r.URL.Path == "/v1/secret/data/moved":
			http.Redirect(w, r, "/v1/secret/data/payments", http.StatusTemporaryRedirect)
			return
		case r.URL.Path == "/v1/secret/data/standby":
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
			return
		}
		a, ok := vaultAnswers[r.URL.Path]
		if !ok {
			t.Errorf("unexpected path %s", r.URL.Path)
		}
		w.WriteHeader(a.status)
		fmt.Fprint(w, a.body)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(ca, cert, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VAULT_ADDR", s.URL)
	t.Setenv("VAULT_CACERT", ca)
	t.Setenv("VAULT_TOKEN", vaultToken)
	t.Setenv("VAULT_NAMESPACE", "team/")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1") // may be ours: Vault is asked directly
	return s
}

func readVault(t *testing.T, entry string) (string, error) {
	t.Helper()
	list, err := Sources{List: []Source{{Vault: entry}}}.Read(t.Context())
	var out []string
	for _, s := range list {
		out = append(out, s.Name+"="+s.Value.Reveal(plain.Access{}))
	}
	return strings.Join(out, " "), err
}

// TestVaultFields: one field of a path, or all that are strings, of both
// versions of the engine, also behind a redirect within the server.
func TestVaultFields(t *testing.T) {
	startVault(t)
	for _, c := range []struct{ entry, want string }{
		{"kv/payments#api_key", "payments.api_key=" + vaultValue},
		{"secret/data/payments#api_key", "payments.api_key=" + vaultValue},
		{"secret/data/payments", "payments.api_key=" + vaultValue + " payments.db_password=c0rrect-h0rse-b4ttery"},
		{"secret/data/moved#api_key", "moved.api_key=" + vaultValue},
	} {
		if got, err := readVault(t, c.entry); got != c.want || err != nil {
			t.Errorf("%s: got %q, want %q, error %v", c.entry, got, c.want, err)
		}
	}
}

// TestVaultFaults: what cannot be read says where and what to do, whose turn it
// is to act, and never a value.
func TestVaultFaults(t *testing.T) {
	startVault(t)
	for _, c := range []struct {
		entry, want string
		owner       bool
	}{
		{"secret/data/deleted", "secret/data/deleted: its latest version was deleted: undelete it", true},
		{"secret/data/forbidden#x", "does not let its token read secret/data/forbidden: renew it", true},
		{"secret/data/missing#x", "has nothing at secret/data/missing: check VAULT_NAMESPACE", true},
		{"secret/data/sealed#x", "is sealed or down for maintenance: unseal it", false},
		{"secret/data/broken#x", "answers 500 for secret/data/broken", false},
		{"secret/data/payments#password", "secret/data/payments has no field password", true},
		{"secret/data/payments#port", "field port is no string", true},
		{"secret/data/numbers", "has no field that is a string", true},
		{"secret/data/standby#x", "redirects elsewhere: set VAULT_ADDR", false},
		{"secret/data/page#x", "is no secret of its KV engine", true},
		{"secret/data/huge#x", "more than 2 MiB", true},
	} {
		checkFault(t, c.entry, c.want, c.owner)
	}
	t.Setenv("VAULT_TOKEN", "hvs.another")
	checkFault(t, "secret/data/payments", "does not let its token read", true)
}

func checkFault(t *testing.T, entry, want string, owner bool) {
	t.Helper()
	got, err := readVault(t, entry)
	if got != "" || err == nil || !strings.Contains(err.Error(), "rules.secrets, entry 1: ") || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: got %q, error %v, want %q", entry, got, err, want)
		return
	}
	said := err.Error()
	if _, got := errors.AsType[*OwnerError](err); got != owner || strings.Contains(said, "\n") {
		t.Errorf("%s: for the owner to mend: %v, want %v: %s", entry, got, owner, said)
	}
	for _, private := range []string{vaultValue, "st4ple", "hvs."} {
		if strings.Contains(said, private) {
			t.Errorf("%s: the message holds %q", entry, private)
		}
	}
}

// TestVaultIsReachedSafely: certificates are verified, values cross no network
// in clear, and a server that is not there is said so.
func TestVaultIsReachedSafely(t *testing.T) {
	s := startVault(t)
	const entry = "secret/data/payments"
	ca := os.Getenv("VAULT_CACERT")
	t.Setenv("VAULT_SKIP_VERIFY", "true")
	t.Setenv("VAULT_CACERT", "")
	checkFault(t, entry, "certificate that is not trusted: name its CA in VAULT_CACERT", false)
	t.Setenv("VAULT_CACERT", ca+".gone")
	checkFault(t, entry, "VAULT_CACERT: open", true)
	t.Setenv("VAULT_CACERT", ca)
	for _, c := range []struct{ addr, want string }{
		{"", "VAULT_ADDR is not set"},
		{"vault.example.com:8200", "VAULT_ADDR: want a URL"},
		{"https://me:st4ple@vault.example.com", "VAULT_ADDR: want a URL"},
		{"http://vault.example.com:8200", "want https"},
	} {
		t.Setenv("VAULT_ADDR", c.addr)
		checkFault(t, entry, c.want, true)
	}
	t.Setenv("VAULT_ADDR", strings.Replace(s.URL, "https", "http", 1)) // loopback may, but this one speaks TLS
	checkFault(t, entry, "refuses to read secret/data/payments: check the scheme of VAULT_ADDR", true)
	s.Close()
	t.Setenv("VAULT_ADDR", s.URL)
	checkFault(t, entry, "cannot be reached: ", false)
}

// TestVaultThatHangs holds nobody up for ever.
func TestVaultThatHangs(t *testing.T) {
	s := startVault(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) }) // before the server is closed
	s.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	v, err := openHashicorp("")
	if err != nil {
		t.Fatal(err)
	}
	if v.client.Timeout != hashicorpTimeout {
		t.Errorf("a read may take %v", v.client.Timeout)
	}
	v.client.Timeout = 20 * time.Millisecond
	if _, err := v.read(t.Context(), "secret/data/payments"); err == nil || !strings.Contains(err.Error(), "gives no answer in time") {
		t.Errorf("error %v", err)
	}
}

// TestVaultToken: the environment's goes first, then the file that the
// configuration names, then the user's own; a wrapped one is none.
func TestVaultToken(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("VAULT_TOKEN", "")
	sink := filepath.Join(home, "sink")
	put := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func(file, want, fault string) {
		t.Helper()
		got, err := hashicorpToken(file)
		if got != want || (err == nil) != (fault == "") || err != nil && (!strings.Contains(err.Error(), fault) || strings.Contains(err.Error(), "hvs.")) {
			t.Errorf("got %q, want %q; error %v, want %q", got, want, err, fault)
		}
	}
	check("", "", ".vault-token is not there; set VAULT_TOKEN")
	put(filepath.Join(home, ".vault-token"), "hvs.user\n")
	check("", "hvs.user", "")
	check(sink, "", "sink is not there")
	put(sink, `{"token":"hvs.wrapped"}`)
	check(sink, "", "sink holds no token of Vault's: want the token alone, not wrapped")
	put(sink, "hvs.agent")
	check(sink, "hvs.agent", "")
	t.Setenv("VAULT_TOKEN", "hvs.env")
	check(sink, "hvs.env", "")
}

// TestVaultPaths: an entry is refused before anything is asked if its path
// could become another one in a URL.
func TestVaultPaths(t *testing.T) {
	for entry, want := range map[string]bool{
		"secret/data/payments": true, "kv/a-b/c_d#x.y": true,
		"#api_key": false, "secret#": false, "/secret/x": false, "secret/../sys/raw": false, "secret//x": false, "secret/x?version=1": false, "secret/%2e%2e/x": false,
	} {
		if err := (Sources{List: []Source{{Vault: entry}}}).Check(); (err == nil) != want {
			t.Errorf("%q: %v", entry, err)
		}
	}
	err := Sources{List: []Source{{}, {Env: "A", Vault: "b"}}}.Check()
	if err == nil || strings.Count(err.Error(), "want one of env, file and vault") != 2 {
		t.Errorf("%v", err)
	}
}
