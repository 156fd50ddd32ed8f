package proxy

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"coatcheck/proxy/door"
	"coatcheck/proxy/reason"
)

// TestRefusalsAreFolded: equal refusals are written once at once and once a
// minute, under one id, and their numbers add up to what was refused.
func TestRefusalsAreFolded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var written []string
		f := newFolds(func(one fold) {
			mu.Lock()
			defer mu.Unlock()
			written = append(written, fmt.Sprintf("%s %s %s %d", one.origin.Client, one.origin.Host, one.why, one.count))
		})
		stranger := func(port, host string) door.Origin {
			return door.Origin{Way: door.WayConnect, Client: "192.0.2.1:" + port, Host: host}
		}
		known := func(host string) door.Origin {
			return door.Origin{Way: door.WayConnect, Client: "192.0.2.1:1", Host: host, Principal: "run"}
		}
		ids := map[string]bool{}
		for _, o := range []door.Origin{stranger("1", "a"), stranger("2", "b"), stranger("3", "a")} {
			ids[f.add(o, reason.Unauthorized)] = true
		}
		if len(ids) != 1 {
			t.Errorf("%d ids for one entry", len(ids))
		}
		f.add(known("a"), reason.ForbiddenDest)
		f.add(known("b"), reason.ForbiddenDest)
		f.add(known("a"), reason.BadTarget)
		time.Sleep(foldFor)
		synctest.Wait()
		f.add(stranger("4", "c"), reason.Unauthorized)
		f.add(stranger("5", "c"), reason.Unauthorized)
		f.close()
		f.add(stranger("6", "c"), reason.Unauthorized)
		want := []string{
			"192.0.2.1:1 a unauthorized 1", "192.0.2.1:1 a forbidden_destination 1", "192.0.2.1:1 b forbidden_destination 1",
			"192.0.2.1:1 a bad_target 1", "192.0.2.1:1 a unauthorized 2",
			"192.0.2.1:4 c unauthorized 1", "192.0.2.1:4 c unauthorized 1", "192.0.2.1:6 c unauthorized 1",
		}
		if got := strings.Join(written, "\n"); got != strings.Join(want, "\n") {
			t.Errorf("written:\n%s", got)
		}
	})
}

// TestFoldsAreFew: clients of many addresses fill neither the memory nor the
// log, and none of their refusals goes uncounted.
func TestFoldsAreFew(t *testing.T) {
	var mu sync.Mutex
	entries, total := 0, int64(0)
	f := newFolds(func(one fold) {
		mu.Lock()
		defer mu.Unlock()
		entries++
		total += one.count
	})
	var clients sync.WaitGroup
	for c := range 8 {
		clients.Go(func() {
			for i := range 1000 {
				f.add(door.Origin{Way: door.WayBase, Client: fmt.Sprintf("[2001:db8::%x:%x]:1", c, i)}, reason.ForeignPage)
			}
		})
	}
	clients.Wait()
	f.close()
	if entries > 202 || total != 8000 {
		t.Errorf("%d entries that count %d refusals, want at most 202 and 8000", entries, total)
	}
}
