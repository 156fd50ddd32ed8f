package hide_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"coatcheck/redact"
	"coatcheck/redact/hide"
	"coatcheck/redact/plain"
	"coatcheck/redact/token"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

var compiled = sync.OnceValues(func() (*redact.Engine, error) {
	set, err := builtin.Load()
	if err != nil {
		return nil, err
	}
	return redact.New(set, redact.Options{})
})

func scanner(t testing.TB) hide.Scan {
	t.Helper()
	e, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	return func(text string) ([]redact.Finding, error) {
		return e.Scan(ctx, []redact.Field{{Text: plain.New(text), Origin: redact.OriginAssistant}})
	}
}

// judge is one of answers to a caller who sent this.
func judge(t testing.TB, sent ...string) *hide.Judge {
	t.Helper()
	e, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return hide.New(scanner(t), token.NewShield(e.Labels()), hide.NewSent(slices.Values(sent), slices.Values(sent)))
}

// stream pushes a text in pieces and returns what has left after each.
func stream(j *hide.Judge, pieces ...string) (left []string) {
	l := hide.NewLane(j)
	var text strings.Builder
	var out string
	at := 0
	take := func() {
		for {
			start, end, with, ok := l.Next()
			if !ok {
				break
			}
			out += text.String()[at:start] + with
			at = end
		}
		out += text.String()[at:max(at, l.Decided())]
		at = max(at, l.Decided())
		left = append(left, out)
	}
	for _, p := range pieces {
		text.WriteString(p)
		l.Push(p)
		take()
	}
	l.Close()
	take()
	return left
}

func last(left []string) string { return left[len(left)-1] }

func TestLane(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", ""},
		{"Hello world", "Hello world"},
		{"write to jane.roe@example.com now", "write to [EMAIL] now"},
		{"card 4111 1111 1111 1111, call +1 202-555-0143.", "card [CARD], call [PHONE]."},
		{"it is [EMAIL_7K3QXM], password: [KEY_7K3QXM]", "it is [EMAIL_7K3QXM], password: [KEY_7K3QXM]"},
		{`{"mail":"jane.roe@example.com"}`, `{"mail":"[EMAIL]"}`},
	} {
		if got := last(stream(judge(t), tc.text)); got != tc.want {
			t.Errorf("%q becomes %q, want %q", tc.text, got, tc.want)
		}
	}
}

// What the caller sent is the caller's.
func TestLaneLeavesTheCallersOwn(t *testing.T) {
	j := judge(t, "jane.roe@example.com")
	if got := last(stream(j, "jane.roe@example.com and john@example.com, john@example.com")); got != "jane.roe@example.com and [EMAIL], [EMAIL]" {
		t.Error(got)
	}
	if j.Made()["EMAIL"] != 1 {
		t.Errorf("counts %v, want one value", j.Made())
	}
}

func TestLaneDoesNotPrintItsText(t *testing.T) {
	l := hide.NewLane(judge(t))
	l.Push("write to jane.roe@example.com")
	if got := fmt.Sprintf("%v %+v %#v %s", l, l, l, l); strings.Contains(got, "jane") {
		t.Error(got)
	}
}

// A text that cannot be scanned stays where it is, and is hidden in the end.
func TestLaneHidesWhatItCannotScan(t *testing.T) {
	failing := func(string) ([]redact.Finding, error) { return nil, errors.New("no") }
	j := hide.New(failing, token.NewShield(nil), nil)
	left := stream(j, "one two ", "three ")
	if left[0] != "" || left[1] != "" || last(left) != "[HIDDEN]" || !j.Failed() {
		t.Errorf("%q, failed %v", left, j.Failed())
	}
}

// TestNoFragmentEscapes streams every example of the built-in rules in two
// pieces, cut at every character of its values, and, with words around it,
// character by character. What leaves holds no five characters of a value that
// is found without the words behind it.
func TestNoFragmentEscapes(t *testing.T) {
	set, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	values := 0
	for _, r := range set.Rules {
		for _, ex := range r.Examples.Match {
			values += everyCut(t, r.ID, ex.Text)
			byCharacter(t, r.ID, "So it stands there: "+ex.Text+" and that is all of it.")
		}
	}
	t.Logf("%d values", values)
	if values < len(set.Rules) {
		t.Errorf("%d values of %d rules: too few to tell", values, len(set.Rules))
	}
}

func everyCut(t *testing.T, name, text string) (values int) {
	t.Helper()
	j := judge(t)
	secret, found := fragments(t, text)
	for i := range text {
		if slices.ContainsFunc(found, func(f redact.Finding) bool { return f.Start <= i && i <= f.End }) {
			holdsNone(t, name+", cut before "+text[i:], last(stream(j, text[:i], text[i:])), secret)
		}
	}
	return len(found)
}

func byCharacter(t *testing.T, name, text string) {
	t.Helper()
	j := judge(t)
	secret, _ := fragments(t, text)
	holdsNone(t, name+", by character", last(stream(j, strings.Split(text, "")...)), secret)
}

func holdsNone(t *testing.T, name, text string, secret []string) {
	t.Helper()
	for _, s := range secret {
		if strings.Contains(text, s) {
			t.Errorf("%s: %q leaves: %q", name, s, text)
			return
		}
	}
}

// fragments lists what is to be hidden and can be told from the text before it,
// and the pieces of it, of five bytes, that stand nowhere else.
func fragments(t *testing.T, text string) (list []string, values []redact.Finding) {
	t.Helper()
	scan := scanner(t)
	found, err := scan(text)
	if err != nil {
		t.Fatal(err)
	}
	rest := text // what may be seen
	for i := len(found) - 1; i >= 0; i-- {
		rest = rest[:found[i].Start] + "\x00" + rest[found[i].End:]
	}
	for _, f := range found {
		early, err := scan(text[:f.End])
		if err != nil {
			t.Fatal(err)
		}
		if f.Action == rules.Observe || f.Action == rules.Allow ||
			!slices.ContainsFunc(early, func(e redact.Finding) bool { return e.Start <= f.Start && e.End == f.End }) {
			continue
		}
		values = append(values, f)
		for i := f.Start; i+5 <= f.End; i++ {
			if p := text[i : i+5]; utf8.ValidString(p) && !strings.Contains(rest, p) {
				list = append(list, p)
			}
		}
	}
	return list, values
}

// TestWhatIsTooLongIsDecided: no text waits for ever, and what is hidden where
// one was cut stays hidden where it goes on, under one label.
func TestWhatIsTooLongIsDecided(t *testing.T) {
	long := strings.Repeat("x", hide.MaxHeld)
	left := stream(judge(t), long+"<made.up@example.or", "g> today ")
	if want := long + "<[EMAIL]"; left[0] != want {
		t.Errorf("at the cut %d bytes have left: %q", len(left[0]), left[0][max(0, len(left[0])-20):])
	}
	if got := strings.TrimPrefix(last(left), long); got != "<[EMAIL]> today " {
		t.Errorf("at the end %q", got)
	}
}
