package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"coatcheck/proxy"
)

// summary is what was protected and what was not, in one line. Hosts that were
// not protected are named where named is set; else they are counted.
func summary(c proxy.Counters, named bool) string {
	total, kinds := tally(c.Values)
	refusals, why := tally(c.Refused)
	line := fmt.Sprintf("%s, %s kept from the provider%s, %d refused%s",
		plural(c.Forwarded, "exchange"), plural(total, "value"), bracket(kinds), refusals, bracket(why))
	if n, failed := tally(c.Failed); n > 0 {
		line += fmt.Sprintf(", %d sent without an answer%s", n, bracket(failed))
	}
	if c.Broken > 0 {
		line += fmt.Sprintf(", %d broken off", c.Broken)
	}
	if n, kinds := tally(c.Unscanned); n > 0 {
		line += fmt.Sprintf("; %s not scanned%s", plural(n, "part"), bracket(kinds))
	}
	line += "; " + unprotected(c, named)
	if n, kinds := tally(c.Made); n > 0 {
		line += fmt.Sprintf("; the model wrote %s that nobody sent%s", plural(n, "private value"), bracket(kinds))
	}
	switch n := c.Guarded; {
	case n == 1:
		line += "; 1 token of an answer stayed in a link or a tag"
	case n > 1:
		line += fmt.Sprintf("; %d tokens of answers stayed in links or tags", n)
	}
	if n := c.Handshakes["untrusted"]; n > 0 {
		line += fmt.Sprintf("; %s did not trust the certificate", plural(n, "connection"))
	}
	return line
}

func unprotected(c proxy.Counters, named bool) string {
	n, hosts := tally(c.Unprotected)
	switch {
	case n == 0:
		return "every connection was protected"
	case !named:
		return fmt.Sprintf("%s not protected (the hosts are in the sealed log: coatcheck logs show)", plural(n+c.Hidden, "connection"))
	case c.Hidden > 0:
		hosts = append(hosts, fmt.Sprintf("%d more", c.Hidden))
	}
	return "not protected: " + strings.Join(hosts, ", ")
}

// summaries tell a person what a long-lived process has done since its start.
type summaries struct {
	of    func() proxy.Counters
	named bool // name hosts that were not protected
	to    io.Writer

	mu   sync.Mutex
	last string
}

// keep prints a summary whenever one is due and something has happened since
// the last, until ctx ends.
func (s *summaries) keep(ctx context.Context, due <-chan time.Time) {
	s.mu.Lock()
	s.last = summary(s.of(), s.named)
	s.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return
		case <-due:
			s.print(false)
		}
	}
}

// print says what has happened so far; at the end also if that is nothing new.
func (s *summaries) print(end bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if line := summary(s.of(), s.named); end || line != s.last {
		say(s.to, "since the start: %s", line)
		s.last = line
	}
}

func tally(m map[string]int) (total int, items []string) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		total += m[name]
		items = append(items, fmt.Sprintf("%s %d", name, m[name]))
	}
	return total, items
}

func bracket(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return " (" + strings.Join(items, ", ") + ")"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
