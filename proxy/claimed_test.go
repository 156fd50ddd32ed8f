package proxy

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
	"coatcheck/crypto/vault"
	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/bodies"
	"coatcheck/proxy/wire/streams"
	"coatcheck/redact"
	"coatcheck/redact/hide"
	"coatcheck/redact/plain"
	"coatcheck/redact/schema"
	"coatcheck/redact/token"
	"coatcheck/rules"
)

// TestHeadersOfOneConnectionStay: also those that Connection names (RFC 9110, 7.6.1).
func TestHeadersOfOneConnectionStay(t *testing.T) {
	got := endToEnd(http.Header{"Connection": {"close, x-hop", "X-Other"}, "X-Hop": {"1"}, "X-Other": {"2"}, "X-Kept": {"3"}})
	if len(got) != 1 || got.Get("X-Kept") != "3" {
		t.Errorf("%v goes on", got)
	}
}

// writtenJournal is a journal that has room.
type writtenJournal struct{ opened int }

func (j *writtenJournal) Begin(ctx context.Context, _ journal.Open) error {
	j.opened++
	return ctx.Err()
}
func (*writtenJournal) Finish(context.Context, journal.Close) error { return nil }
func (*writtenJournal) Note(context.Context, journal.Event) error   { return nil }

// TestNothingIsSentForAClientThatHasGone: its record is written all the same.
func TestNothingIsSentForAClientThatHasGone(t *testing.T) {
	engine, err := redact.New(&rules.Set{}, redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := &writtenJournal{}
	p := &Proxy{cfg: Config{Journal: j}}
	gone, leave := context.WithCancel(t.Context())
	leave()
	x := &exchange{adapter: wire.Generic(), in: requestTo("api.example.com", httptest.NewRequest(http.MethodPost, "/m", nil)), rules: &ruleset{engine: engine}}
	if err := p.open(gone, x); !errors.Is(err, context.Canceled) || j.opened != 1 {
		t.Errorf("%v, %d openings", err, j.opened)
	}
}

// TestTheBudgetFollowsTheStream: what a stream lets go is the process's again
// while the answer goes on.
func TestTheBudgetFollowsTheStream(t *testing.T) {
	p := &Proxy{budget: budget{limit: 1 << 20}}
	_, chat := wire.RouteByPath("POST", "/v1/chat/completions")
	live := token.NewLive([]token.Token{{Label: "EMAIL", ID: "7K3QXM"}}, func(token.Token) (plain.Text, bool) { return plain.New("jane.roe@example.com"), true })
	pp := &pipe{stream: streams.New(streams.Options{
		Route: chat, MediaType: "text/event-stream", Status: 200, Out: httptest.NewRecorder(), MaxEvent: 1 << 20, MaxBody: 1 << 20,
		NewLane: func() streams.Lane { return lane{token.NewRestorer(live, token.URLGuard()), &answer{}} },
	})}
	x := &exchange{}
	var most int64
	for _, piece := range []string{"[EMAIL_", "7K3", "QXM", "] and more, and more"} { // the first wait for the last
		event := `data: {"choices":[{"index":0,"delta":{"content":"` + piece + `"}}],"obfuscation":"` + strings.Repeat("x", 10_000) + `"}` + "\n\n"
		if _, err := pp.stream.Write([]byte(event)); err != nil {
			t.Fatal(err)
		}
		if err := p.charge(x, pp); err != nil {
			t.Fatal(err)
		}
		held := pp.stream.Held()
		most = max(most, held)
		if p.budget.used.Load() != held || x.held != held {
			t.Errorf("the stream keeps %d bytes, %d are taken, the exchange has %d", held, p.budget.used.Load(), x.held)
		}
	}
	if held := pp.stream.Held(); most < 20_000 || held > most-20_000 {
		t.Errorf("the stream kept %d bytes at most and %d at the end: this test looks at nothing", most, held)
	}
}

// TestAChangedBodyIsOfTheBudget: it is held beside the one that came.
func TestAChangedBodyIsOfTheBudget(t *testing.T) {
	engine, err := redact.New(&rules.Set{}, redact.Options{})
	auditor, err2 := keys.NewAuditor()
	ring, err3 := keys.Ephemeral(auditor.Public())
	body, err4 := bodies.Parse(nil, "application/json", []byte(`{"a":"jane.roe@example.com"}`), bodies.Limits{Depth: 9})
	if err := errors.Join(err, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(body.Leaves, func(l bodies.Leaf) bool { return strings.Contains(l.Text, "@") })
	p := &Proxy{
		cfg: Config{PRF: func() PRF { return ring.Token() }, Vault: vault.NewMemory(vault.Options{})}, guard: token.URLGuard(), schemas: schema.NewChooser(),
		budget: budget{limit: body.Size() + tokenCost - 1},
	}
	x := &exchange{
		in:    requestTo("api.example.com", httptest.NewRequest(http.MethodPost, "/m", nil)),
		rules: &ruleset{engine, token.NewShield([]string{"EMAIL"})},
		request: request{
			body: body, fields: make([]redact.Field, len(body.Leaves)),
			findings: []redact.Finding{{Field: at, End: 20, Entity: "EMAIL", Label: "EMAIL", Action: rules.Tokenize}},
		},
	}
	if why, _ := reasonOf(p.tokenize(t.Context(), x)); why != reason.TooLarge || x.held != 0 {
		t.Errorf("%s, %d bytes are held", why, x.held)
	}
}

// TestHidingWins: where something to hide meets a token, it is hidden whole.
func TestHidingWins(t *testing.T) {
	tok := token.Token{Label: "EMAIL", ID: "7K3QXM"}
	live := token.NewLive([]token.Token{tok}, func(token.Token) (plain.Text, bool) { return plain.New("jane.roe@example.com"), true })
	scan := func(text string) (found []redact.Finding, _ error) {
		if i := strings.Index(text, "Roe ["); i >= 0 && len(text) >= i+18 {
			found = append(found, redact.Finding{Start: i, End: i + 18, Entity: "NAME", Label: "NAME", Action: rules.Tokenize})
		}
		return found, nil
	}
	none := hide.NewSent(func(func(string) bool) {}, func(func(string) bool) {})
	l := MaskedLane(hide.New(scan, token.NewShield(nil), none), live)
	const text = "Ask Roe [EMAIL_7K3QXM] or [EMAIL_7K3QXM] today."
	l.Push(text)
	l.Close()
	var out strings.Builder
	done := 0
	for {
		start, end, with, ok := l.Next()
		if !ok {
			break
		}
		out.WriteString(text[done:start] + with)
		done = end
	}
	if got := out.String() + text[done:]; got != "Ask [NAME] or jane.roe@example.com today." {
		t.Errorf("%q", got)
	}
}
