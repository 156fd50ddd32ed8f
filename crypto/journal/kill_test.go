//go:build unix

package journal_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
)

const killedDir = "COATCHECK_TEST_KILLED_DIR"

// TestKilledProcess is the process that the next test kills. It prints the
// exchanges that Begin acknowledged.
func TestKilledProcess(t *testing.T) {
	dir := os.Getenv(killedDir)
	if dir == "" {
		t.Skip("run by the next test")
	}
	ring, err := keys.Open(filepath.Join(dir, "keys"), keys.Options{})
	must(t, err)
	w, err := journal.Create(filepath.Join(dir, "log"), journal.Options{Auditors: ring.Auditors()})
	must(t, err)
	var mu sync.Mutex
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := 0; ; j++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), i, j)
				if err := w.Begin(ctx, openOf(id)); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				fmt.Println("ack", id)
				mu.Unlock()
				if err := w.Finish(ctx, closeOf(id)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	_, err := keys.Init(filepath.Join(dir, "keys"), keys.Options{})
	must(t, err)
	private, err := keys.OpenAuditorPrivate(filepath.Join(dir, "keys"))
	must(t, err)
	acked := map[string]bool{}
	for range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
		child.Env = append(os.Environ(), killedDir+"="+dir)
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		lines, n := bufio.NewScanner(out), 0
		for lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "ack "); ok {
				acked[id] = true
				if n++; n == 500 {
					must(t, child.Process.Kill())
				}
			}
		}
		_ = child.Wait()
		if n < 500 {
			t.Fatalf("the process ended after %d: %s", n, lines.Text())
		}
	}
	entries, faults := readAll(filepath.Join(dir, "log"), private)
	for _, fault := range faults {
		if !errors.Is(fault, journal.ErrTorn) {
			t.Error(fault)
		}
	}
	for _, e := range entries {
		if e.Exchange.Open != nil {
			delete(acked, e.Exchange.ID)
		}
	}
	if len(acked) > 0 {
		t.Errorf("%d acknowledged exchanges are not in the log", len(acked))
	}
}
