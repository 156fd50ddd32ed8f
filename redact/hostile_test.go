package redact_test

import (
	"context"
	"encoding/base64"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// hostileTexts are made to be slow, each for another part of a scan, and about
// as long as asked for.
func hostileTexts(size int) map[string]string {
	list := map[string]string{}
	for name, piece := range hostilePieces() {
		list[name] = strings.Repeat(piece, size/len(piece))
	}
	mails := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a@b.co ", size/14)))
	list["hits in one run of base64"] = strings.TrimRight(mails, "=") + strings.Repeat("/4111111111111111/aa", size/40) + "\n"
	return list
}

// hostilePieces are what such texts repeat.
func hostilePieces() map[string]string {
	const card = "4111111111111111"
	return map[string]string{
		"two tables in one":            "7;8," + card + "\n",
		"INSERTs without columns":      "VALUES," + card + "\n",
		"keys that say nothing":        `{"value":219099999,"value":`,
		"numbers broken by lines":      "123456\n",
		"long lines that end in digit": strings.Repeat("1", 100) + strings.Repeat("x", 99) + "1\n",
		"list items full of cards":     "- " + strings.Repeat(card+" ", 115) + "\n",
		"addresses":                    "a@b.co ",
		"secrets":                      registered + " ",
		"escapes":                      "%34%31%31%31",
		"digits one by one":            "4 1 1 1 2 3 4 5 6 ",
		"digits and separators":        "12-34 567-89.",
		"letters and digits":           "AB12CD34 ",
		"words that speak":             "tax id passport nip iban ",
		"bytes in hexadecimal":         "0a:1B:",
		"parts of addresses":           "a.b@c.d,",
	}
}

// hardened is an engine of the built-in rules and a registered secret.
func hardened(t *testing.T) *redact.Engine {
	t.Helper()
	_, set := builtinEngine(t)
	e, err := redact.New(set, redact.Options{Timeout: 10 * time.Second, Cache: -1, Secrets: []redact.Secret{{Name: "DB", Value: plain.New(registered)}}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// impatient is a context that ends when it has been looked at a number of times.
type impatient struct {
	context.Context
	left, after atomic.Int64
}

func (c *impatient) Err() error {
	if c.left.Add(-1) >= 0 {
		return nil
	}
	c.after.Add(1)
	return context.DeadlineExceeded
}

// TestCostGrowsWithTheText: twice the text takes twice the steps, whatever it
// is made of: what is hostile, pairs of signs, or what the rules are made to
// find. Steps are counted, not timed: the readings of a text, and 64 matches or
// places where findings begin or end at a time.
func TestCostGrowsWithTheText(t *testing.T) {
	if raceDetector {
		t.Skip("the steps are the same, and ten times as slow")
	}
	e := hardened(t)
	for name, piece := range units(t) {
		steps := func(size int) int64 { return measure(t, e, strings.Repeat(piece, 1+size/len(piece))).steps }
		if short, long := steps(2<<10), steps(4<<10); long > 2*short+short/4+10 {
			t.Errorf("%s: %d steps for 2 KB, %d for 4 KB", name, short, long)
		}
	}
}

// units are pieces to make texts of.
func units(t *testing.T) map[string]string {
	list := hostilePieces()
	signs := []string{",", ";", "\n", " ", ":", "(", `"`, "-", "@", "."}
	for _, a := range signs {
		for _, b := range signs {
			list["numbers and "+a+b] = "12" + a + "1234567" + b
		}
	}
	_, set := builtinEngine(t)
	for i, r := range set.Rules {
		list["examples of "+r.ID] = r.Examples.Match[0].Text + signs[i%4]
	}
	return list
}

// cost is what a scan takes.
type cost struct {
	steps, bytes int64
	found        int
}

func measure(t *testing.T, e *redact.Engine, text string) cost {
	t.Helper()
	const patience = 1 << 40
	ctx := impatient{Context: t.Context()}
	ctx.left.Store(patience)
	var found []redact.Finding
	var err error
	bytes := allocates(func() { found, err = e.Scan(&ctx, []redact.Field{{Text: plain.New(text)}}) })
	if err != nil {
		t.Fatal(err)
	}
	return cost{patience - ctx.left.Load(), bytes, len(found)}
}

// allocates returns how much memory a run takes, in bytes, counting all that is
// let go of on the way.
func allocates(run func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// TestMemoryOfHostileText: a scan takes no more memory than 128 times the text
// and a kilobyte a finding, counting all that is let go of on the way. What is
// held at a time is far less; the tests of view have its bound.
func TestMemoryOfHostileText(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools forget at random")
	}
	e := hardened(t)
	for name, piece := range hostilePieces() {
		text := strings.Repeat(piece, (128<<10)/len(piece))
		if c := measure(t, e, text); c.bytes > int64(128*len(text)+c.found<<10) {
			t.Errorf("%s: %d bytes of memory for %d of text with %d findings", name, c.bytes, len(text), c.found)
		}
	}
}
