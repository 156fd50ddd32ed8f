package proxy

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/crypto/ca"
	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
	"coatcheck/crypto/vault"
	"coatcheck/redact"
	"coatcheck/rules/builtin"
)

// leaving is a journal whose client goes away while its entry is being opened.
type leaving struct {
	Journal
	leave func()
}

func (l leaving) Begin(ctx context.Context, o journal.Open) error {
	l.leave()
	return l.Journal.Begin(ctx, o)
}

func (l leaving) Note(ctx context.Context, e journal.Event) error {
	l.leave()
	return l.Journal.Note(ctx, e)
}

// TestAClientThatLeavesTakesNoRecordWithIt: its entry is opened and closed, as
// canceled. A disk that is well is not reported as broken.
func TestAClientThatLeavesTakesNoRecordWithIt(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    origin
	}{
		{"an exchange", origin{way: wayBase, host: "api.openai.com", port: "443", tls: true, principal: "installation"}},
		{"a passed request", origin{way: wayPlain, host: "unknown.example.com", port: "80"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, leave := context.WithCancel(context.Background())
			var log strings.Builder
			p, dir, auditor := recording(t, leave, &log)
			r := httptest.NewRequest(http.MethodPost, "/v1/x", strings.NewReader(`{}`)).WithContext(ctx)
			func() {
				defer func() {
					if fault := recover(); fault != nil && fault != http.ErrAbortHandler {
						panic(fault)
					}
				}()
				p.serve(httptest.NewRecorder(), r, tt.o)
			}()
			if strings.Contains(log.String(), "journal") || strings.Contains(log.String(), "cannot be written") {
				t.Errorf("a fault of the journal is reported: %s", log.String())
			}
			if n := p.Counters().Forwarded; n != 0 {
				t.Errorf("%d exchanges counted as forwarded", n)
			}
			recorded := 0
			for e, err := range journal.Read(dir, auditor) {
				if err != nil {
					t.Fatal(err)
				}
				if e.Event != nil {
					recorded++
				}
				if x := e.Exchange; x != nil {
					recorded++
					if x.Open == nil || x.Close == nil || x.Close.Clear.Outcome != "canceled" {
						t.Errorf("the entry: opened %v, closed %+v", x.Open != nil, x.Close)
					}
				}
			}
			if recorded != 1 {
				t.Errorf("%d records, want 1", recorded)
			}
		})
	}
}

// recording makes a line with a journal, whose client leaves when it is told to.
func recording(t *testing.T, leave func(), log io.Writer) (p *Proxy, dir string, auditor *keys.AuditorPrivate) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "log")
	auditor, err := keys.NewAuditor()
	ring, err2 := keys.Ephemeral(auditor.Public())
	w, err3 := journal.Create(dir, journal.Options{Auditors: ring.Auditors()})
	set, err4 := builtin.Load()
	engine, err5 := redact.New(set, redact.Options{})
	authority, err6 := ca.Ephemeral(ca.Options{Hosts: Permitted(nil, nil)})
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	p, err = New(Config{
		Engine: engine, Authority: authority, PRF: func() PRF { return ring.Token() }, Vault: vault.NewMemory(vault.Options{}),
		Journal: leaving{w, leave}, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, dir, auditor
}
