package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"coatcheck/redact/detect"
	"coatcheck/rules"
)

// Cost is what one rule adds to a scan. All but the time is the same on every
// machine.
type Cost struct {
	Rule string
	Pos  rules.Pos
	// NsPerKB is the time for 1,024 bytes of the sample beyond what a scan for
	// one rare word takes; noise makes it negative at times.
	NsPerKB float64
	// StopsPerKB counts where the search stops for the rule's patterns, and
	// ReadsPerKB the characters that it then reads again.
	StopsPerKB, ReadsPerKB float64
	// MatchesPerKB counts what its patterns match, before any evidence is asked for.
	MatchesPerKB float64
}

// Bench measures each rule by itself on a sample of 64 KiB of prose, program
// text, JSON and log lines; the slowest comes first. A rule that the engine
// refuses is an error.
func Bench(ctx context.Context, list []rules.Rule) ([]Cost, error) {
	base, err := rareTime(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Cost, 0, len(list))
	for i := range list {
		r := &list[i]
		c, err := count(ctx, r)
		if err == nil {
			c.NsPerKB, err = took(ctx, r)
			c.NsPerKB -= base
		}
		if err != nil {
			return nil, fmt.Errorf("%s: rule %q: %w", r.Pos, r.ID, err)
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Cost) int { return cmp.Compare(b.NsPerKB, a.NsPerKB) })
	return out, nil
}

// rare is a pattern whose search finds nothing to look at.
var rare = rules.Rule{Patterns: []rules.Pattern{{Regex: `\x01\x02\x03\x04`}}, MaxMatch: 4}

func rareTime(ctx context.Context) (float64, error) { return took(ctx, &rare) }

// rounds is how often a scan is timed; the fastest counts, for a busy machine
// only ever adds.
const rounds = 5

// patience bounds the measuring of one rule. What is slower than that counts
// as taking so long.
const patience = time.Second

// took times the search for a rule's patterns in ns per KB.
func took(ctx context.Context, r *rules.Rule) (nsPerKB float64, err error) {
	m, err := matcher(r)
	if err != nil {
		return 0, err
	}
	text := sample()
	var found []detect.Match
	best := patience
	bounded, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for range rounds {
		start := time.Now()
		if found, err = m.Find(bounded, found[:0], text); err != nil {
			break
		}
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / sampleKB, ctx.Err()
}

// count counts what the search for a rule's patterns does.
func count(ctx context.Context, r *rules.Rule) (Cost, error) {
	m, err := matcher(r)
	if err != nil {
		return Cost{}, err
	}
	w, err := m.Count(ctx, sample())
	return Cost{
		Rule: r.ID, Pos: r.Pos,
		StopsPerKB: float64(w.Stops) / sampleKB, ReadsPerKB: float64(w.Reads) / sampleKB, MatchesPerKB: float64(w.Matches) / sampleKB,
	}, err
}

func matcher(r *rules.Rule) (*detect.Matcher, error) {
	var patterns []detect.Pattern
	for _, p := range r.Patterns {
		patterns = append(patterns, detect.Pattern{Expr: p.Expr(), Capture: r.Capture, Max: r.MaxMatch})
	}
	return detect.Compile(patterns, detect.Options{})
}

// What one rule may make a search do in 1,024 bytes of ordinary text: stop at
// every third word, and read a quarter of the text again. Two hundred rules that
// all did so would still be searched in one pass, but read the text fifty times.
const (
	maxStops = 64
	maxReads = 256
)

// cost complains about a rule whose patterns hold nothing rare to look for, so
// that the search stops at every other word. It counts and does not time: a
// verdict must not depend on what else the machine does.
func cost(s *subject, r *rules.Rule) []Fault {
	c, err := count(s.ctx, r)
	if err != nil || c.StopsPerKB <= maxStops && c.ReadsPerKB <= maxReads {
		return nil
	}
	return []Fault{{
		Pos: r.Patterns[0].Pos, Level: Warn,
		Msg:  fmt.Sprintf("is slow: in each KB of ordinary text the search stops for it %.0f times and reads %.0f characters again, for %.2f matches", c.StopsPerKB, c.ReadsPerKB, c.MatchesPerKB),
		Hint: fmt.Sprintf("%d and %d are the most: give its patterns something that is rare in ordinary text, such as a fixed word, a prefix or a separator", maxStops, maxReads),
	}}
}
