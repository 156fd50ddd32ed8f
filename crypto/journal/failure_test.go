package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"coatcheck/crypto/keys"
)

// medium is a file that knows which of its bytes an fsync has covered.
type medium struct {
	mu       sync.Mutex
	data     []byte
	synced   int // bytes
	syncs    int
	closed   bool
	writeErr error
	syncErr  error
	limit    int           // bytes until the medium is full; 0 for none
	gate     chan struct{} // if set, each fsync takes one from it
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
	waitFor(w, func() bool { return w.written == callers })
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
	waitFor(w, func() bool { return w.flight != nil })
	ctx, cancel := context.WithCancel(context.Background())
	second := make(chan error, 1)
	go func() { second <- w.Begin(ctx, open("second")) }()
	waitFor(w, func() bool { return w.written == 2 })
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) || !errors.Is(err, ErrJournal) {
		t.Errorf("second: %v", err)
	}
	close(gate)
	if err := <-first; err != nil {
		t.Errorf("first: %v", err)
	}
}

func TestFailureEndsTheLog(t *testing.T) {
	broken := errors.New("input/output error")
	tests := []struct {
		name  string
		spoil func(m *medium)
		mend  func(m *medium)
		want  error
	}{
		{"write", func(m *medium) { m.writeErr = broken }, func(m *medium) { m.writeErr = nil }, broken},
		{"fsync", func(m *medium) { m.syncErr = broken }, func(m *medium) { m.syncErr = nil }, broken},
		{"full in the middle of a frame", func(m *medium) { m.limit = len(m.data) + 20 }, func(m *medium) { m.limit = 0 }, syscall.ENOSPC},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, a := &medium{}, newPair(t)
			w := on(t, m, a)
			ctx := context.Background()
			if err := w.Begin(ctx, open("before")); err != nil {
				t.Fatal(err)
			}
			if err := w.Err(); err != nil {
				t.Errorf("a writer that writes says %v", err)
			}
			m.set(func() { test.spoil(m) })
			if err := w.Begin(ctx, open("during")); !errors.Is(err, ErrJournal) || !errors.Is(err, test.want) {
				t.Errorf("during: %v", err)
			}
			m.set(func() { test.mend(m) })
			size := len(m.data)
			for name, err := range map[string]error{
				"state":  w.Err(),
				"begin":  w.Begin(ctx, open("after")),
				"finish": w.Finish(ctx, Close{Clear: CloseClear{Exchange: "before", Outcome: "done"}}),
				"note":   w.Note(ctx, Event{Clear: EventClear{Name: "start"}}),
				"close":  w.Close(),
			} {
				if !errors.Is(err, ErrJournal) || !errors.Is(err, test.want) {
					t.Errorf("%s after it: %v", name, err)
				}
			}
			if len(m.data) != size || !m.closed {
				t.Errorf("%d bytes were written after it, closed %v", len(m.data)-size, m.closed)
			}
			if ids := opened(t, m.survives(), a); !ids["before"] || ids["after"] {
				t.Errorf("what survives: %v", ids)
			}
		})
	}
}

func TestFailedRotationEndsTheLog(t *testing.T) {
	first, a := &medium{}, newPair(t)
	full := errors.New("no space")
	calls := 0
	w, err := create(Options{Auditors: []*keys.AuditorPublic{a.Public()}, MaxBytes: 2 << 10}, func(string) (file, error) {
		if calls++; calls > 1 {
			return nil, full
		}
		return first, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	acked := 0
	for ; err == nil; acked++ {
		err = w.Begin(ctx, open(fmt.Sprint(acked)))
	}
	if !errors.Is(err, full) || !errors.Is(err, ErrJournal) || acked < 2 {
		t.Errorf("after %d: %v", acked, err)
	}
	if err := w.Begin(ctx, open("after")); !errors.Is(err, full) {
		t.Errorf("after it: %v", err)
	}
	if ids := opened(t, first.survives(), a); len(ids) != acked-1 {
		t.Errorf("%d of %d openings survive", len(ids), acked-1)
	}
	if err := w.Close(); !errors.Is(err, full) {
		t.Errorf("close: %v", err)
	}
}

func TestFullDeviceIsAnError(t *testing.T) {
	device, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer device.Close()
	auditors := []*keys.AuditorPublic{newPair(t).Public()}
	if _, err := create(Options{Auditors: auditors}, func(string) (file, error) { return device, nil }); !errors.Is(err, syscall.ENOSPC) || !errors.Is(err, ErrJournal) {
		t.Errorf("got %v", err)
	}
}

func TestFolderThatGoesAwayFailsTheNextFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	w, err := Create(dir, Options{Auditors: []*keys.AuditorPublic{newPair(t).Public()}, MaxBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Skip("open files cannot be removed here")
	}
	if err := w.Begin(context.Background(), open("one")); !errors.Is(err, ErrJournal) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
