package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"coatcheck/crypto/keys"
)

// medium is a file that knows which of its bytes an fsync has covered.
type medium struct {
	mu        sync.Mutex
	data      []byte
	synced    int // bytes
	syncs     int
	closed    bool
	discarded bool
	writeErr  error
	syncErr   error
	keptErr   error
	limit     int           // bytes until the medium is full; 0 for none
	gate      chan struct{} // if set, each fsync takes one from it
}

func (m *medium) Write(b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.writeErr != nil {
		return 0, m.writeErr
	}
	if m.limit > 0 && len(m.data)+len(b) > m.limit {
		n := m.limit - len(m.data)
		m.data = append(m.data, b[:n]...)
		return n, syscall.ENOSPC
	}
	m.data = append(m.data, b...)
	return len(b), nil
}

func (m *medium) Sync() error {
	m.mu.Lock()
	size, gate := len(m.data), m.gate
	m.mu.Unlock()
	if gate != nil {
		<-gate
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.syncs++
	if m.syncErr != nil {
		return m.syncErr
	}
	m.synced = max(m.synced, size)
	return nil
}

func (m *medium) Kept() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keptErr
}

func (m *medium) Discard() error {
	m.discarded = true
	return m.Close()
}

func (m *medium) Close() error {
	m.closed = true
	return nil
}

// survives returns what is left after a power cut.
func (m *medium) survives() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.data[:m.synced])
}

func (m *medium) set(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

func newPair(t *testing.T) *keys.AuditorPrivate {
	t.Helper()
	a, err := keys.NewAuditor()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// on returns a writer to a medium.
func on(t *testing.T, m *medium, a *keys.AuditorPrivate) *Writer {
	t.Helper()
	w, err := create(Options{Auditors: []*keys.AuditorPublic{a.Public()}}, func(string) (file, error) { return m, nil })
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func open(id string) Open { return Open{Clear: OpenClear{Exchange: id}} }

// opened returns the exchanges whose opening is in raw.
func opened(t *testing.T, raw []byte, a *keys.AuditorPrivate) map[string]bool {
	t.Helper()
	r, err := newReader("file", bytes.NewReader(raw), int64(len(raw)), []*keys.AuditorPrivate{a})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for {
		rec, err := r.next()
		if err != nil {
			return ids
		}
		if rec.open != nil {
			ids[rec.open.Clear.Exchange] = true
		}
	}
}

func TestOpeningIsOnTheMediumWhenBeginReturns(t *testing.T) {
	m, a := &medium{}, newPair(t)
	w := on(t, m, a)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 10 {
				id := fmt.Sprintf("%d-%d", i, j)
				if err := w.Begin(context.Background(), open(id)); err != nil {
					t.Error(err)
				}
				if !opened(t, m.survives(), a)[id] {
					t.Errorf("%s was acknowledged and would not survive a power cut", id)
				}
			}
		})
	}
	group.Wait()
}

func TestCallersShareOneSync(t *testing.T) {
	m, a := &medium{}, newPair(t)
	w := on(t, m, a)
	gate := make(chan struct{})
	m.set(func() { m.gate, m.syncs = gate, 0 })
	const callers = 32
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			if err := w.Begin(context.Background(), open(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	waitFor(w, func() bool { return w.segment.chain.seq == callers+1 })
	close(gate)
	group.Wait()
	// One for who came first, one for all that came meanwhile.
	if m.syncs > 2 {
		t.Errorf("%d fsyncs for %d callers at once", m.syncs, callers)
	}
}

// waitFor returns once a fact about the writer holds.
func waitFor(w *Writer, fact func() bool) {
	for {
		w.mu.Lock()
		holds := fact()
		w.mu.Unlock()
		if holds {
			return
		}
		runtime.Gosched()
	}
}

func TestCallerMayStopWaiting(t *testing.T) {
	m, a := &medium{}, newPair(t)
	w := on(t, m, a)
	gate := make(chan struct{})
	m.set(func() { m.gate = gate })
	first := make(chan error, 1)
	go func() { first <- w.Begin(context.Background(), open("first")) }()
	waitFor(w, func() bool { return w.segment.flight != nil })
	ctx, cancel := context.WithCancel(context.Background())
	second := make(chan error, 1)
	go func() { second <- w.Begin(ctx, open("second")) }()
	waitFor(w, func() bool { return w.segment.chain.seq == 3 })
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) || !errors.Is(err, ErrJournal) {
		t.Errorf("second: %v", err)
	}
	close(gate)
	if err := <-first; err != nil {
		t.Errorf("first: %v", err)
	}
}

// lent is a device that the writer must not remove.
type lent struct{ *os.File }

func (lent) Kept() error { return nil }

func (lent) Discard() error { return nil }

func TestFullDeviceIsAnError(t *testing.T) {
	device, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer device.Close()
	auditors := []*keys.AuditorPublic{newPair(t).Public()}
	if _, err := create(Options{Auditors: auditors}, func(string) (file, error) { return lent{device}, nil }); !errors.Is(err, syscall.ENOSPC) || !errors.Is(err, ErrJournal) {
		t.Errorf("got %v", err)
	}
}
