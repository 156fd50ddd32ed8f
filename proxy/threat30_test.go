package proxy_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/vault"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/redact/plain"
)

// brokenVault fails in one way.
type brokenVault struct {
	*vault.Memory
	put    func(plain.Text) error // after a value was kept
	delete error
}

func (b brokenVault) Put(ctx context.Context, scope, id string, v plain.Text, ttl time.Duration) error {
	if err := b.Memory.Put(ctx, scope, id, v, ttl); err != nil || b.put == nil {
		return err
	}
	return b.put(v)
}

func (b brokenVault) DeleteScope(ctx context.Context, scope string) error {
	return errors.Join(b.Memory.DeleteScope(ctx, scope), b.delete)
}

// TestNoValueOutlivesItsExchange: however an exchange ends, the vault is as
// empty as before, and so has room for the next one.
func TestNoValueOutlivesItsExchange(t *testing.T) {
	two := `{"messages":[{"role":"user","content":"` + email + ` ` + card + `"}]}`
	for _, tt := range []struct {
		name   string
		broken brokenVault
		body   string
		config func(*proxy.Config)
		status int
	}{
		{"answered", brokenVault{}, two, nil, 200},
		{"more values than the vault holds", brokenVault{}, strings.Replace(two, email, email+" a@example.com", 1), nil, 503},
		{"a store that fails after it stored", brokenVault{put: func(plain.Text) error { return errors.New("down") }}, two, nil, 503},
		{"a store that panics", brokenVault{put: func(v plain.Text) error { panic(v.Reveal(plain.Access{})) }}, two, nil, 500},
		{"a journal that fails", brokenVault{}, two, func(c *proxy.Config) { c.Journal = rig.BrokenJournal{} }, 503},
		{"no provider", brokenVault{}, two, func(c *proxy.Config) { c.Door.UpstreamCAs = nil }, 502},
	} {
		v := vault.NewMemory(vault.Options{MaxEntries: 2})
		tt.broken.Memory = v
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
			c.Vault = tt.broken
			if tt.config != nil {
				tt.config(c)
			}
		}})
		resp, answer := r.Post(r.Client(false), chatURL, tt.body)
		if resp.StatusCode != tt.status {
			t.Errorf("%s: status %d: %s", tt.name, resp.StatusCode, answer)
		}
		rig.Must(t, r.Proxy.Shutdown(context.Background())) // the exchange is over
		if n, _ := v.Len(); n != 0 {
			t.Errorf("%s: %d values are left", tt.name, n)
		}
	}
}

// TestAVaultThatKeepsValuesIsSeen: a store that cannot forget ends its exchange
// as failed. It is not passed over in silence.
func TestAVaultThatKeepsValuesIsSeen(t *testing.T) {
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
		c.Vault = brokenVault{Memory: vault.NewMemory(vault.Options{}), delete: errors.New("down")}
	}})
	resp, err := r.Client(false).Post(chatURL, "application/json", strings.NewReader(`{"messages":[{"role":"user","content":"`+email+`"}]}`))
	if err == nil {
		_ = resp.Body.Close()
	}
	rig.Must(t, r.Proxy.Shutdown(context.Background()))
	if log := r.Log.String(); !strings.Contains(log, `"stage":"record","reason":"vault"`) {
		t.Errorf("the log says nothing of it: %s", log)
	}
}
