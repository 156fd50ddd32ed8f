package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"coatcheck/crypto/keys"
)

// What is read of a file while it is written ends behind a whole frame.
func TestFileIsReadWhileItIsWritten(t *testing.T) {
	dir, a, ctx := filepath.Join(t.TempDir(), "log"), newPair(t), context.Background()
	w, err := Create(dir, Options{Auditors: []*keys.AuditorPublic{a.Public()}})
	if err != nil {
		t.Fatal(err)
	}
	const records = 200
	acked := make(chan int, records)
	go func() {
		defer close(acked)
		for i := range records {
			if err := w.Begin(ctx, open(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
			acked <- i
		}
	}()
	for i := range acked {
		got := read(dir, a)
		if len(got.faults) > 0 || got.exchanges[fmt.Sprint(i)] == nil {
			t.Fatalf("after %d: %d exchanges, %v", i, len(got.exchanges), got.faults)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// A power cut takes blocks of what no fsync has covered. What was acknowledged
// is read, and a hole before whole frames is torn, in a file that has room
// behind it: one that was closed has none.
func TestPowerCutIsNoTampering(t *testing.T) {
	s, a, ctx := &shelf{}, newPair(t), context.Background()
	w, m := onShelf(t, s, a), s.last()
	for i := range 5 {
		if err := w.Begin(ctx, open(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		c := closing(fmt.Sprint(i % 5))
		c.Secret.Answer = Cut(make([]byte, 300*i))
		if err := w.Finish(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	whole, room := bytes.Clone(m.data), make([]byte, 8<<10)
	first := (m.synced + block - 1) / block
	random := rand.New(rand.NewPCG(1, 2))
	holes := 0
	for range 100 {
		m.data = bytes.Clone(whole)
		for b := first; b*block < len(m.data); b++ {
			if random.IntN(8) == 0 {
				clear(m.data[b*block : min((b+1)*block, len(m.data))])
			}
		}
		closed := read(s.store(t, all), a)
		m.data = append(m.data, room...)
		cut := read(s.store(t, all), a)
		if len(cut.exchanges) != 5 || len(cut.faults) > 1 || len(cut.faults) == 1 && !errors.Is(cut.faults[0], ErrTorn) {
			t.Fatalf("%d exchanges, %v", len(cut.exchanges), cut.faults)
		}
		if len(closed.faults) == 1 && errors.Is(closed.faults[0], ErrTampered) {
			holes++
		}
	}
	if holes < 25 {
		t.Errorf("%d holes before whole frames: the test shows little", holes)
	}
	// Somebody else's hole lies before more than can have been on its way.
	m.data = bytes.Clone(whole)
	clear(m.data[first*block : (first+1)*block])
	m.data = append(append(m.data, bytes.Repeat([]byte{1}, maxFlight)...), room...)
	if got := read(s.store(t, all), a); len(got.faults) != 1 || !errors.Is(got.faults[0], ErrTampered) {
		t.Errorf("a hole far from the end: %v", got.faults)
	}
}
