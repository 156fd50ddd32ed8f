package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"

	"coatcheck/crypto/keys"
)

var errBroken = errors.New("input/output error")

// shelf makes a new medium for each file, unless it is told to fail.
type shelf struct {
	mu    sync.Mutex
	names []string
	media []*medium
	spoil func(m *medium) error // of each new medium, if set
}

func (s *shelf) create(name string) (file, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &medium{}
	if s.spoil != nil {
		if err := s.spoil(m); err != nil {
			return nil, err
		}
	}
	s.names, s.media = append(s.names, name), append(s.media, m)
	return m, nil
}

func (s *shelf) last() *medium {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.media[len(s.media)-1]
}

func (s *shelf) set(spoil func(m *medium) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoil = spoil
}

// store writes what content says of each kept medium to a folder.
func (s *shelf) store(t testing.TB, content func(m *medium) []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for i, m := range s.media {
		if m.discarded {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, s.names[i]), content(m), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func all(m *medium) []byte { return m.data }

func onShelf(t testing.TB, s *shelf, a *keys.AuditorPrivate) *Writer {
	t.Helper()
	w, err := create(Options{Auditors: []*keys.AuditorPublic{a.Public()}}, s.create)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func closing(id string) Close { return Close{Clear: CloseClear{Exchange: id, Outcome: "done"}} }

// found is what Read makes of a folder.
type found struct {
	gaps      []Gap
	exchanges map[string]*Exchange
	faults    []error
}

func read(dir string, a *keys.AuditorPrivate) found {
	f := found{exchanges: map[string]*Exchange{}}
	for e, err := range Read(dir, a) {
		switch {
		case err != nil:
			f.faults = append(f.faults, err)
		case e.Gap != nil:
			f.gaps = append(f.gaps, *e.Gap)
		case e.Exchange != nil:
			f.exchanges[e.Exchange.ID] = e.Exchange
		}
	}
	return f
}

var spoils = []struct {
	name   string
	spoil  func(m *medium)
	want   error
	reason string
	torn   int64 // bytes
}{
	{"write", func(m *medium) { m.writeErr = errBroken }, errBroken, "io", 0},
	{"fsync", func(m *medium) { m.syncErr = errBroken }, errBroken, "io", 0},
	{"full in the middle of a frame", func(m *medium) { m.limit = len(m.data) + 20 }, syscall.ENOSPC, "full", 20},
	{"removed", func(m *medium) { m.keptErr = fs.ErrNotExist }, fs.ErrNotExist, "gone", 0},
	{"read-only", func(m *medium) { m.writeErr = syscall.EROFS }, syscall.EROFS, "denied", 0},
}

func TestFailureIsFollowedByANewFile(t *testing.T) {
	for _, test := range spoils {
		t.Run(test.name, func(t *testing.T) {
			s, a, ctx := &shelf{}, newPair(t), context.Background()
			w := onShelf(t, s, a)
			first := s.last()
			if err := errors.Join(w.Begin(ctx, open("before")), w.Err(), w.Ready(ctx)); err != nil {
				t.Fatal(err)
			}
			first.set(func() { test.spoil(first) })
			if err := w.Begin(ctx, open("during")); !errors.Is(err, ErrJournal) || !errors.Is(err, test.want) {
				t.Errorf("during: %v", err)
			}
			if err := w.Err(); !errors.Is(err, test.want) {
				t.Errorf("state: %v", err)
			}
			size := len(first.data)
			s.set(func(m *medium) error { test.spoil(m); return nil })
			for name, err := range map[string]error{
				"begin":  w.Begin(ctx, open("refused")),
				"finish": w.Finish(ctx, closing("lost")),
				"note":   w.Note(ctx, Event{Clear: EventClear{Name: "start"}}),
				"ready":  w.Ready(ctx),
				"state":  w.Err(),
			} {
				if !errors.Is(err, ErrJournal) || !errors.Is(err, test.want) {
					t.Errorf("%s while no file can be made: %v", name, err)
				}
			}
			for i, m := range s.media[1:] {
				if !m.discarded {
					t.Errorf("attempt %d was left behind", i)
				}
			}
			s.set(nil)
			if err := errors.Join(w.Ready(ctx), w.Err(), w.Finish(ctx, closing("before")), w.Begin(ctx, open("after")), w.Close()); err != nil {
				t.Errorf("there is room again: %v", err)
			}
			if len(first.data) != size || !first.closed {
				t.Errorf("%d bytes were written to the file that failed, closed %v", len(first.data)-size, first.closed)
			}
			got := read(s.store(t, all), a)
			want := Gap{
				File: s.names[0], Last: 1, Reason: test.reason, Unsure: 1, TornBytes: test.torn,
				Losses: Losses{Openings: 2, Closings: 1, Notes: 1},
			}
			if len(got.faults) > 0 || !slices.Equal(got.gaps, []Gap{want}) {
				t.Errorf("faults %v, gaps %+v, want %+v", got.faults, got.gaps, want)
			}
			if x := got.exchanges["before"]; x == nil || x.Open == nil || x.Close == nil || x.Unsure {
				t.Errorf("an exchange over both files: %+v", x)
			}
			if x := got.exchanges["during"]; x != nil && !x.Unsure {
				t.Error("an opening that Begin failed on looks like one that it did not")
			}
			if got.exchanges["after"] == nil || got.exchanges["refused"] != nil {
				t.Errorf("%v", got.exchanges)
			}
		})
	}
}

// What a file held when its fsync failed may be lost in any part, but not what
// was acknowledged before.
func TestWhatAGapVouchesForIsMissed(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w := onShelf(t, s, a)
	first := s.last()
	for i := range 3 {
		if err := w.Begin(ctx, open(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	kept := len(first.data)
	first.set(func() { first.syncErr = errBroken })
	if w.Finish(ctx, closing("0")) != nil || w.Begin(ctx, open("4")) == nil || w.Begin(ctx, open("5")) != nil || w.Close() != nil {
		t.Fatal("the file did not fail as it should")
	}
	whole := bytes.Clone(first.data)
	for cut := kept - 60; cut <= len(whole); cut++ {
		for _, rest := range [][]byte{nil, make([]byte, 100)} {
			first.data = append(bytes.Clone(whole[:cut]), rest...)
			got := read(s.store(t, all), a)
			damaged := len(got.faults) > 0
			if damaged != (cut < kept) || (damaged && !errors.Is(got.faults[0], ErrTampered)) {
				t.Fatalf("cut at %d of %d, %d zeros: %v", cut, kept, len(rest), got.faults)
			}
			if len(got.gaps) != 1 || got.gaps[0].Last != 3 || got.gaps[0].Unsure != 2 || got.exchanges["5"] == nil {
				t.Fatalf("cut at %d: %+v", cut, got)
			}
		}
	}
	// A hole before a whole frame, as lost pages leave it.
	first.data = bytes.Clone(whole)
	clear(first.data[kept : kept+30])
	if got := read(s.store(t, all), a); len(got.faults) > 0 {
		t.Errorf("a hole behind what was vouched for: %v", got.faults)
	}
	first.data = bytes.Clone(whole)
	clear(first.data[kept-30 : kept])
	if got := read(s.store(t, all), a); len(got.faults) == 0 {
		t.Error("a hole in what was vouched for is not told")
	}
	first.discarded = true
	got := read(s.store(t, all), a)
	if len(got.gaps) != 1 || !got.gaps[0].Missing {
		t.Errorf("a file that is missing: %+v", got.gaps)
	}
}

// A file of the same name by somebody else is not the one that was given up.
func TestGapKnowsItsFile(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w, other := onShelf(t, s, a), onShelf(t, s, a)
	if err := errors.Join(w.Begin(ctx, open("one")), other.Begin(ctx, open("two"))); err != nil {
		t.Fatal(err)
	}
	first := s.media[0]
	first.set(func() { first.syncErr = errBroken })
	if w.Begin(ctx, open("fails")) == nil || w.Close() != nil {
		t.Fatal("the file did not fail as it should")
	}
	first.data = s.media[1].data
	s.media[1].discarded = true
	if got := read(s.store(t, all), a); len(got.faults) != 1 || !errors.Is(got.faults[0], ErrTampered) {
		t.Errorf("%v", got.faults)
	}
}

func TestFailuresInARow(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w := onShelf(t, s, a)
	for i := range 5 {
		if err := w.Begin(ctx, open(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		m := s.last()
		m.set(func() { m.limit = len(m.data) + 7 })
		if err := w.Finish(ctx, closing("x")); !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		if err := w.Finish(ctx, closing(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := read(s.store(t, all), a)
	if len(got.faults) > 0 || len(got.gaps) != 5 {
		t.Errorf("faults %v, %d gaps", got.faults, len(got.gaps))
	}
	for i := range 5 {
		if x := got.exchanges[fmt.Sprint(i)]; x == nil || x.Open == nil || x.Close == nil {
			t.Errorf("exchange %d: %+v", i, x)
		}
	}
}

// Sixty-four callers, and media that fail again and again: what survives a
// power cut at the end has every opening that Begin acknowledged, and the gaps
// count every call that failed.
func TestNoAcknowledgedOpeningIsLostWhenFilesFail(t *testing.T) {
	for _, test := range spoils {
		t.Run(test.name, func(t *testing.T) { failAgainAndAgain(t, test.spoil) })
	}
}

func failAgainAndAgain(t *testing.T, spoil func(m *medium)) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w := onShelf(t, s, a)
	n := 0
	s.set(func(m *medium) error { // every third file cannot be made at all
		if n++; n%3 == 0 {
			return errBroken
		}
		return nil
	})
	var mu sync.Mutex
	acked, failed := map[string]bool{}, Losses{}
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			for j := range 8 {
				if i == 0 {
					m := s.last()
					m.set(func() { spoil(m) })
				}
				id := fmt.Sprintf("%d-%d", i, j)
				begun := w.Begin(ctx, open(id))
				var ended error
				if begun == nil {
					ended = w.Finish(ctx, closing(id))
				}
				mu.Lock()
				acked[id] = begun == nil
				if begun != nil {
					failed.Openings++
				}
				if ended != nil {
					failed.Closings++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	s.set(nil)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if failed.Openings == 0 {
		t.Fatal("no call failed")
	}
	got := read(s.store(t, (*medium).survives), a)
	if len(got.faults) > 0 {
		t.Errorf("%v", got.faults)
	}
	told := Losses{}
	for _, g := range got.gaps {
		told.Openings += g.Openings
		told.Closings += g.Closings
	}
	if told != failed {
		t.Errorf("the log tells of %+v, callers saw %+v", told, failed)
	}
	for id, ok := range acked {
		if x := got.exchanges[id]; ok && (x == nil || x.Open == nil || x.Unsure) {
			t.Errorf("%s was acknowledged and is not there", id)
		}
	}
}

// Callers whose file failed before they came to wait for it, while others go on
// in the next one: theirs is not there, however much is.
func TestNextFileSaysNothingOfRecordsInTheLast(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w := onShelf(t, s, a)
	var at [2]place
	for i := range at {
		var err error
		if at[i], err = w.append(ctx, eventOpen, OpenClear{Exchange: fmt.Sprint("lost", i)}, OpenSecret{}); err != nil {
			t.Fatal(err)
		}
	}
	m := s.last()
	m.set(func() { m.syncErr = errBroken })
	for i := range at {
		if err := w.await(ctx, at[i]); !errors.Is(err, errBroken) {
			t.Errorf("caller %d: %v", i, err)
		}
		for j := range 4 {
			if err := w.Begin(ctx, open(fmt.Sprint(i, "-", j))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := read(s.store(t, (*medium).survives), a)
	if len(got.faults) > 0 || len(got.exchanges) != 8 || len(got.gaps) != 2 {
		t.Fatalf("%d exchanges, gaps %+v, %v", len(got.exchanges), got.gaps, got.faults)
	}
	for i, g := range got.gaps {
		if g.Openings != 1 || g.File != s.names[0] {
			t.Errorf("gap %d: %+v", i, g)
		}
	}
}

// A gap frame that was on its way when its file failed may be lost, and its
// counts with it: they are told again, and read once.
func TestLossesAreToldUntilTheyAreOnTheMedium(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w := onShelf(t, s, a)
	var at [2]place
	for i := range at {
		var err error
		if at[i], err = w.append(ctx, eventOpen, OpenClear{Exchange: fmt.Sprint("lost", i)}, OpenSecret{}); err != nil {
			t.Fatal(err)
		}
	}
	fails := func() {
		m := s.last()
		m.set(func() { m.syncErr = errBroken })
	}
	fails()
	if w.await(ctx, at[0]) == nil || w.Begin(ctx, open("between")) != nil || w.await(ctx, at[1]) == nil {
		t.Fatal("the file did not fail as it should")
	}
	fails()
	if w.Begin(ctx, open("tells")) == nil || w.Begin(ctx, open("after")) != nil || w.Close() != nil {
		t.Fatal("the second file did not fail as it should")
	}
	for name, content := range map[string]func(*medium) []byte{"a power cut": (*medium).survives, "no power cut": all} {
		got := read(s.store(t, content), a)
		told := Losses{}
		for _, g := range got.gaps {
			told = told.plus(g.Losses)
		}
		if len(got.faults) > 0 || told != (Losses{Openings: 3}) {
			t.Errorf("%s: the log tells of %+v, %v", name, told, got.faults)
		}
	}
}

func TestOneAttemptAtATime(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w := onShelf(t, s, a)
	first := s.last()
	first.set(func() { first.writeErr = errBroken })
	if w.Begin(ctx, open("fails")) == nil {
		t.Fatal("a broken file took a record")
	}
	gate := make(chan struct{})
	calls := 0
	s.set(func(m *medium) error { calls++; m.gate = gate; return nil })
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range 32 {
		group.Go(func() {
			<-start
			if err := w.Begin(ctx, open(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	waitFor(w, func() bool { return w.attempt != nil })
	ended, cancel := context.WithCancel(ctx)
	cancel()
	w.mu.Lock()
	_, err := w.usable(ended)
	w.mu.Unlock()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("who need not wait: %v", err)
	}
	close(gate)
	group.Wait()
	if calls != 1 {
		t.Errorf("%d attempts", calls)
	}
}

func TestFailedRotationIsTriedAgain(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w, err := create(Options{Auditors: []*keys.AuditorPublic{a.Public()}, MaxBytes: 2 << 10}, s.create)
	if err != nil {
		t.Fatal(err)
	}
	s.set(func(*medium) error { return syscall.ENOSPC })
	acked := 0
	for ; err == nil; acked++ {
		err = w.Begin(ctx, open(fmt.Sprint(acked)))
	}
	if acked--; !errors.Is(err, syscall.ENOSPC) || acked < 2 {
		t.Fatalf("after %d: %v", acked, err)
	}
	if err := w.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("close: %v", err)
	}
	if got := read(s.store(t, (*medium).survives), a); len(got.exchanges) != acked || len(got.faults) > 0 {
		t.Errorf("%d of %d, %v", len(got.exchanges), acked, got.faults)
	}
	s.set(nil)
	if w, err = create(Options{Auditors: w.options.Auditors, MaxBytes: 2 << 10}, s.create); err != nil {
		t.Fatal(err)
	}
	s.set(func(*medium) error { return syscall.ENOSPC })
	for i := 0; err == nil; i++ {
		err = w.Begin(ctx, open(fmt.Sprint("b", i)))
	}
	s.set(nil)
	if err := errors.Join(w.Begin(ctx, open("after")), w.Close()); err != nil {
		t.Error(err)
	}
	got := read(s.store(t, all), a)
	if len(got.faults) > 0 || len(got.gaps) != 1 || got.gaps[0].Unsure != 0 || got.gaps[0].Openings != 1 || got.gaps[0].Reason != "full" {
		t.Errorf("%v, %+v", got.faults, got.gaps)
	}
}
