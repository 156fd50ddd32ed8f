package proxy

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"coatcheck/crypto/ca"
	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
	"coatcheck/crypto/vault"
	"coatcheck/proxy/door"
	"coatcheck/redact"
	"coatcheck/rules/builtin"
)

// hostile are bodies that take much more memory than they have bytes.
var hostile = map[string]struct{ path, body string }{
	"short strings":   {"/v1/x", "[" + strings.Repeat(`"a",`, 1<<15) + `"a"]`},
	"names":           {"/v1/x", "{" + strings.Repeat(`"a":1,`, 1<<15) + `"a":1}`},
	"new names":       {"/v1/x", newNames(1 << 15)},
	"escapes":         {"/v1/x", `["` + strings.Repeat(`\n`, 1<<18) + `"]`},
	"escapes in name": {"/v1/x", `{"` + strings.Repeat(`\n`, 1<<18) + `":1}`},
	"escaped form":    {"/v1/x?form", "q=" + strings.Repeat("%41", 1<<18)},
	"long paths":      {"/v1/x", strings.Repeat(`{"`+strings.Repeat("a", 40)+`":`, 16) + "[" + strings.Repeat(`"a",`, 1<<13) + `"a"]` + strings.Repeat("}", 16)},
	"JSON in strings": {"/v1/x", `["[\"[` + strings.Repeat(`\\\"a\\\",`, 1<<15) + `\\\"a\\\"]\"]"]`},
	"types":           {"/v1/messages", `{"messages":[{"content":[` + strings.Repeat(`{"type":"a","signature":"b"},`, 1<<13) + `{}]}]}`},
	"addresses":       {"/v1/x", `["` + strings.Repeat("j@example.com ", 1<<14) + `"]`},
	"short addresses": {"/v1/x", `[` + strings.Repeat(`"j@example.com",`, 1<<14) + `""]`},
	"other addresses": {"/v1/x", otherAddresses(1 << 14)},
	"no width":        {"/v1/x", `["` + strings.Repeat("\u200b", 1<<17) + `"]`},
	"plain words":     {"/v1/x", `["` + strings.Repeat("plain words ", 1<<16) + `"]`},
}

func newNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"n%d":1`, i)
	}
	return "{" + b.String()[1:] + "}"
}

func otherAddresses(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "j%d@example.com ", i)
	}
	return `["` + b.String() + `"]`
}

// heldJournal stops every exchange that is about to be sent.
type heldJournal struct {
	arrived chan bool
	release chan struct{}
}

func (h heldJournal) Begin(_ context.Context, o journal.Open) error {
	if o.Clear.Sent > 0 {
		h.arrived <- true
		<-h.release
	}
	return errors.New("not written")
}
func (heldJournal) Finish(context.Context, journal.Close) error { return nil }
func (heldJournal) Note(context.Context, journal.Event) error   { return nil }

// TestOneBudgetBoundsAllRequests: however a body is made, what a number of such
// requests hold together is within the budget, and those that find no room are
// told so. Afterwards nothing is taken.
func TestOneBudgetBoundsAllRequests(t *testing.T) {
	const (
		requests = 8
		inFlight = 64 << 20
		slack    = 16 << 20 // buffers of the process
	)
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	set, err := builtin.Load()
	engine, err2 := redact.New(set, redact.Options{Cache: -1, Timeout: time.Minute})
	auditor, err3 := keys.NewAuditor()
	ring, err4 := keys.Ephemeral(auditor.Public())
	authority, err5 := ca.Ephemeral(ca.Options{Hosts: door.Permitted(nil, nil)})
	if err := errors.Join(err, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	for name, h := range hostile {
		held := heldJournal{make(chan bool, 2*requests), make(chan struct{})}
		p, err := New(Config{
			Door: door.Config{Authority: authority}, Engine: engine, PRF: func() PRF { return ring.Token() }, Vault: vault.NewMemory(vault.Options{}),
			Journal: held, Limits: Limits{InFlight: inFlight, Scan: time.Minute},
		})
		if err != nil {
			t.Fatal(err)
		}
		stored := gzipStored(h.body)
		peak := watchHeap()
		var done sync.WaitGroup
		together := 0
		send := func(i int) {
			done.Go(func() {
				defer func() { held.arrived <- false }() // of no interest after an arrival
				p.carry(httptest.NewRecorder(), requestTo("api.anthropic.com", hostileRequest(h.path, h.body, stored, i%2 == 1)))
			})
		}
		send(0)
		for i := range requests {
			if <-held.arrived { // the first is alone at first, so it finds room
				together++
			}
			for j := 1; i == 0 && j < requests; j++ {
				send(j)
			}
		}
		most := peak()
		close(held.release)
		done.Wait()
		if together == 0 || together == requests {
			t.Errorf("%s: %d of %d requests found room: this test looks at nothing", name, together, requests)
		}
		if most > inFlight+slack {
			t.Errorf("%s: %d requests of %d KiB took %d MiB", name, requests, len(h.body)>>10, most>>20)
		}
		if left := p.budget.used.Load(); left != 0 {
			t.Errorf("%s: %d bytes stay taken", name, left)
		}
		t.Logf("%s: of %d requests of %d KiB %d at once, %d MiB", name, requests, len(h.body)>>10, together, most>>20)
	}
}

// hostileRequest is a request with a body, also as gzip that does not compress.
func hostileRequest(path, body string, stored []byte, packed bool) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if packed {
		r = httptest.NewRequest(http.MethodPost, path, bytes.NewReader(stored))
		r.Header.Set("Content-Encoding", "gzip")
	}
	r.Header.Set("Content-Type", "application/json")
	if strings.HasSuffix(path, "?form") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func gzipStored(s string) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.NoCompression)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.Bytes()
}

// watchHeap returns a function that tells how far the heap has grown at most.
func watchHeap() (most func() uint64) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	base := heap()
	var peak uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
				peak = max(peak, heap())
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return max(peak, base) - base
	}
}
