package proxy_test

import (
	"context"
	"sync/atomic"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// orderedJournal notes how many requests had arrived when an entry was opened.
type orderedJournal struct {
	proxy.Journal
	provider     *standin.Server
	begun, early atomic.Int64
}

func (o *orderedJournal) Begin(ctx context.Context, e journal.Open) error {
	o.begun.Add(1)
	o.early.Add(int64(len(o.provider.Requests())))
	return o.Journal.Begin(ctx, e)
}

func TestEntryIsOpenedBeforeDial(t *testing.T) {
	o := &orderedJournal{}
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
		o.Journal = c.Journal
		c.Journal = o
	}})
	o.provider = r.Provider
	resp, _ := r.Post(r.Client(false), chatURL, hello)
	if resp.StatusCode != 200 || o.begun.Load() != 1 || o.early.Load() != 0 {
		t.Errorf("status %d, %d entries begun, %d requests before them", resp.StatusCode, o.begun.Load(), o.early.Load())
	}
}
