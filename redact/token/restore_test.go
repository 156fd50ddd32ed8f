package token

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"coatcheck/redact/plain"
)

// values are the live tokens of most tests.
var values = map[Token]string{
	{Label: "EMAIL", ID: "7K3QXM"}:  "jane@example.com",
	{Label: "PERSON", ID: "1A2B3C"}: "Jane Doe",
	{Label: "PERSON", ID: "9K3D2F"}: "John Roe",
	{Label: "CARD", ID: "A0B1C9"}:   "4111 1111 1111 1111",
	{Label: "KEY", ID: "M4N5P6"}:    "a\"b]\n[EMAIL_7K3QXM]",
}

func live(values map[Token]string) *Live {
	var tokens []Token
	for t := range values {
		tokens = append(tokens, t)
	}
	return NewLive(tokens, func(t Token) (plain.Text, bool) {
		v, ok := values[t]
		return plain.New(v), ok
	})
}

// restore pushes the pieces, closes, and returns the restored text. It fails the
// test if the edits break the Restorer's promises.
func restore(t testing.TB, r *Restorer, pieces ...string) string {
	t.Helper()
	var text, out strings.Builder
	done := 0
	take := func() {
		for {
			start, end, with, ok := r.Next()
			if !ok {
				break
			}
			if start < done || end < start || end > r.Decided() {
				t.Fatalf("edit [%d,%d) after %d with %d decided", start, end, done, r.Decided())
			}
			out.WriteString(text.String()[done:start] + with)
			done = end
		}
		if r.Decided() < done || r.Decided() > text.Len() {
			t.Fatalf("decided %d of %d, last edit ended at %d", r.Decided(), text.Len(), done)
		}
	}
	for _, p := range pieces {
		text.WriteString(p)
		r.Push(p)
		take()
		if held := text.Len() - r.Decided(); held > maxSpelling+16+maxLookAhead {
			t.Fatalf("%d bytes held of %q", held, text.String())
		}
	}
	r.Close()
	take()
	if r.Decided() != text.Len() {
		t.Fatalf("decided %d of %d after Close", r.Decided(), text.Len())
	}
	return out.String() + text.String()[done:]
}

func TestRestoreReadsEverySpelling(t *testing.T) {
	l := live(values)
	for _, tt := range []struct{ name, in, want string }{
		{"exact", "to [EMAIL_7K3QXM] now", "to jane@example.com now"},
		{"bold around", "**[EMAIL_7K3QXM]**", "**jane@example.com**"},
		{"code around", "`[EMAIL_7K3QXM]`", "`jane@example.com`"},
		{"possessive outside", "[PERSON_1A2B3C]'s", "Jane Doe's"},
		{"double brackets", "[[EMAIL_7K3QXM]]", "[jane@example.com]"},
		{"lower case", "[email_7k3qxm]", "jane@example.com"},
		{"mixed case", "[Email_7k3QXm]", "jane@example.com"},
		{"letters for digits", "[CARD_AObLC9] [card_aobic9]", "4111 1111 1111 1111 4111 1111 1111 1111"},
		{"no brackets", "to EMAIL_7K3QXM.", "to jane@example.com."},
		{"no brackets lower case", "to email_7k3qxm.", "to jane@example.com."},
		{"parentheses", "(EMAIL_7K3QXM)", "(jane@example.com)"},
		{"braces", "{EMAIL_7K3QXM}", "{jane@example.com}"},
		{"angle brackets", "<EMAIL_7K3QXM>", "<jane@example.com>"},
		{"corner brackets", "「EMAIL_7K3QXM」", "「jane@example.com」"},
		{"lenticular brackets", "【EMAIL_7K3QXM】", "【jane@example.com】"},
		{"full-width brackets", "［EMAIL_7K3QXM］", "jane@example.com"},
		{"escaped underscore", `[EMAIL\_7K3QXM]`, "jane@example.com"},
		{"escaped brackets", `\[EMAIL\_7K3QXM\]`, "jane@example.com"},
		{"hyphen", "[EMAIL-7K3QXM]", "jane@example.com"},
		{"non-breaking hyphen", "[EMAIL\u20117K3QXM]", "jane@example.com"},
		{"space", "[EMAIL 7K3QXM]", "jane@example.com"},
		{"non-breaking space", "[EMAIL\u00a07K3QXM]", "jane@example.com"},
		{"colon", "[EMAIL: 7K3QXM]", "jane@example.com"},
		{"line wrap", "[EMAIL_\n7K3QXM]", "jane@example.com"},
		{"line wrap with return", "[EMAIL_\r\n7K3QXM]", "jane@example.com"},
		{"inner bold", "[**EMAIL_7K3QXM**]", "jane@example.com"},
		{"inner code", "[`EMAIL_7K3QXM`]", "jane@example.com"},
		{"half bold", "[EMAIL_**7K3QXM**]", "jane@example.com"},
		{"entities", "&#91;EMAIL&lowbar;7K3QXM&rsqb;", "jane@example.com"},
		{"percent", "%5BEMAIL%5f7K3QXM%5D", "jane@example.com"},
		{"zero width", "[EMAIL_\u200b7K3\u2060QXM]", "jane@example.com"},
		{"plural inside", "[PERSON_1A2B3Cs]", "Jane Does"},
		{"possessive inside", "[PERSON_1A2B3C's] [PERSON_1A2B3C’s]", "Jane Doe's Jane Doe’s"},
		{"apostrophe inside", "[PERSON_1A2B3C']", "Jane Doe'"},
		{"closing bracket lost", "[EMAIL_7K3QXM and", "[jane@example.com and"},
		{"closing bracket lost at the end", "[EMAIL_7K3QXM", "[jane@example.com"},
		{"opening bracket lost", "EMAIL_7K3QXM] and", "jane@example.com] and"},
		{"merged", "[PERSON_1A2B3C and PERSON_9K3D2F]", "[Jane Doe and John Roe]"},
		{"merged with bold", "**[PERSON_1A2B3C** and", "**[Jane Doe** and"},
		{"link text", "[EMAIL_7K3QXM](https://example.com)", "[jane@example.com](https://example.com)"},
		{"link and address", "[EMAIL_7K3QXM](mailto:[EMAIL_7K3QXM])", "[jane@example.com](mailto:jane@example.com)"},
		{"dialogue", "[PERSON_1A2B3C]: hi [PERSON_9K3D2F]", "Jane Doe: hi John Roe"},
		{"neighbours", "[PERSON_1A2B3C][PERSON_9K3D2F]", "Jane DoeJohn Roe"},
		{"no spaces around", "请[PERSON_1A2B3C]和PERSON_9K3D2F谢", "请Jane Doe和John Roe谢"},
		{"brackets too far away", "[" + strings.Repeat("\\", 99) + "EMAIL_7K3QXM]", "[" + strings.Repeat("\\", 99) + "jane@example.com]"},
		{"value is not read again", "[KEY_M4N5P6]", "a\"b]\n[EMAIL_7K3QXM]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := restore(t, NewRestorer(l, URLGuard()), tt.in); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestRestoreLeavesWhatIsNoLiveToken(t *testing.T) {
	l := live(values)
	for _, in := range []string{
		"", "[", "[EMAIL", "[EMAIL_", "[EMAIL_7K3QX", "[EMAIL_7K3QX]", "[EMAIL_7K3QXMM]", "[EMAIL_7K3QXMS]",
		"[EMAIL_7K3QXN]", "[PHONE_7K3QXM]", "[7K3QXM]", "7K3QXM", "[EMAIL_K73QXM]", "[PERSON_7K3QXM]",
		"XEMAIL_7K3QXM", "EMAIL_7K3QXMX", "EMAIL_7K3QXM_", "EMAIL7K3QXM", "[EMAIL7K3QXM]",
		"email 7k3qxm", "email: 7k3qxm", "[EMAIL___7K3QXM]", "EMAIL_**7K3QXM**", "[EMAIL_**7K3QXM and",
		"[E_MAIL_7K3QXM]", "[EMAIL_7K3_QXM]", "[EMAIL_7K3\x00QXM]", "[EMAIL_7K3QX\xff]", "[EMAIL_7K3QUM]",
		"<person.7k3qxm>", "\\", "&#9", "%5", "\xef\xbc",
	} {
		if got := restore(t, NewRestorer(l, URLGuard()), in); got != in {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestRestoreHoldsBackOnlyWhatCanBecomeLive(t *testing.T) {
	l := live(values)
	for _, tt := range []struct {
		text string
		held int
	}{
		{"see [1]", 0},
		{"see [", 1},
		{"see [d", 0},
		{"see [docs](https://example.com)", 0},
		{"a[i]", 0},
		{"to [EMA", 4},
		{"to [EMAIL_7K3QX", 12},
		{"to [EMAIL_7K4", 0},
		{"to [EMAIL_7K3QXM] ", 0},
		{"to [EMAIL_7K3QXM]", 14},
		{"to [EMAIL_7K3QXM].", 15},
		{"to [EMAIL_7K3QXM],", 0},
		{"an emai", 4},
		{"xemai", 0},
		{"the", 0},
		{"q &am", 0},
		{"q &", 1},
		{`C:\`, 1},
		{`C:\U`, 0},
		{`\\\`, 2},
		{"[PERSON_1A2B3C](", 16},
		{"[PERSON_1A2B3C](htt", 19},
		{"[PERSON_1A2B3C](hat ", 0},
	} {
		r := NewRestorer(l, URLGuard())
		r.Push(tt.text)
		if got := len(tt.text) - r.Decided(); got != tt.held {
			t.Errorf("%q: %d bytes held, want %d", tt.text, got, tt.held)
		}
	}
}

func TestRestoreCounts(t *testing.T) {
	in := "[EMAIL_7K3QXM] [PHONE_123ABC] https://example.com/[EMAIL_7K3QXM] [CARD_A0B1C8] [1] [NO_1]"
	for size := 1; size <= len(in); size++ {
		r := NewRestorer(live(values), URLGuard())
		restore(t, r, cut(in, size)...)
		if got, want := r.Counts(), (Counts{Restored: 1, Unknown: 2, Guarded: 1}); got != want {
			t.Errorf("pieces of %d: %+v, want %+v", size, got, want)
		}
	}
	r := NewRestorer(nil, nil)
	if got := restore(t, r, in); got != in {
		t.Errorf("an empty live set changed the text to %q", got)
	}
	if got, want := r.Counts(), (Counts{Unknown: 4}); got != want {
		t.Errorf("empty live set: %+v, want %+v", got, want)
	}
}

func TestRestorerKeepsNoMoreThanItMust(t *testing.T) {
	r := NewRestorer(live(values), URLGuard())
	for range 10_000 {
		r.Push("[EMAIL_7K3QXM] said [")
		for _, _, _, ok := r.Next(); ok; _, _, _, ok = r.Next() {
		}
		if len(r.held) > maxSpelling+maxLookAhead || cap(r.edits) > 8 {
			t.Fatalf("%d bytes held, %d edits kept", len(r.held), cap(r.edits))
		}
	}
}

// cut cuts s into pieces of size bytes.
func cut(s string, size int) (pieces []string) {
	for ; len(s) > size; s = s[size:] {
		pieces = append(pieces, s[:size])
	}
	return append(pieces, s)
}

// cutAt cuts s at the places that rnd picks.
func cutAt(s string, rnd *rand.Rand) (pieces []string) {
	for len(s) > 0 {
		n := 1 + rnd.IntN(min(len(s), 1+rnd.IntN(20)))
		pieces = append(pieces, s[:n])
		s = s[n:]
	}
	return pieces
}

// hostile is what a text is put together from where every corner counts.
var hostile = []string{
	"[EMAIL_7K3QXM]", "[PERSON_1A2B3C]", "PERSON_9K3D2F", "[email 7k3qxm]", "[KEY_M4N5P6]", "[CARD_AOb1C9",
	"[", "]", "\\", "*", "**", "`", "_", "-", " ", "\n", "\r\n", "s", "'s", "’", "(", ")", ":", "&", "&#91;", "&#", "%5B", "%",
	"［", "\xef\xbc", "\u200b", "EMAIL", "7K3QXM", "1A2B3C", "é", "E", "P", "x", "https://", "](", "]:", "<a href=\"", ">", "@", ".", "/",
	".a:b", strings.Repeat("a.", 30), strings.Repeat("*", 90), "\\[", "\\]", "\\[EMAIL\\_7K3QXM\\]", "(htt", "ps:", "(#", strings.Repeat("\\", 90),
}

func hostileText(rnd *rand.Rand) string {
	var b strings.Builder
	for range rnd.IntN(14) {
		b.WriteString(hostile[rnd.IntN(len(hostile))])
	}
	return b.String()
}

func TestAnyCutGivesTheSameText(t *testing.T) {
	l := live(values)
	for seed := range uint64(20_000) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		in := hostileText(rnd)
		whole := NewRestorer(l, URLGuard())
		want := restore(t, whole, in)
		for _, pieces := range [][]string{cut(in, 1), cutAt(in, rnd)} {
			r := NewRestorer(l, URLGuard())
			if got := restore(t, r, pieces...); got != want || r.Counts() != whole.Counts() {
				t.Fatalf("seed %d: %q cut as %q\ngot  %q %+v\nwant %q %+v", seed, in, pieces, got, r.Counts(), want, whole.Counts())
			}
		}
	}
}

func FuzzAnyCutGivesTheSameText(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(hostileText(rand.New(rand.NewPCG(seed, 2))), seed)
	}
	l := live(values)
	f.Fuzz(func(t *testing.T, in string, seed uint64) {
		whole := NewRestorer(l, URLGuard())
		want := restore(t, whole, in)
		r := NewRestorer(l, URLGuard())
		if got := restore(t, r, cutAt(in, rand.New(rand.NewPCG(seed, 0)))...); got != want || r.Counts() != whole.Counts() {
			t.Errorf("got  %q %+v\nwant %q %+v", got, r.Counts(), want, whole.Counts())
		}
	})
}

func ExampleRestorer() {
	minted := map[Token]string{{Label: "EMAIL", ID: "7K3QXM"}: "jane@example.com"}
	r := NewRestorer(live(minted), URLGuard())
	r.Push("Write to [EMA")
	fmt.Println(r.Decided(), "bytes are final")
	r.Push("IL_7K3QXM] today.")
	start, end, with, _ := r.Next()
	fmt.Println(start, end, with)
	// Output:
	// 9 bytes are final
	// 9 23 jane@example.com
}

// TestARestoredTokenIsNoUnknownOne: what stands around it is not read as one.
func TestARestoredTokenIsNoUnknownOne(t *testing.T) {
	r := NewRestorer(live(values), nil)
	if got := restore(t, r, "[EMAIL_[EMAIL_7K3QXM]9K3D2F] "); got != "[EMAIL_jane@example.com9K3D2F] " {
		t.Errorf("%q", got)
	}
	if got, want := r.Counts(), (Counts{Restored: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
