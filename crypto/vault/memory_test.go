package vault_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"coatcheck/crypto/vault"
	"coatcheck/redact/plain"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
)

// clock is a clock that one test moves.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func put(t *testing.T, m *vault.Memory, scope, id, value string, ttl time.Duration) {
	t.Helper()
	if err := m.Put(ctx, scope, id, plain.New(value), ttl); err != nil {
		t.Fatalf("put %s: %v", id, err)
	}
}

func get(m *vault.Memory, scope, id string) (string, error) {
	v, err := m.Get(ctx, scope, id)
	return v.Reveal(plain.Access{}), err
}

func TestValueLeavesUnderItsOwnScopeAndIDAlone(t *testing.T) {
	m := vault.NewMemory(vault.Options{})
	put(t, m, "scope", "id", "jane@example.com", time.Hour)
	if got, err := get(m, "scope", "id"); err != nil || got != "jane@example.com" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, key := range [][2]string{{"scope", "other"}, {"other", "id"}, {"scopei", "d"}, {"", "scopeid"}, {"id", "scope"}, {"scope", ""}} {
		if got, err := get(m, key[0], key[1]); !errors.Is(err, vault.ErrNotFound) || got != "" {
			t.Errorf("%q: got %q, %v", key, got, err)
		}
	}
}

func TestValueEndsWithItsTime(t *testing.T) {
	c := &clock{start}
	m := vault.NewMemory(vault.Options{Now: c.Now})
	put(t, m, "s", "id", "value", time.Minute)
	c.now = start.Add(30 * time.Second)
	put(t, m, "s", "id", "value", time.Minute) // until 1:30
	put(t, m, "s", "id", "value", time.Second) // ends sooner: changes nothing
	c.now = start.Add(90*time.Second - 1)
	if _, err := get(m, "s", "id"); err != nil {
		t.Errorf("before its end: %v", err)
	}
	c.now = start.Add(90 * time.Second)
	if _, err := get(m, "s", "id"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("at its end: %v", err)
	}
	if n, bytes := m.Len(); n != 0 || bytes != 0 {
		t.Errorf("%d entries of %d bytes are left", n, bytes)
	}
	if err := m.Put(ctx, "s", "id", plain.New("x"), 0); err == nil {
		t.Error("a value without a life was taken")
	}
}

func TestLiveValueIsNeverReplaced(t *testing.T) {
	c := &clock{start}
	m := vault.NewMemory(vault.Options{Now: c.Now})
	put(t, m, "s", "id", "first", time.Minute)
	if err := m.Put(ctx, "s", "id", plain.New("second"), time.Minute); !errors.Is(err, vault.ErrConflict) {
		t.Errorf("got %v", err)
	}
	if got, err := get(m, "s", "id"); err != nil || got != "first" {
		t.Errorf("got %q, %v", got, err)
	}
	c.now = start.Add(time.Minute)
	put(t, m, "s", "id", "second", time.Minute)
	if got, err := get(m, "s", "id"); err != nil || got != "second" {
		t.Errorf("after the first one's end: got %q, %v", got, err)
	}
}

func TestFullStoreRefusesAndKeepsWhatIsAlive(t *testing.T) {
	tests := []struct {
		name    string
		options vault.Options
	}{
		{"by bytes", vault.Options{MaxBytes: 40}},
		{"by entries", vault.Options{MaxEntries: 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &clock{start}
			test.options.Now = c.Now
			m := vault.NewMemory(test.options)
			for i := range 4 {
				put(t, m, "s", fmt.Sprint(i), "0123456789", time.Duration(i+1)*time.Minute)
			}
			one := plain.New("9876543210")
			if err := m.Put(ctx, "s", "new", one, time.Minute); !errors.Is(err, vault.ErrFull) {
				t.Fatalf("got %v", err)
			}
			put(t, m, "s", "3", "0123456789", time.Hour) // held already: needs no room
			for i := range 4 {
				if _, err := get(m, "s", fmt.Sprint(i)); err != nil {
					t.Errorf("value %d was dropped: %v", i, err)
				}
			}
			c.now = start.Add(time.Minute) // the first one has ended
			if err := m.Put(ctx, "s", "new", one, time.Minute); err != nil {
				t.Errorf("with room again: %v", err)
			}
			if n, bytes := m.Len(); n != 4 || bytes != 40 {
				t.Errorf("%d entries of %d bytes", n, bytes)
			}
		})
	}
}

func TestDeletedScopeFreesItsRoomAtOnce(t *testing.T) {
	m := vault.NewMemory(vault.Options{MaxBytes: 10})
	put(t, m, "a", "1", "12345", time.Hour)
	put(t, m, "b", "1", "12345", time.Hour)
	for range 2 {
		if err := m.DeleteScope(ctx, "a"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := get(m, "a", "1"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	put(t, m, "c", "1", "12345", time.Hour)
	if _, err := get(m, "b", "1"); err != nil {
		t.Errorf("another scope was touched: %v", err)
	}
}

func TestSweepRemovesWhatHasEnded(t *testing.T) {
	m := vault.NewMemory(vault.Options{Now: (&clock{start}).Now})
	for i := range 10 {
		put(t, m, fmt.Sprint("scope", i%3), fmt.Sprint(i), "12345", time.Duration(i+1)*time.Minute)
	}
	if n, err := m.Sweep(ctx, start.Add(4*time.Minute)); n != 4 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	if n, bytes := m.Len(); n != 6 || bytes != 30 {
		t.Errorf("%d entries of %d bytes are left", n, bytes)
	}
}

func TestClosedStoreHoldsNothing(t *testing.T) {
	m := vault.NewMemory(vault.Options{})
	put(t, m, "s", "id", "value", time.Hour)
	for range 2 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, getErr := get(m, "s", "id")
	_, sweepErr := m.Sweep(ctx, start)
	for name, err := range map[string]error{
		"get": getErr, "sweep": sweepErr, "delete": m.DeleteScope(ctx, "s"),
		"put": m.Put(ctx, "s", "id", plain.New("value"), time.Hour),
	} {
		if !errors.Is(err, vault.ErrClosed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestStoreDoesNotKeepTheBodyThatAValueWasCutFrom(t *testing.T) {
	m := vault.NewMemory(vault.Options{})
	before := heap()
	for i := range 64 {
		body := strings.Repeat("x", 1<<20)
		v := plain.New(body[100:120])
		if err := m.Put(ctx, body[:10], body[i:i+20]+fmt.Sprint(i), v, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if grown := heap() - before; grown > 16<<20 {
		t.Errorf("64 values of 20 bytes keep %d bytes alive", grown)
	}
	if n, _ := m.Len(); n != 64 {
		t.Errorf("%d entries", n)
	}
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestBookkeepingIsExactUnderConcurrentUse(t *testing.T) {
	m := vault.NewMemory(vault.Options{MaxBytes: 2000})
	var wrong atomic.Int64
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(worker), 1))
			for range 2000 {
				scope, id := fmt.Sprint(random.IntN(4)), fmt.Sprint(random.IntN(50))
				value := scope + "/" + id
				switch random.IntN(8) {
				case 0:
					_ = m.DeleteScope(ctx, scope)
				case 1:
					_, _ = m.Sweep(ctx, time.Now())
				case 2, 3, 4:
					if err := m.Put(ctx, scope, id, plain.New(value), time.Hour); err != nil && !errors.Is(err, vault.ErrFull) {
						t.Error(err)
					}
				default:
					if got, err := get(m, scope, id); err == nil && got != value {
						wrong.Add(1)
					}
				}
			}
		})
	}
	group.Wait()
	if wrong.Load() > 0 {
		t.Errorf("%d values came out under another key", wrong.Load())
	}
	for scope := range 4 {
		if err := m.DeleteScope(ctx, fmt.Sprint(scope)); err != nil {
			t.Fatal(err)
		}
	}
	if n, bytes := m.Len(); n != 0 || bytes != 0 {
		t.Errorf("an empty store counts %d entries of %d bytes", n, bytes)
	}
}

func BenchmarkMemory(b *testing.B) {
	ids := make([]string, 10_000)
	for i := range ids {
		ids[i] = fmt.Sprintf("EMAIL_%06d", i)
	}
	value := plain.New("jane@example.com")
	b.Run("get", func(b *testing.B) {
		m := vault.NewMemory(vault.Options{})
		for _, id := range ids {
			_ = m.Put(ctx, "scope", id, value, time.Hour)
		}
		b.RunParallel(func(p *testing.PB) {
			for i := 0; p.Next(); i++ {
				if _, err := m.Get(ctx, "scope", ids[i%len(ids)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	b.Run("put", func(b *testing.B) {
		m := vault.NewMemory(vault.Options{})
		b.RunParallel(func(p *testing.PB) {
			for i := 0; p.Next(); i++ {
				if err := m.Put(ctx, "scope", ids[i%len(ids)], value, time.Hour); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}
