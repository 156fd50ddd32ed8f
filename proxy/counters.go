package proxy

import (
	"maps"
	"sync"

	"coatcheck/proxy/door"
	"coatcheck/proxy/reason"
)

// maxNamed bounds how many unprotected hosts are kept by name.
const maxNamed = 1000

// Counters is a snapshot of what the line has done. Every key comes from a
// closed table, but for the names of hosts that were not protected.
type Counters struct {
	Forwarded   int            // exchanges of which something may have reached a provider, however they ended
	Values      map[string]int // distinct values replaced, by label, added up over exchanges
	Restored    int            // tokens turned back
	Guarded     int            // tokens left in place because they stood in a URL or the like
	Unknown     int            // token-shaped text that was not this exchange's
	Refused     map[string]int // nothing left: by "stage/reason"
	Failed      map[string]int // it was sent, no answer was passed on: by "stage/reason"
	Unscanned   map[string]int // by kind, parts of requests that passed though nobody could read them, as images
	Made        map[string]int // by entity, values in answers that the caller never sent
	Broken      int            // answers that ended early
	Handshakes  map[string]int // clients that did not complete TLS, by fault
	Unprotected map[string]int // connections to hosts that are not opened, by name
	Hidden      int            // connections to further such hosts, beyond those named
}

// clone returns a copy that shares no map with the original.
func (c Counters) clone() Counters {
	for _, m := range []*map[string]int{&c.Values, &c.Unscanned, &c.Refused, &c.Failed, &c.Made, &c.Handshakes, &c.Unprotected} {
		*m = maps.Clone(*m)
	}
	return c
}

type counters struct {
	mu sync.Mutex
	c  Counters
}

func (c *counters) snapshot() Counters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.c.clone()
}

func (c *counters) refuse(stage string, why reason.Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	count(&c.c.Refused, stage+"/"+string(why), 1)
}

func (c *counters) handshake(fault door.Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	count(&c.c.Handshakes, string(fault), 1)
}

func (c *counters) unprotect(host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, named := c.c.Unprotected[host]; !named && len(c.c.Unprotected) >= maxNamed {
		c.c.Hidden++
		return
	}
	count(&c.c.Unprotected, host, 1)
}

// exchange adds up one exchange.
func (c *counters) exchange(x *exchange, e ending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e.how {
	case outcomeRefused:
		count(&c.c.Refused, e.stage+"/"+string(e.why), 1)
		return
	case outcomeFailed:
		count(&c.c.Failed, e.stage+"/"+string(e.why), 1)
	case outcomeBroken:
		c.c.Broken++
	}
	if !e.left { // the client went away first
		return
	}
	c.c.Forwarded++
	for label, n := range x.sending.values {
		count(&c.c.Values, label, n)
	}
	for kind, n := range x.request.unscanned {
		count(&c.c.Unscanned, kind, n)
	}
	for entity, n := range x.answer.made {
		count(&c.c.Made, entity, n)
	}
	c.c.Restored += x.answer.restored
	c.c.Guarded += x.answer.guarded
	c.c.Unknown += x.answer.unknown
}

func count(m *map[string]int, key string, n int) {
	if *m == nil {
		*m = map[string]int{}
	}
	(*m)[key] += n
}
