package redact_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
)

// engine compiles a rule file that consists of the given rules.
func engine(t testing.TB, body string, o redact.Options) *redact.Engine {
	t.Helper()
	src := "apiVersion: coatcheck/rules/v1\npack: {id: test}\nrules:\n" + body
	set, err := rules.Load(fstest.MapFS{"test.yaml": {Data: []byte(src)}}, "test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := redact.New(set, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// marks writes the findings of one text as rule=value, for comparison.
func marks(text string, found []redact.Finding) string {
	var out []string
	for _, f := range found {
		out = append(out, f.Rule+"="+text[f.Start:f.End])
	}
	return strings.Join(out, " | ")
}

// TestScanFinds holds what the base packs promise, one behaviour a line.
func TestScanFinds(t *testing.T) {
	e, _ := builtinEngine(t)
	for _, c := range []struct{ name, key, text, want string }{
		{"several in one text", "", "jane@example.com, 4111 1111 1111 1111", "email=jane@example.com | card=4111 1111 1111 1111"},
		{"beside bytes that are not UTF-8", "", "\xff\xc3jane@example.com\x80", "email=jane@example.com"},
		{"between other scripts", "", "почта:jane@example.com。", "email=jane@example.com"},
		{"the user of a URL is no mailbox", "", "ftp://jane:tr0ub4dor@example.com/", "key.url=ftp://jane:tr0ub4dor@example.com"},
		{"a key's words are context", "customerSSN", "219099999", "us.ssn.context=219099999"},
		{"and without them digits are digits", "count", "219099999", ""},
		{"a column's name is context", "", "name,ssn,city\nx,219099999,y\nz,219099998,w", "us.ssn.context=219099999 | us.ssn.context=219099998"},
		{"an array's name is its elements'", "", `{"ssn":["219099999","219099998"]}`, "us.ssn.context=219099999 | us.ssn.context=219099998"},
		{"what a name denies no neighbour says", "", `{"phone":"","order":"2025550182"}`, ""},
		{"words before a name are about something else", "", `order shipped; phone: 2025550182`, "phone=2025550182"},
		{"full-width", "", "ｃａｒｄ ４１１１ １１１１ １１１１ １１１１。", "card=４１１１ １１１１ １１１１ １１１１"},
		{"escaped in a string", "", `"mail\njane\u0040example.com\n"`, `email=jane\u0040example.com`},
		{"another number ends the context", "", `"phone":"+12025550182","order_id":"6130673385"`, "phone=+12025550182"},
		{"a failed check digit is no card", "", "4111 1111 1111 1112", ""},
		{"digits of a fraction are no card", "", "0.4111111111111111", ""},
		{"reserved numbers are real", "", "call 202-555-0143 or 987-65-4320", "phone=202-555-0143 | us.ssn=987-65-4320"},
		{"a model name is no number", "", "claude-3-5-sonnet-20241022 and gpt-4o-2024-05-13", ""},
		{"a UUID is no number", "", "5f1d0c3e-8b7a-4c55-9a0e-6d2f4b1e7c90", ""},
		{"a card inside a UUID's last group is one word with it", "", "00000000-0000-4000-8000-411111111111", ""},
		{"the last word of a label is no part of a number", "", "Tax ID 43-9852890, MEMBER ID 123456789", "tax.named=43-9852890 | medical.named=123456789"},
		{"longest IBAN of its country alone", "", "DE89370400440532013000 9", "iban=DE89370400440532013000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, err := e.Scan(t.Context(), []redact.Field{{Key: c.key, Text: plain.New(c.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := marks(c.text, found); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestCertainFieldsReportOnlyProof(t *testing.T) {
	e, _ := builtinEngine(t)
	const text = "jane@example.com 4111111111111111 DE89370400440532013000 ghp_AAAABBBBCCCCDDDDEEEEFFFFGGGG11112222 tel +1 202-555-0182 ip 192.0.2.1"
	want := "email=jane@example.com | card=4111111111111111 | iban=DE89370400440532013000 | key.github=ghp_AAAABBBBCCCCDDDDEEEEFFFFGGGG11112222"
	found, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New(text), Certain: true}})
	if err != nil {
		t.Fatal(err)
	}
	if got := marks(text, found); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if all := scan(t, e, text); len(all) != 6 {
		t.Errorf("the same text in an ordinary field: %q", marks(text, all))
	}
}

// TestRulesShareAPattern: a pattern that two rules spell alike is searched once
// and judged by each of them.
func TestRulesShareAPattern(t *testing.T) {
	e := engine(t, `
- {id: tax, entity: TAX_ID, patterns: [{regex: '\b\d{9}\b', confidence: 0.2}], context: {words: [tax]}}
- {id: staff, entity: ID_NUMBER, patterns: [{regex: '\b\d{9}\b', confidence: 0.3}], context: {words: [staff]}}
`, redact.Options{})
	for text, want := range map[string]string{
		"tax 123456789":       "tax=123456789",
		"staff 123456789":     "staff=123456789",
		"tax staff 123456789": "staff=123456789",
		"123456789":           "",
	} {
		if got := marks(text, scan(t, e, text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestFindingsNameTheirFields(t *testing.T) {
	e, _ := builtinEngine(t)
	fields := []redact.Field{
		{Text: plain.New("nothing here")},
		{Text: plain.New("b@example.com a@example.com")},
		{},
		{Text: plain.New("c@example.com")},
	}
	found, err := e.Scan(t.Context(), fields)
	if err != nil || len(found) != 3 {
		t.Fatalf("%d findings, error %v", len(found), err)
	}
	for i, want := range []struct{ field, start int }{{1, 0}, {1, 14}, {3, 0}} {
		f := found[i]
		if f.Field != want.field || f.Start != want.start || f.Entity != "EMAIL" || f.Label != "EMAIL" ||
			f.Action != rules.Tokenize || !f.Certain || f.Score <= 0 {
			t.Errorf("finding %d is %+v", i, f)
		}
	}
}

// slow backtracks without end before what its look-ahead forbids.
const slow = `
  - id: slow
    entity: ID_NUMBER
    on_timeout: %s
    patterns: [{regex: '(?:a|b|ab){1,60}(?![ab]|\? )'}]
`

// TestTimeoutIsAFinding: what could not be decided in time is blocked or
// hidden as its rule says, never skipped, and no error quotes the text.
func TestTimeoutIsAFinding(t *testing.T) {
	text := "see " + strings.Repeat("ab", 60) + "? yes"
	for policy, action := range map[string]rules.Action{"block": rules.Block, "tokenize": rules.Tokenize} {
		e := engine(t, strings.Replace(slow, "%s", policy, 1), redact.Options{Timeout: time.Millisecond})
		found, err := e.Scan(t.Context(), []redact.Field{{Text: plain.New(text), Certain: true}})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Action != action || text[found[0].Start:found[0].End] != strings.Repeat("ab", 60) {
			t.Errorf("%s: %+v", policy, found)
		}
	}
}

func TestDeadlineEndsTheScan(t *testing.T) {
	e, _ := builtinEngine(t)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	found, err := e.Scan(ctx, []redact.Field{{Text: plain.New("jane@example.com")}})
	if !errors.Is(err, context.DeadlineExceeded) || found != nil || strings.Contains(err.Error(), "jane") {
		t.Errorf("%d findings, error %v", len(found), err)
	}
}

// TestDeadlineIsSeenInTheMiddle: a long hostile text does not outlive its deadline.
func TestDeadlineIsSeenInTheMiddle(t *testing.T) {
	e, _ := builtinEngine(t)
	text := strings.Repeat("12-34 567-89.", 4<<20/13*4)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := e.Scan(ctx, []redact.Field{{Text: plain.New(text)}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("16 MB of digits are scanned in %v: error %v", time.Since(begin), err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the scan went on for %v", took)
	}
}

func TestNewReportsWhatItCannotCompile(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"no bound":        {"  - {id: a, entity: IP, patterns: [{regex: 'x+'}]}", `rule "a": regex: has no upper bound`},
		"too long":        {"  - {id: a, entity: IP, max_match: 4, patterns: [{regex: 'x{5}'}]}", `rule "a": regex: can match 5 characters, more than max_match (4)`},
		"empty":           {"  - {id: a, entity: IP, patterns: [{regex: 'x?'}]}", `rule "a": regex: can match the empty text`},
		"look-around":     {"  - {id: a, entity: IP, patterns: [{regex: 'x(?=.*y)'}]}", `rule "a": regex: look-around has no bound`},
		"not supported":   {"  - {id: a, entity: IP, patterns: [{regex: '\\Gx'}]}", `rule "a": regex: conditionals`},
		"edit of nothing": {"  []", ""},
	} {
		set, err := rules.Load(fstest.MapFS{"t.yaml": {Data: []byte("apiVersion: coatcheck/rules/v1\npack: {id: test}\nrules:\n" + c.body + "\n")}}, "t.yaml")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err = redact.New(set, redact.Options{})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "t.yaml:4:")):
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestOwnFileEditsTheBasePacks: the example file disables phone numbers and
// masks e-mail addresses.
func TestOwnFileEditsTheBasePacks(t *testing.T) {
	_, base := builtinEngine(t)
	own, err := rules.Load(os.DirFS("../testdata/rules"), "acme.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Merge(base, own)
	if err != nil {
		t.Fatal(err)
	}
	e, err := redact.New(set, redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const text = "jane@example.com, +1 202-555-0182, AC-104233 at desk-042, 192.0.2.1"
	found := scan(t, e, text)
	if got, want := marks(text, found), "email=jane@example.com | acme.case=104233 | acme.desk=desk-042 | ip.v4=192.0.2.1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if found[0].Action != rules.Mask || found[0].Label != "MAIL" || found[1].Action != rules.Block {
		t.Errorf("actions: %+v", found)
	}
	if e.Digest() == base.Digest || e.Digest() != set.Digest {
		t.Error("the digest does not name the merged set")
	}
}
