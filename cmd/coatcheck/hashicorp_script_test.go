//go:build unix

package main

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// vaultOf is what a script's Vault holds: path → field → value.
type vaultOf struct {
	mu      sync.Mutex
	token   string
	secrets map[string]map[string]string
}

// hashicorpCommand starts a stand-in for HashiCorp Vault with one secret under
// secret/data, or replaces what the running one holds; without fields the
// secret is gone: hashicorp TOKEN NAME [FIELD=VALUE…].
func hashicorpCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: hashicorp TOKEN NAME [FIELD=VALUE…]")
	}
	s := sceneOf(ts)
	if s.vault == nil {
		s.vault = &vaultOf{secrets: map[string]map[string]string{}}
		server := httptest.NewTLSServer(s.vault)
		ts.Defer(server.Close)
		cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		ts.Check(os.WriteFile(ts.MkAbs("vault.pem"), cert, 0o600))
		ts.Setenv("VAULT_ADDR", server.URL)
		ts.Setenv("VAULT_CACERT", ts.MkAbs("vault.pem"))
	}
	fields := map[string]string{}
	for _, f := range args[2:] {
		name, value, _ := strings.Cut(f, "=")
		fields[name] = value
	}
	s.vault.mu.Lock()
	defer s.vault.mu.Unlock()
	s.vault.token, s.vault.secrets[args[1]] = args[0], fields
}

// ServeHTTP implements [http.Handler] in the shapes of version 2 of the engine.
func (v *vaultOf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	fields := v.secrets[strings.TrimPrefix(r.URL.Path, "/v1/secret/data/")]
	switch {
	case r.Header.Get("X-Vault-Token") != v.token:
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"errors":["permission denied"]}`))
	case len(fields) == 0:
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"errors":[]}`))
	default:
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{
			"data":     fields,
			"metadata": map[string]any{"created_time": time.Now(), "deletion_time": "", "destroyed": false, "version": 1},
		}})
	}
}
