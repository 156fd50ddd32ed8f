package journal

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"coatcheck/crypto/keys"
)

// TestWriterOpensNoEarlierKeysFrames plays a thief who has all that a writer
// holds in its third epoch, and the files.
func TestWriterOpensNoEarlierKeysFrames(t *testing.T) {
	seed := bytes.Repeat([]byte{7}, seedSize)
	writer, err := newChain([]byte("header"), bytes.Clone(seed))
	if err != nil {
		t.Fatal(err)
	}
	firstChain := writer.keys.chain
	var frames [][]byte
	var heads []chain // before each frame: the chain of hashes is no secret
	for i := range 2*epoch + 10 {
		heads = append(heads, *writer)
		frame, err := writer.seal(kindData, []byte(`{}`), []byte(fmt.Sprint("secret ", i)))
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, bytes.Clone(frame))
	}
	if !bytes.Equal(firstChain, make([]byte, seedSize)) {
		t.Error("a chain key that was used is still in memory")
	}
	stolen := *writer.keys
	opens := func(i int, keys ratchet) bool {
		c := heads[i]
		keys.chain = bytes.Clone(keys.chain)
		c.keys = &keys
		_, _, secret, err := c.open(frames[i])
		return err == nil && string(secret) == fmt.Sprint("secret ", i)
	}
	later := stolen
	later.chain = bytes.Clone(stolen.chain)
	if err := later.advance(); err != nil {
		t.Fatal(err)
	}
	for i := range 2 * epoch {
		if opens(i, stolen) || opens(i, later) {
			t.Fatalf("frame %d of an earlier key was opened", i)
		}
	}
	// The frames of the current key do open: the thief has what there is.
	if !opens(2*epoch+9, stolen) {
		t.Error("the stolen state opens nothing: this test steals the wrong state")
	}
}

func TestFilesLongerThanOneKeyAreRead(t *testing.T) {
	a := newPair(t)
	m := &medium{}
	w := on(t, m, a)
	for i := range 3*epoch + 1 {
		if err := w.Begin(t.Context(), open(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(opened(t, m.data, a)); n != 3*epoch+1 {
		t.Errorf("%d of %d", n, 3*epoch+1)
	}
}

func TestSeedUnderAnotherCommitmentIsRefused(t *testing.T) {
	a := newPair(t)
	m := &medium{}
	on(t, m, a)
	h, _, err := readHeader(bytes.NewReader(m.data), int64(len(m.data)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.unwrap([]*keys.AuditorPrivate{a}); err != nil {
		t.Fatal(err)
	}
	h.Commit[0] ^= 1
	if _, err := h.unwrap([]*keys.AuditorPrivate{a}); err != ErrTampered {
		t.Errorf("got %v", err)
	}
}

func TestReservedKindsArePassedOver(t *testing.T) {
	a := newPair(t)
	m := &medium{}
	w := on(t, m, a)
	for _, k := range []kind{kindCheckpoint, kindSeal, kindTombstone} {
		if err := w.segment.append(k, []byte(`{"n":1}`), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Begin(t.Context(), open("one")); err != nil {
		t.Fatal(err)
	}
	r, err := newReader("file", bytes.NewReader(m.data), int64(len(m.data)), []*keys.AuditorPrivate{a})
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	for {
		rec, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, rec.event)
	}
	if fmt.Sprint(events) != "[config open]" {
		t.Errorf("events %v", events)
	}
}
