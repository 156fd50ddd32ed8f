package schema

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coatcheck/redact/token"
	"coatcheck/rules"
)

func TestBoundsAskForShapes(t *testing.T) {
	c := NewChooser()
	for _, tt := range []struct {
		bound Bound
		asked token.Shapes
		met   bool
	}{
		{Bound{}, 0, true},
		{Bound{Max: 200}, 0, true},
		{Bound{Max: 14}, 0, true},
		{Bound{Max: 13}, 0, false},
		{Bound{Name: "mobile", Max: 13}, set(token.Digits), true},
		{Bound{Format: "email"}, set(token.Email), true},
		{Bound{Format: "EMAIL", Max: 21}, set(token.Email), true},
		{Bound{Format: "email", Max: 20}, 0, false},
		{Bound{Format: "email", Pattern: `@example\.com$`}, 0, false},
		{Bound{Format: "uri"}, set(token.URL), true},
		{Bound{Format: "ipv4"}, set(token.IPv4), true},
		{Bound{Format: "ipv6"}, set(token.IPv6), true},
		{Bound{Format: "uuid"}, set(token.UUID), true},
		{Bound{Format: "date"}, 0, false},
		{Bound{Format: "int64"}, 0, true},
		{Bound{Pattern: `^\S+$`}, 0, true},
		{Bound{Pattern: `^[^@\s]+@[^@\s]+\.[a-z]+$`}, set(token.Email), true},
		{Bound{Pattern: `^\+[1-9]\d{1,14}$`}, set(token.Phone), true},
		{Bound{Name: "order", Pattern: `^\d{8,15}$`}, 0, false},
		{Bound{Name: "phone_number", Pattern: `^\d{8,15}$`}, set(token.Digits), true},
		{Bound{Name: "phone", Pattern: `^\d{10}$`}, 0, false},
		{Bound{Name: "tel", Pattern: `^\+?\d{8,15}$`}, set(token.Phone, token.Digits), true},
		{Bound{Pattern: `^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$`}, set(token.MAC), true},
		{Bound{Pattern: `^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`}, set(token.IBAN), true},
		{Bound{Pattern: `^DE[0-9]{20}$`}, 0, false},
		{Bound{Pattern: `^[0-9]{16}$`}, 0, false},
		{Bound{Pattern: `^(?<year>\p{Nd}{4})-\d\d$`}, 0, false},
		{Bound{Pattern: `(`}, 0, false},
		{Bound{Pattern: strings.Repeat("x?", 2000)}, 0, false},
	} {
		for range 2 { // the second time out of the cache
			asked, met := c.ask(c.trial(t.Context()), tt.bound)
			if asked != tt.asked || met != tt.met {
				t.Errorf("%+v: %v %v, want %v %v", tt.bound, asked.List(), met, tt.asked.List(), tt.met)
			}
		}
	}
}

// TestSlowPatternsLetNothingPass: a pattern of a client may run for ever.
func TestSlowPatternsLetNothingPass(t *testing.T) {
	c := NewChooser()
	asked, met := c.ask(c.trial(t.Context()), Bound{Pattern: `^(([a-z0-9@.])+.?)+[A-Z]$`})
	if asked != 0 || met {
		t.Errorf("%v %v", asked.List(), met)
	}
}

// TestOneRequestTriesFewPatterns: what a request's patterns cost is bounded,
// however many it brings and however slow they are. What is not tried lets
// nothing pass and is tried by the next request.
func TestOneRequestTriesFewPatterns(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, tt := range []struct {
		name    string
		ctx     context.Context
		pattern string
		allowed time.Duration
		tried   int
	}{
		{"the first that runs out of time is the last", t.Context(), `^(.*.*.*.*.*.*.*.*.*.*.*.*.*.*){9}x%d$`, time.Hour, 1},
		{"no more than the limit", t.Context(), `^.{%d}\S*$`, time.Hour, maxTried},
		{"none once the time is up", t.Context(), `^.{%d}\S*$`, 0, 0},
		{"none for a client that has gone", gone, `^.{%d}\S*$`, time.Hour, 0},
	} {
		var bounds []Bound
		for i := range 2 * maxTried {
			bounds = append(bounds, Bound{Pattern: fmt.Sprintf(tt.pattern, i%5+100*(i/5))})
		}
		c := NewChooser()
		c.allowed = tt.allowed
		first := c.Choose(tt.ctx, bounds, nil)
		if n := c.patterns.Len(); n != tt.tried {
			t.Errorf("%s: %d patterns tried, want %d", tt.name, n, tt.tried)
		}
		for i := tt.tried; i < len(bounds); i++ {
			if !slices.Contains(first.Unmet, i) {
				t.Errorf("%s: pattern %d was not tried and passes as met", tt.name, i)
			}
		}
	}
}

// TestNextRequestGoesOn: patterns that found no time are tried when they come
// again; those that were tried cost nothing.
func TestNextRequestGoesOn(t *testing.T) {
	var bounds []Bound
	for i := range maxTried + 1 {
		bounds = append(bounds, Bound{Pattern: fmt.Sprintf(`^\S{1,%d}$`, 100+i)})
	}
	c := NewChooser()
	if got := c.Choose(t.Context(), bounds, nil).Unmet; !slices.Equal(got, []int{maxTried}) {
		t.Errorf("at first %v", got)
	}
	if got := c.Choose(t.Context(), bounds, nil).Unmet; got != nil {
		t.Errorf("then %v", got)
	}
}

func TestRulesDecideTheShape(t *testing.T) {
	const mail, card, address, device = "jane@example.com", "4111111111111111", "192.0.2.7", "123e4567-e89b-12d3-a456-426614174000"
	asking := []Bound{{Format: "email"}, {Format: "uuid"}, {Format: "date"}}
	for _, tt := range []struct {
		bounds        []Bound
		by            map[string]rules.Shape
		entity, value string
		want          token.Shape
	}{
		{nil, nil, "EMAIL", mail, token.Brackets},
		{asking, nil, "EMAIL", mail, token.Email},
		{asking, map[string]rules.Shape{"EMAIL": rules.ShapeAuto}, "EMAIL", mail, token.Email},
		{asking, map[string]rules.Shape{"EMAIL": rules.ShapeBracket}, "EMAIL", mail, token.Brackets},
		{nil, map[string]rules.Shape{"EMAIL": rules.ShapeNative}, "EMAIL", mail, token.Email},
		{nil, map[string]rules.Shape{"IP": rules.ShapeNative}, "IP", address, token.IPv4},
		{nil, map[string]rules.Shape{"IP": rules.ShapeNative}, "EMAIL", mail, token.Brackets},
		{nil, map[string]rules.Shape{"PHONE": rules.ShapeNative}, "PHONE", "202-555-0143", token.Phone},
		{[]Bound{{Name: "tel", Pattern: `^\d+$`}}, map[string]rules.Shape{"PHONE": rules.ShapeNative}, "PHONE", "202-555-0143", token.Digits},
		{asking, nil, "DEVICE_ID", device, token.UUID},
		{asking, map[string]rules.Shape{"DEVICE_ID": rules.ShapeBracket}, "DEVICE_ID", device, token.Brackets},
		{asking, nil, "CREDIT_CARD", card, token.Brackets},
	} {
		choice := NewChooser().Choose(t.Context(), tt.bounds, tt.by)
		got := choice.Of(tt.entity, tt.value)
		if got != tt.want {
			t.Errorf("%v under %v: %v, want %v", tt.entity, tt.by, got, tt.want)
		}
		if got.Native() && !choice.Shapes().Has(got) {
			t.Errorf("%v under %v: the shield would not know %v", tt.entity, tt.by, got)
		}
	}
	if got := NewChooser().Choose(t.Context(), asking, nil).Unmet; !slices.Equal(got, []int{2}) {
		t.Errorf("unmet %v", got)
	}
}

// TestOrderOfSchemasDoesNotMatter: tokens stay as they are when tools move.
func TestOrderOfSchemasDoesNotMatter(t *testing.T) {
	bounds := []Bound{{Name: "tel", Pattern: `^\d+$`}, {Format: "phone"}, {Format: "email"}}
	c := NewChooser()
	want := c.Choose(t.Context(), bounds, nil).Shapes()
	slices.Reverse(bounds)
	if got := c.Choose(t.Context(), bounds, nil); got.Shapes() != want || got.Of("PHONE", "202-555-0143") != token.Phone {
		t.Errorf("%v, want %v", got.Shapes().List(), want.List())
	}
}

// TestNativeEntitiesAreThoseOfTheFormat: rules must not promise what tokens
// cannot do, nor the other way round.
func TestNativeEntitiesAreThoseOfTheFormat(t *testing.T) {
	var have []string
	for _, s := range token.NativeShapes() {
		if e := s.Entity(); e != "" && !slices.Contains(have, e) {
			have = append(have, e)
		}
	}
	slices.Sort(have)
	if !slices.Equal(have, rules.NativeEntities()) {
		t.Errorf("shapes for %v, the format allows %v", have, rules.NativeEntities())
	}
}

func FuzzPatterns(f *testing.F) {
	for _, p := range []string{`^\d+$`, `(`, `^\p{L}+$`, `(a+)+$`, `[[]`, `\u{1F600}`, `(?<n>x)\k<n>`} {
		f.Add(p)
	}
	c := NewChooser()
	f.Fuzz(func(t *testing.T, pattern string) {
		if asked, met := c.ask(c.trial(t.Context()), Bound{Pattern: pattern}); asked != 0 && !met {
			t.Errorf("%q: %v asked for and unmet", pattern, asked.List())
		}
	})
}
