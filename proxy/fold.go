package proxy

import (
	"net"
	"sync"
	"time"

	"coatcheck/proxy/door"
	"coatcheck/proxy/reason"
)

const (
	foldFor  = time.Minute // how long equal refusals are counted together
	maxFolds = 100         // how many kinds are told apart at a time
)

// refusals that are equal in this are one for the log.
type refusalKind struct {
	way       door.Way
	principal door.Principal
	from      string // the client's address without its port
	host      string // empty for who has not said who it is: it could name any
	why       reason.Reason
}

// fold is refusals of one kind, found in the log by one id.
type fold struct {
	id     string
	origin door.Origin // of the first
	why    reason.Reason
	count  int64
}

// folds keeps whoever can reach the port from filling the disk. The first
// refusal of a kind is written at once; those that follow within foldFor are
// written as their number. None is lost: close writes what is still counted.
type folds struct {
	write func(fold)

	mu     sync.Mutex
	open   map[refusalKind]*fold
	timers map[refusalKind]*time.Timer
	closed bool
	ends   sync.WaitGroup
}

func newFolds(write func(fold)) *folds {
	return &folds{write: write, open: map[refusalKind]*fold{}, timers: map[refusalKind]*time.Timer{}}
}

// add returns the id under which a refusal is found.
func (f *folds) add(o door.Origin, why reason.Reason) string {
	first, id := f.counted(o, why)
	if first {
		f.write(fold{id: id, origin: o, why: why, count: 1})
	}
	return id
}

func (f *folds) counted(o door.Origin, why reason.Reason) (first bool, id string) {
	kind := refusalKind{way: o.Way, principal: o.Principal, why: why}
	kind.from, _, _ = net.SplitHostPort(o.Client)
	if o.Principal != "" {
		kind.host = o.Host
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open[kind] == nil && len(f.open) >= maxFolds {
		kind = refusalKind{why: why}
	}
	if running := f.open[kind]; running != nil {
		running.count++
		return false, running.id
	}
	id = newID()
	if !f.closed {
		f.open[kind] = &fold{id: id, origin: o, why: why}
		f.ends.Add(1)
		f.timers[kind] = time.AfterFunc(foldFor, func() { f.end(kind) })
	}
	return true, id
}

// end writes how many followed the first.
func (f *folds) end(kind refusalKind) {
	defer f.ends.Done()
	f.mu.Lock()
	rest := *f.open[kind]
	delete(f.open, kind)
	delete(f.timers, kind)
	f.mu.Unlock()
	if rest.count > 0 {
		f.write(rest)
	}
}

// close ends all folds; what is refused from then on is written one by one.
func (f *folds) close() {
	f.mu.Lock()
	f.closed = true
	var early []refusalKind
	for kind, timer := range f.timers {
		if timer.Stop() { // else it is ending by itself
			early = append(early, kind)
		}
		delete(f.timers, kind)
	}
	f.mu.Unlock()
	for _, kind := range early {
		f.end(kind)
	}
	f.ends.Wait()
}
