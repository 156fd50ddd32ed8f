package main

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"
	"time"
)

func TestExplainSaysWhatToDo(t *testing.T) {
	at := func(path string, err error) error { return &fs.PathError{Op: "open", Path: path, Err: err} }
	other := errors.New("other")
	for _, c := range []struct {
		err  error
		want string
	}{
		{at("/state/keys/.lock", syscall.EROFS), "/state cannot be written: read-only file system; mount it writable"},
		{at("/state", syscall.ENOSPC), "/state cannot be written: no space left on device; make room, or give it a larger volume"},
		{at("/state/log", syscall.EDQUOT), "/state cannot be written: disk quota exceeded; make room, or give it a larger volume"},
		{errors.Join(other, at("/state/log", syscall.EROFS)), "/state cannot be written: read-only file system; mount it writable"},
		{at("/stateful/x", syscall.EROFS), "open /stateful/x: read-only file system"}, // another folder's fault
		{at("x", syscall.EROFS), "open x: read-only file system"},                     // in no folder of ours
		{at("/state/x", syscall.EIO), "open /state/x: input/output error"},
		{other, "other"},
	} {
		if got := explain(c.err, "", "/state").Error(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if explain(nil, "/state") != nil {
		t.Error("nil is no fault")
	}
}

func TestClockThatWasNeverSetIsRefused(t *testing.T) {
	for _, c := range []struct {
		now  string
		fine bool
	}{
		{"1970-01-01", false},
		{"2026-10-31", false},
		{"2026-11-24", true},
		{"2046-10-31", true},
		{"2106-02-07", false}, // where 32 bits end
	} {
		now, err := time.Parse(time.DateOnly, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkClock(now); (err == nil) != c.fine {
			t.Errorf("%s: %v", c.now, err)
		}
	}
}
