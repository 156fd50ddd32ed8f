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
	"coatcheck/proxy/door"
	"coatcheck/proxy/wire"
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
		let  func(*Proxy, *http.Request)
	}{
		{"an exchange", func(p *Proxy, r *http.Request) { p.carry(httptest.NewRecorder(), requestTo("api.openai.com", r)) }},
		{"a passed request", func(p *Proxy, r *http.Request) {
			if err := p.book.Unprotected(r.Context(), door.Origin{Way: door.WayPlain, Host: "unknown.example.com", Port: "80"}); err != nil {
				t.Error(err)
			}
		}},
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
				tt.let(p, r)
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

// requestTo is a request that the door let in to a provider's host.
func requestTo(host string, r *http.Request) *door.Request {
	return &door.Request{
		Request:  r,
		Origin:   door.Origin{Way: door.WayBase, Host: host, Port: "443", TLS: true, Principal: "installation"},
		Provider: door.Provider{Host: host, Adapter: wire.ForHost(host)},
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
	authority, err6 := ca.Ephemeral(ca.Options{Hosts: door.Permitted(nil, nil)})
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	p, err = New(Config{
		Door: door.Config{Authority: authority}, Engine: engine, PRF: func() PRF { return ring.Token() }, Vault: vault.NewMemory(vault.Options{}),
		Journal: leaving{w, leave}, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, dir, auditor
}
