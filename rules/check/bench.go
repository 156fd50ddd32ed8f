package check

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"coatcheck/redact/detect"
	"coatcheck/rules"
)

// Cost is what one rule adds to a scan.
type Cost struct {
	Rule string
	Pos  rules.Pos
	// NsPerKB is the time for 1,024 bytes of the sample beyond what a scan for
	// one rare word takes; noise makes it negative at times.
	NsPerKB float64
	// MatchesPerKB counts what its patterns match, before any evidence is asked for.
	MatchesPerKB float64
}

// Bench measures each rule by itself on a sample of 64 KiB of prose, program
// text, JSON and log lines; the slowest comes first. A rule that the engine
// refuses is an error.
func Bench(ctx context.Context, list []rules.Rule) ([]Cost, error) {
	base, err := baseline(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Cost, 0, len(list))
	for i := range list {
		r := &list[i]
		took, n, err := measure(ctx, r)
		if err != nil {
			return nil, fmt.Errorf("%s: rule %q: %w", r.Pos, r.ID, err)
		}
		out = append(out, Cost{Rule: r.ID, Pos: r.Pos, NsPerKB: took - base, MatchesPerKB: float64(n) / (sampleSize / 1024)})
	}
	slices.SortStableFunc(out, func(a, b Cost) int { return cmp.Compare(b.NsPerKB, a.NsPerKB) })
	return out, nil
}

// rare is a pattern whose search finds nothing to look at.
var rare = rules.Rule{Patterns: []rules.Pattern{{Regex: `\x01\x02\x03\x04`}}, MaxMatch: 4}

func baseline(ctx context.Context) (float64, error) {
	took, _, err := measure(ctx, &rare)
	return took, err
}

// rounds is how often a scan is timed; the fastest counts, for a busy machine
// only ever adds.
const rounds = 5

// patience bounds the measuring of one rule. What is slower than that counts
// as taking so long.
const patience = time.Second

// measure times the search for a rule's patterns in ns per KB.
func measure(ctx context.Context, r *rules.Rule) (nsPerKB float64, matches int, err error) {
	var patterns []detect.Pattern
	for _, p := range r.Patterns {
		patterns = append(patterns, detect.Pattern{Expr: p.Expr(), Capture: r.Capture, Max: r.MaxMatch})
	}
	m, err := detect.Compile(patterns, detect.Options{})
	if err != nil {
		return 0, 0, err
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
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	return float64(best.Nanoseconds()) / (sampleSize / 1024), len(found), nil
}

// costBudget is what one rule may add to a scan, in scans for a rare word on the
// same machine.
const costBudget = 2

// cost complains about a rule whose patterns hold nothing rare to look for, so
// that the search stops at every other word.
func cost(s *subject, r *rules.Rule) []Fault {
	added, limit, matches := math.Inf(1), 0.0, 0
	for range 4 { // another look, for the machine may have been busy
		base, err := baseline(s.ctx)
		if err != nil {
			return nil
		}
		took, n, err := measure(s.ctx, r)
		if err != nil {
			return nil
		}
		added, limit, matches = min(added, took-base), max(limit, costBudget*base), n
		if added < limit {
			return nil
		}
	}
	return []Fault{{
		Pos: r.Patterns[0].Pos, Level: Warn,
		Msg:  fmt.Sprintf("is slow: it adds %.0f ns to each KB of a scan, %d matches in %d KB", added, matches, sampleSize>>10),
		Hint: fmt.Sprintf("a rule should add less than %.0f: give its patterns something that is rare in ordinary text, such as a fixed word, a prefix or a separator", limit),
	}}
}
