package detect

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"coatcheck/rules/builtin"
)

// odd holds patterns that lean on each construct the analysis has to widen.
var odd = []Pattern{
	{Expr: `(?i)kiss[a-z]{1,8}(?!\w)`, Max: 20},
	{Expr: `(\w{2,4})-\1(?:-\1)?`, Max: 20},
	{Expr: `(?i)([a-c]{1,3}):\1`, Max: 10},
	{Expr: `^\d{3}|\d{3}$`, Max: 3},
	{Expr: `(?m)^[A-Z]{2}\d?$`, Max: 3},
	{Expr: `\b\d{2,5}\b`, Max: 5},
	{Expr: `(?<=key[=:]\s{0,2})\S{3,9}`, Max: 9},
	{Expr: `(?:ab|cd|é[éf]{1,2}|)x{1,3}y?`, Max: 10},
	{Expr: `\p{L}{2,6}@\p{L}{1,5}`, Max: 12},
	{Expr: `[^a-z ]{3,7}?;`, Max: 8},
	{Expr: `(?>a{1,5}|ab)b{0,2}c`, Max: 9},
	{Expr: `(?:[\s\S]{0,30}?END){1,2}`, Max: 70},
	{Expr: `\x{FFFD}{1,3}\d`, Max: 4},
	{Expr: `(?<g>x)?\d(?:,\d){0,3}`, Capture: "g", Max: 9},
	{Expr: `..`, Max: 2},
	{Expr: `(?<!x(?=y))[a-z]\d`, Max: 2},
	{Expr: `[a-z](?!1(?!2))\d`, Max: 2},
	{Expr: `(?i)[ks]{2}\x{212A}?[éÉ]|[^\x{FFFD}a]\x{FFFD}|[𝟒🙂]{2}x?`, Max: 4},
}

func patterns(t testing.TB) []Pattern {
	t.Helper()
	set, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	list := slices.Clone(odd)
	for _, r := range set.Rules {
		for _, p := range r.Patterns {
			list = append(list, Pattern{Expr: p.Expr(), Capture: r.Capture, Max: r.MaxMatch})
		}
	}
	return list
}

// samples are what the generator splices: the built-in rules' own examples and
// what is hostile to windows, cuts and decoding.
func samples(t testing.TB) []string {
	t.Helper()
	list := []string{
		"K", "ſ", "٣", "１", "é", "ééf", "🙂", "\x80", "\xff\xc3", "\xe2\x82", "\x1e", "\n", "\r\n", " ", "-", ".", ":", "@", "=", "END",
		"key= abc", "kiss", "KISSſK", "ab-ab", "aa:AA", "123", "aaab", "1,2,3", "a@b", "::", "+1", "0", "XY1\n", strings.Repeat("7", 40),
		strings.Repeat("a.b-", 12), strings.Repeat("0f:", 11), strings.Repeat("12-34 ", 9),
	}
	set, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.Rules {
		for _, e := range append(r.Examples.Match, r.Examples.Skip...) {
			list = append(list, e.Text)
		}
	}
	return list
}

// splice makes a text of n pieces, some of them cut, cased or doubled.
func splice(r *rand.Rand, pieces []string, n int) string {
	var b strings.Builder
	for range n {
		p := pieces[r.IntN(len(pieces))]
		switch r.IntN(8) {
		case 0:
			p = p[r.IntN(len(p)):]
		case 1:
			p = p[:r.IntN(len(p))]
		case 2:
			p = strings.ToUpper(p)
		case 3:
			p += p
		}
		b.WriteString(p)
		if r.IntN(3) == 0 {
			b.WriteByte(" \n,;\"'/"[r.IntN(7)])
		}
	}
	return b.String()
}

// both is the matcher and what it is compared with.
type both struct {
	*Matcher
	loop
}

func compileAll(t testing.TB) both {
	t.Helper()
	list := patterns(t)
	m, err := Compile(list, Options{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return both{m, plainLoop(t, list)}
}

func sameAsLoop(t *testing.T, m both, text string) {
	t.Helper()
	got, err := m.Find(t.Context(), nil, text)
	if err != nil {
		t.Fatal(err)
	}
	got, want := sorted(got), m.find(t, m.exprs, text)
	if slices.Equal(got, want) {
		return
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("%q: match %d differs: got %v, a plain loop finds %v; pattern %d is %s", text, i,
				tail(got, i), tail(want, i), pick(got, want, i).Pattern, m.loop[pick(got, want, i).Pattern])
		}
	}
}

func tail(m []Match, i int) []Match { return m[min(i, len(m)):min(i+2, len(m))] }

func pick(got, want []Match, i int) Match {
	if i < len(want) && (i >= len(got) || want[i].Pattern <= got[i].Pattern) {
		return want[i]
	}
	return got[i]
}

// TestFindEqualsPlainLoop holds the matcher to its definition on thousands of
// spliced texts with a fixed seed.
func TestFindEqualsPlainLoop(t *testing.T) {
	m, pieces := compileAll(t), samples(t)
	r := rand.New(rand.NewPCG(1, 2))
	rounds := 1500
	if testing.Short() {
		rounds = 200
	}
	for range rounds {
		sameAsLoop(t, m, splice(r, pieces, 1+r.IntN(25)))
	}
	for range 3 { // long
		sameAsLoop(t, m, splice(r, pieces, 1500))
	}
	for _, p := range []string{"7", "a.b-", "0f:", "12-34 ", "é", "DE12", "+1 ("} {
		sameAsLoop(t, m, strings.Repeat(p, (12<<10)/len(p)))
	}
}

// TestBuiltinFactorsFit: the automaton of the built-in packs holds every factor
// whole, with room left. When this fails, rules have come that make it too
// large: its factors are cut, and the scan is slow without a word.
func TestBuiltinFactorsFit(t *testing.T) {
	m := compileAll(t)
	states := len(m.scan.ends)
	t.Logf("%d patterns, %d states, %d KB", len(m.exprs), states, states<<m.scan.shift*2>>10)
	var factors []factor
	for _, x := range m.exprs {
		factors = append(factors, x.need)
	}
	if whole, ok := construct(factors, maxStates*7/8); !ok || len(whole.ends) != states {
		t.Errorf("%d states: factors were cut, or nearly so; the limit is %d", states, maxStates)
	}
}

// TestShortFactorsFindTheSame: an automaton that had to be cut down to fit
// finds more candidates and the same matches.
func TestShortFactorsFindTheSame(t *testing.T) {
	m, pieces := compileAll(t), samples(t)
	var factors []factor
	for _, x := range m.exprs {
		factors = append(factors, x.need)
	}
	whole := len(m.scan.ends)
	for _, limit := range []int{whole / 2, whole / 10, 1} {
		if m.scan = build(factors, limit); limit > 300 && len(m.scan.ends) > limit {
			t.Errorf("%d states, the limit is %d", len(m.scan.ends), limit)
		}
		r := rand.New(rand.NewPCG(3, uint64(limit)))
		for range 100 {
			sameAsLoop(t, m, splice(r, pieces, 1+r.IntN(25)))
		}
	}
}

// FuzzFindEqualsPlainLoop does the same on what the fuzzer makes up.
func FuzzFindEqualsPlainLoop(f *testing.F) {
	m := compileAll(f)
	for _, s := range samples(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			t.Skip("long texts only make the plain loop slow")
		}
		sameAsLoop(t, m, text)
	})
}
