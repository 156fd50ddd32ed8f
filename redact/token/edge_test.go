package token

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"coatcheck/redact/plain"
)

// TestOnlyTheTokenIsTakenAway says of every character at the edge of a token
// whether it goes with the token or belongs to the text around it. What goes is
// what the model added to the token: a mark on both sides of the bracket pair, or
// anything inside it. What stands on one side alone was in the text before.
func TestOnlyTheTokenIsTakenAway(t *testing.T) {
	l := live(values)
	for _, tt := range []struct{ why, in, want string }{
		{"one side: a path", `C:\Users\[EMAIL_7K3QXM]\x`, `C:\Users\jane@example.com\x`},
		{"one side: a path behind it", `[EMAIL_7K3QXM]\x`, `jane@example.com\x`},
		{"one side: nested JSON", `{"a":"x\\[EMAIL_7K3QXM]"}`, `{"a":"x\\jane@example.com"}`},
		{"one side: a quote in JSON", `{"a":"\"[EMAIL_7K3QXM]\""}`, `{"a":"\"jane@example.com\""}`},
		{"one side, tolerated spelling", `\[email-7k3qxm]`, `\jane@example.com`},
		{"both sides: Markdown", `\[EMAIL_7K3QXM\]`, `jane@example.com`},
		{"both sides: Markdown in JSON", `\\[EMAIL\\_7K3QXM\\]`, `jane@example.com`},
		{"both sides, one more in the text", `a\\[EMAIL_7K3QXM\]`, `a\jane@example.com`},
		{"both sides, brackets as entities", `\&#91;EMAIL_7K3QXM\&#93;`, `jane@example.com`},
		{"both sides, long run in the text", strings.Repeat(`\`, 90) + `[EMAIL_7K3QXM]`, strings.Repeat(`\`, 90) + `jane@example.com`},
		{"inside: before the closing bracket", `[EMAIL_7K3QXM\]`, `jane@example.com`},
		{"inside: the underscore", `x\EMAIL\_7K3QXM\x`, `x\jane@example.com\x`},
		{"inside: emphasis", "*[*EMAIL_7K3QXM*]*", "*jane@example.com*"},
		{"inside: zero width", "\u200b[\u200bEMAIL_7K3QXM\u200b]\u200b", "\u200bjane@example.com\u200b"},
		{"outside: emphasis, code, quotes", "*_`~\"'[EMAIL_7K3QXM]'\"~`_*", "*_`~\"'jane@example.com'\"~`_*"},
		{"outside: halves of entities", "&[EMAIL_7K3QXM];%[EMAIL_7K3QXM] %5B", "&jane@example.com;%jane@example.com %5B"},
		{"no brackets: nothing goes", "\\*\u200bEMAIL_7K3QXM\u200b*\\", "\\*\u200bjane@example.com\u200b*\\"},
		{"second pair of brackets", `[\[EMAIL_7K3QXM]]`, `[\jane@example.com]`},
		{"parenthesis behind a value", "[PERSON_1A2B3C]([EMAIL_7K3QXM])", "Jane Doe(jane@example.com)"},
		{"parenthesis of a call", "[KEY_M4N5P6](a, b)", "a\"b]\n[EMAIL_7K3QXM](a, b)"},
		{"parenthesis with a number", "[PERSON_1A2B3C](#3)", "Jane Doe(#3)"},
		{"parenthesis at the end", "[PERSON_1A2B3C](", "Jane Doe("},
		{"parenthesis and half a scheme", "[PERSON_1A2B3C](http", "Jane Doe(http"},
		{"link", "[PERSON_1A2B3C](HTTPS://example.com)", "[Jane Doe](HTTPS://example.com)"},
		{"link to a place in the page", "[PERSON_1A2B3C](#jane)", "[Jane Doe](#jane)"},
		{"link to a file", "[PERSON_1A2B3C](../people.md)", "[Jane Doe](../people.md)"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			for _, size := range []int{len(tt.in), 1, 3} {
				if got := restore(t, NewRestorer(l, nil), cut(tt.in, size)...); got != tt.want {
					t.Errorf("%q in pieces of %d\ngot  %q\nwant %q", tt.in, size, got, tt.want)
				}
			}
		})
	}
}

// edges are what an ordinary text is put together from where the characters
// count that some tolerated spelling has a use for.
var edges = []string{
	"\\", "\\", "\\\\", "*", "**", "_", "`", "```", "~", "\"", "'", "’", "&", ";", "&#", "&#9", "%", "%5", "&#91;", "&#93;", "%5B", "%5D",
	"\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "&shy;", "\u00a0", "[", "]", "［", "］", "〔", "〕", "(", ")", "<", ">", "{", "}", "|",
	"s", "'s", "S", "x", "7", "EMAIL", "EMAIL_", "email ", "PERSON:", "LITERAL_", "E", "é", "的", "\xef\xbc", "\xff", "\x00",
	" ", " ", "\n", "\r\n", "\t", ":", "-", "_", ".", ",", "@", "/", "=", "C:\\Users\\", "word", "a.b",
}

func edgeText(rnd *rand.Rand) string {
	var b strings.Builder
	for range rnd.IntN(7) {
		b.WriteString(edges[rnd.IntN(len(edges))])
	}
	return b.String()
}

// TestTextAroundTokensStays is the law of round trips for text that holds nothing
// but exact tokens: what stands around them comes back byte for byte.
func TestTextAroundTokensStays(t *testing.T) {
	l := live(values)
	var tokens []Token
	for tok := range values {
		tokens = append(tokens, tok)
	}
	for seed := range uint64(60_000) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		in, want := strings.Builder{}, strings.Builder{}
		for range 1 + rnd.IntN(3) {
			text, tok := edgeText(rnd), tokens[rnd.IntN(len(tokens))]
			in.WriteString(text + tok.String())
			want.WriteString(text + values[tok])
		}
		text := edgeText(rnd)
		in.WriteString(text)
		want.WriteString(text)
		if readsAsLink(in.String()) {
			continue
		}
		if got := restore(t, NewRestorer(l, nil), cutAt(in.String(), rnd)...); got != want.String() {
			t.Fatalf("seed %d: %q\ngot  %q\nwant %q", seed, in.String(), got, want.String())
		}
	}
}

// readsAsLink finds the one exception: a token in front of what a Markdown link
// would have there is taken for the link's text.
func readsAsLink(text string) bool { return linkStart.MatchString(text) }

var linkStart = regexp.MustCompile(`(?i)\]\((?:<|/|\./|\.\./|#[a-z]|www\.|https?:|mailto:|tel:|sms:|ftp:)`)

// shielded hides what the shield finds in text, and the given ranges as values,
// the way a request is written; it returns the text that leaves and the live set.
func shielded(t testing.TB, s *Shield, text string, private []Range) (string, *Live) {
	t.Helper()
	m := NewMinter(testScope(t, "jane", "api.example.com"))
	var out strings.Builder
	done := 0
	hide := func(label string, r Range) {
		tok, err := m.Mint(label, plain.New(text[r.Start:r.End]), Brackets)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(text[done:r.Start] + tok.String())
		done = r.End
	}
	for _, p := range append(private, Range{len(text), len(text)}) {
		base := done
		for _, r := range s.Find(text[base:p.Start]) {
			hide(Literal, Range{base + r.Start, base + r.End})
		}
		if p.Start < p.End {
			hide("USER", p)
		}
	}
	return out.String() + text[done:], m.Live()
}

func privateRanges(text string, rnd *rand.Rand) (ranges []Range) {
	for at := 0; at < len(text) && len(ranges) < 3; {
		start := at + rnd.IntN(len(text)-at)
		end := start + 1 + rnd.IntN(min(8, len(text)-start))
		ranges = append(ranges, Range{start, end})
		at = end + 1
	}
	return ranges
}

// TestEveryTextComesBack is the law of round trips for any text, with whatever
// looks like a token in it and whatever part of it is private: if the model
// answers with what it read, the client reads what it wrote.
func TestEveryTextComesBack(t *testing.T) {
	s := NewShield(testLabels)
	links := 0
	for seed := range uint64(20_000) {
		rnd := rand.New(rand.NewPCG(seed, 12))
		text := hostileText(rnd) + edgeText(rnd) + hostileText(rnd)
		sent, l := shielded(t, s, text, privateRanges(text, rnd))
		if readsAsLink(sent) {
			links++
			continue
		}
		if got := restore(t, NewRestorer(l, nil), cutAt(sent, rnd)...); got != text {
			t.Fatalf("seed %d: sent as %q\ngot  %q\nwant %q", seed, sent, got, text)
		}
	}
	if links > 2_000 {
		t.Errorf("%d texts left out", links)
	}
}

func FuzzEveryTextComesBack(f *testing.F) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 13))
		f.Add(hostileText(rnd)+edgeText(rnd), seed)
	}
	f.Add(`C:\EMAIL_7K3QXM\x`, uint64(1))
	s := NewShield(testLabels)
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		rnd := rand.New(rand.NewPCG(seed, 14))
		sent, l := shielded(t, s, text, privateRanges(text, rnd))
		if readsAsLink(sent) {
			t.Skip("may read as the text of a link")
		}
		if got := restore(t, NewRestorer(l, nil), cutAt(sent, rnd)...); got != text {
			t.Errorf("sent as %q\ngot  %q\nwant %q", sent, got, text)
		}
	})
}

func TestTokensTouchWords(t *testing.T) {
	l := live(values)
	for _, tt := range []struct{ in, want string }{
		{"Mail [PERSON_1A2B3C]Thanks", "Mail Jane DoeThanks"},
		{"x[EMAIL_7K3QXM]", "xjane@example.com"},
		{"7[EMAIL_7K3QXM] 7[CARD_A0B1C9]7", "7jane@example.com 74111 1111 1111 11117"},
		{"_[PERSON_1A2B3C]_[PERSON_9K3D2F]_", "_Jane Doe_John Roe_"},
		// Not for want of a word boundary: jane@example.comThanks is an address in
		// another domain, and readers make a link of it.
		{"Mail [EMAIL_7K3QXM]Thanks", "Mail [EMAIL_7K3QXM]Thanks"},
	} {
		if got := restore(t, NewRestorer(l, URLGuard()), tt.in); got != tt.want {
			t.Errorf("%q\ngot  %q\nwant %q", tt.in, got, tt.want)
		}
	}
}
