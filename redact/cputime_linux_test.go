package redact_test

import (
	"runtime"
	"syscall"
	"testing"
)

// rusageThread asks for the calling thread alone (getrusage(2)).
const rusageThread = 1

// timed runs a benchmark and reports its speed by the thread's own clock: the
// wall's says little on a machine that has other work.
func timed(b *testing.B, bytes int64, once func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b.SetBytes(bytes)
	var begin, end syscall.Rusage
	once() // what is made on first use
	if err := syscall.Getrusage(rusageThread, &begin); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		once()
		n++
	}
	if err := syscall.Getrusage(rusageThread, &end); err != nil {
		b.Fatal(err)
	}
	spent := end.Utime.Nano() + end.Stime.Nano() - begin.Utime.Nano() - begin.Stime.Nano()
	b.ReportMetric(float64(bytes)*float64(n)*1e3/float64(max(spent, 1)), "cpu-MB/s")
}
