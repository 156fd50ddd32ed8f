package keys_test

import (
	"bytes"
	"testing"
	"time"

	"coatcheck/crypto/keys"
)

func TestTokenKeyRotatesWhenItsLifeIsOver(t *testing.T) {
	dir := made(t)
	ring, other := open(t, dir), open(t, dir)
	first := compute(t, ring)
	oldFile := contents(t, dir)["token.json"]

	if rotated, err := ring.Rotate(start.Add(keys.TokenLife - time.Second)); rotated || err != nil {
		t.Fatalf("a second before its end: rotated %v, %v", rotated, err)
	}
	if !bytes.Equal(compute(t, ring), first) {
		t.Error("the key changed before its end")
	}

	end := start.Add(keys.TokenLife)
	if rotated, err := ring.Rotate(end); !rotated || err != nil {
		t.Fatalf("at its end: rotated %v, %v", rotated, err)
	}
	second := compute(t, ring)
	if bytes.Equal(second, first) {
		t.Error("the key is the same after rotation")
	}
	if contents(t, dir)["token.json"] == oldFile {
		t.Error("the old key is still on disk")
	}

	// The other process must take over the new key, not make a third one.
	if rotated, err := other.Rotate(end.Add(time.Minute)); !rotated || err != nil {
		t.Fatalf("the other process: rotated %v, %v", rotated, err)
	}
	if !bytes.Equal(compute(t, other), second) {
		t.Error("two processes of one folder name tokens differently")
	}
	if !bytes.Equal(compute(t, open(t, dir)), second) {
		t.Error("the new key is not what the folder holds")
	}
	if rotated, err := ring.Rotate(end.Add(time.Hour)); rotated || err != nil {
		t.Errorf("an hour later: rotated %v, %v", rotated, err)
	}
}

// TestKeyOfAWrongClockRotates: a key from the far future would never be old.
func TestKeyOfAWrongClockRotates(t *testing.T) {
	ring := open(t, made(t))
	if rotated, err := ring.Rotate(start.Add(-30 * time.Minute)); rotated || err != nil {
		t.Errorf("a clock that is a little behind: rotated %v, %v", rotated, err)
	}
	now := start.Add(-48 * time.Hour)
	if rotated, err := ring.Rotate(now); !rotated || err != nil {
		t.Errorf("two days behind: rotated %v, %v", rotated, err)
	}
	if rotated, err := ring.Rotate(now.Add(time.Hour)); rotated || err != nil {
		t.Errorf("and again: rotated %v, %v", rotated, err)
	}
}

func TestRotationThatCannotBeWrittenKeepsTheOldKey(t *testing.T) {
	dir := made(t)
	ring := open(t, dir)
	before := compute(t, ring)
	private(t, dir+"/token.json", "{}")
	if rotated, err := ring.Rotate(start.Add(keys.TokenLife)); rotated || err == nil {
		t.Errorf("rotated %v, %v", rotated, err)
	}
	if !bytes.Equal(compute(t, ring), before) {
		t.Error("the key changed though the folder did not")
	}
}

func TestEphemeralRingsShareNothingAndRotate(t *testing.T) {
	auditor, err := keys.NewAuditor()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Ephemeral(auditor.Public())
	if err != nil {
		t.Fatal(err)
	}
	other, err := keys.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	first := compute(t, ring)
	if bytes.Equal(first, compute(t, other)) {
		t.Error("two rings name tokens alike")
	}
	sealed, err := ring.CA().Wrap([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.CA().Unwrap(sealed, nil); err == nil {
		t.Error("another ring opened it")
	}
	if rotated, err := ring.Rotate(time.Now().Add(keys.TokenLife)); !rotated || err != nil {
		t.Errorf("rotated %v, %v", rotated, err)
	}
	if bytes.Equal(first, compute(t, ring)) {
		t.Error("the key is the same after rotation")
	}
	if len(ring.Auditors()) != 1 || ring.Auditors()[0].ID() != auditor.Public().ID() {
		t.Error("the ring does not hold the auditor that it was given")
	}
}
