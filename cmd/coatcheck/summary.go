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
	line += verdict(c, named)
	if n, kinds := tally(c.Made); n > 0 {
		line += fmt.Sprintf("; the model wrote %s that nobody sent%s", plural(n, "private value"), bracket(kinds))
	}
	switch n := c.Guarded; {
	case n == 1:
		line += "; 1 token of an answer stayed in a link or a tag"
	case n > 1:
		line += fmt.Sprintf("; %d tokens of answers stayed in links or tags", n)
	}
	if n, faults := tally(c.Handshakes); n > 0 {
		line += fmt.Sprintf("; %s did not complete TLS%s: nothing of it was sent", plural(n, "connection"), bracket(faults))
	}
	return line
}

// verdict says how far protection went, and never more than the proxy can know:
// of what did not come to it, it knows nothing.
func verdict(c proxy.Counters, named bool) string {
	switch {
	case len(c.Unprotected) > 0:
		return "; " + unprotected(c, named)
	case c.Forwarded > 0 && len(c.Handshakes) == 0:
		return "; every connection that reached coatcheck was protected"
	case c.Forwarded > 0:
		return ""
	case idle(c):
		return "; nothing came through coatcheck"
	}
	return "; nothing reached a provider"
}

func unprotected(c proxy.Counters, named bool) string {
	n, hosts := tally(c.Unprotected)
	if !named {
		return fmt.Sprintf("%s not protected (the hosts are in the sealed log: coatcheck logs show)", plural(n+c.Hidden, "connection"))
	}
	if c.Hidden > 0 {
		hosts = append(hosts, fmt.Sprintf("%d more", c.Hidden))
	}
	return "not protected: " + strings.Join(hosts, ", ")
}

// idle reports whether no connection of an app came to anything.
func idle(c proxy.Counters) bool {
	return c.Forwarded == 0 && len(c.Unprotected)+len(c.Refused)+len(c.Handshakes) == 0
}

// summaryOfApp is the summary of an app that has ended. One that spoke to a model
// must have come through; a proxy that merely serves may well have had no client.
func summaryOfApp(c proxy.Counters) string {
	line := summary(c, true)
	if idle(c) {
		line += ": if the app spoke to a model, it went around (Node before 22, Java and others do not read HTTPS_PROXY: give them a base URL)"
	}
	return line
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
